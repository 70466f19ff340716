"""The state of one draft while its parts are conquered, and the tree that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from codeopt.model.candidate import Candidate, Origin
from codeopt.model.evidence import Attempt, Check, Decision, Interval, Recording, Spend, Verdict
from codeopt.model.reasons import Reason
from codeopt.model.tree import ChildCalls, FunctionTree, Node, NodeKind, Sample
from codeopt.ports import Proposal
from codeopt.propose.decompose.drafts import NAME, Draft

_CLOSE = 0.9  # a second body goes up when it is at least this fast, measured by the first


@dataclass(frozen=True, slots=True)
class Body:
    """Hold a body of a part that may go up: how it did on the inputs of the part."""

    candidate: Candidate
    digest: str
    speed: float
    doubtful: bool = False


@dataclass(slots=True)
class Growth:
    """Hold a draft and its tree; ``total`` is the target's share of the workload (0 to 1)."""

    draft: Draft
    total: float
    verdict: Verdict | None = None
    calls: dict[str, ChildCalls] = field(default_factory=dict)
    bodies: dict[str, list[Body]] = field(default_factory=dict)
    tree: FunctionTree = field(init=False)

    def __post_init__(self) -> None:
        self.candidate = self.draft.candidate()
        root = replace(self.draft.root(), share=self.total)
        self.tree = FunctionTree(self.draft.target, self.candidate.digest, root)

    candidate: Candidate = field(init=False)

    def told(
        self, node: Node, step: str, *, attempt: Attempt | None = None, spend: Spend | None = None
    ) -> Proposal:
        """Change a node and return the step as a proposal."""
        self.tree = self.tree.put(node, step)
        return Proposal(None, attempt, spend or Spend(), self.tree)

    def certified(self, verdict: Verdict) -> Proposal:
        """Note on the root, and on all that it was divided into, how the draft compares."""
        self.verdict = verdict
        root = _certify(self.tree.root, verdict)
        if verdict.same is True:
            return self.told(root, f"divided into {self._names()}: {_compared(verdict)}")
        reason = verdict.reason
        step = f"divided into {self._names()}: not the same, {reason.text if reason else 'unknown'}"
        attempt = self.attempt(self.candidate, verdict, reason)
        return self.told(root, step, attempt=attempt)

    def recorded(self, found: Mapping[str, ChildCalls]) -> Proposal:
        """Note what reaches the parts, and how much of the time they take."""
        self.calls.update(found)
        root = self.tree.root
        for name, each in found.items():
            node = root.find(name)
            calls, share = each.recording.calls, self.total * each.share
            root = root.put(replace(node, calls=calls, share=share))
        shares = ", ".join(f"{name} {self.share(name):.0%}" for name in found)
        return self.told(root, f"share of the workload: {shares}")

    def share(self, name: str) -> float:
        """Return the part of the workload's time that a part of the draft takes."""
        found = self.calls.get(name)
        return self.total * found.share if found else 0.0

    def recording(self, name: str) -> Recording | None:
        """Return what was recorded for a part."""
        found = self.calls.get(name)
        return found.recording if found else None

    def hottest(self) -> list[str]:
        """Name the leaves that were reached, hottest first."""
        names = [part.name for part in self.draft.leaves()]
        reached = [n for n in names if n in self.calls and self.calls[n].recording.calls]
        return sorted(reached, key=lambda name: -self.share(name))

    def sampled(
        self, name: str, sample: Sample, *, attempt: Attempt | None, spend: Spend
    ) -> Proposal:
        """Add a sample to a node."""
        node = self.tree.root.find(name)
        node = replace(node, samples=(*node.samples, sample))
        return self.told(node, f"{name}: {_said(sample)}", attempt=attempt, spend=spend)

    def ranked(self, name: str, scores: Mapping[str, float]) -> Proposal:
        """Note how far the samples of a node agree."""
        node = self.tree.root.find(name)
        samples = tuple(replace(s, agreement=scores.get(s.digest)) for s in node.samples)
        best = max(scores.values(), default=0.0)
        step = f"{name}: {len(scores)} bodies compared with each other, the best agrees {best:.0%}"
        return self.told(replace(node, samples=samples), step)

    def raised(self, bodies: Mapping[str, Body], attempt: Attempt | None) -> Proposal:
        """Note which bodies went up, and what the whole gained."""
        root = self.tree.root
        measured = attempt.measurement if attempt else None
        gain = measured.speedup if measured else None
        kept = attempt is not None and attempt.decision.keep
        for name, body in bodies.items() if kept else ():
            node = root.find(name)
            found = next((s for s in node.samples if s.digest == body.digest), None)
            best = found.speedup if found else None
            root = root.put(replace(node, chosen=body.digest, gain=best))
        if kept and _better(gain, root.gain):
            root = replace(root, gain=gain)
        outcome = str(gain) if gain else _why(attempt)
        which = f"with {', '.join(bodies)}" if bodies else "as it was divided"
        return self.told(root, f"{self.draft.target.name} {which}: {outcome}")

    def attempt(
        self,
        candidate: Candidate,
        verdict: Verdict | None,
        reason: Reason | None,
        *,
        spend: Spend | None = None,
    ) -> Attempt:
        """Return the rejection of something that never went before the judge as a candidate."""
        origin = candidate.origin
        return Attempt(
            candidate.digest,
            self.draft.target,
            NAME,
            origin.technique,
            Decision(False, reason),
            verdict=verdict,
            explanation=origin.explanation,
            model=origin.model,
            spend=spend or Spend(),
        )

    def changed(self, name: str, body: Candidate) -> Candidate:
        """Return the draft with another body for one part."""
        origin = replace(body.origin, technique=f"{name}: {body.origin.technique}")
        return self.draft.candidate({name: body}, origin)

    def combinations(self) -> list[dict[str, Body]]:
        """List what goes up: all best bodies, then the second ones in turn, then the hottest alone.

        Speed is judged at the root only, so more than one combination has its chance there.
        """
        best = {name: bodies[0] for name, bodies in self.bodies.items() if bodies}
        found = [best] if best else []
        for name, bodies in self.bodies.items():
            if len(bodies) > 1 and bodies[1].speed >= _CLOSE * bodies[0].speed:
                found.append({**best, name: bodies[1]})
        if len(best) > 1:
            hottest = max(best, key=self.share)
            found.append({hottest: best[hottest]})
        return found

    def compose(self, bodies: Mapping[str, Body]) -> Candidate:
        """Put bodies into the target; blocks that gained nothing go back to their place."""
        kept = {name for part in bodies for name in self._above(part)}
        draft = self.draft.only(kept)
        origins = [body.candidate.origin for body in bodies.values()]
        technique = "; ".join(f"{n}: {b.candidate.origin.technique}" for n, b in bodies.items())
        first = origins[0] if origins else self.draft.origin
        texts = [each.explanation for each in origins if each.explanation]
        origin = Origin(
            NAME,
            technique or self.draft.origin.technique,
            first.model,
            first.request,
            "\n\n".join(texts or [self.draft.origin.explanation]),
        )
        return draft.candidate({n: body.candidate for n, body in bodies.items()}, origin)

    def _above(self, name: str) -> Iterable[str]:
        while name != self.draft.target.name:
            yield name
            name = self.draft.part(name).under

    def _names(self) -> str:
        return ", ".join(part.name for part in self.draft.parts)


def best_two(bodies: Sequence[Body]) -> list[Body]:
    """Return the two that go up: those without doubts first, then the fastest."""
    faster = [body for body in bodies if body.speed > 1.0]
    return sorted(faster, key=lambda body: (body.doubtful, -body.speed))[:2]


def _certify(node: Node, verdict: Verdict) -> Node:
    children = tuple(_certify(child, verdict) for child in node.children)
    kept = verdict if node.kind is not NodeKind.ROOT or verdict.same is not None else None
    return replace(node, certified=kept, children=children)


def _compared(verdict: Verdict) -> str:
    calls, made = verdict.compared(Check.ORACLE), verdict.compared(Check.INPUTS)
    return f"the same on {calls} recorded calls and {made} generated inputs"


def _said(sample: Sample) -> str:
    if sample.reason is not None:
        return f"{sample.technique}: {sample.reason.text}"
    speed = f"about {sample.speedup.estimate:.2f}×" if sample.speedup else "not timed"
    doubt = f"; {sample.doubt.text}" if sample.doubt else ""
    return f"{sample.technique}: the same, {speed}{doubt}"


def _why(attempt: Attempt | None) -> str:
    reason = attempt.decision.reason if attempt else None
    return reason.text if reason else "not judged"


def _better(one: Interval | None, two: Interval | None) -> bool:
    return one is not None and (two is None or one.estimate > two.estimate)
