"""Divide a function into parts, make each fast against its own reference, and put them together.

FunCoder ("Divide-and-Conquer Meets Consensus", NeurIPS 2024) writes new code and has to vote on it.
Here the original is at hand: every division and every part is certified against it, and votes only
rank what could not be certified. Speed is judged at the whole function alone.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from codeopt.config import ModelSettings
from codeopt.model.candidate import Candidate
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Decision, Spend
from codeopt.model.reasons import Reason
from codeopt.model.tree import Examined, Sample
from codeopt.ports import Assignment, Examiner, LanguageModel, Proposal
from codeopt.propose.asking import Asker, Patience, Query
from codeopt.propose.context import function_text, text_of
from codeopt.propose.decompose.consensus import consensus
from codeopt.propose.decompose.drafts import (
    NAME,
    Draft,
    Part,
    broken_rule,
    divided,
    extended,
    sliced,
    statements,
)
from codeopt.propose.decompose.growth import Body, Growth, best_two
from codeopt.propose.decompose.slices import find_slices
from codeopt.propose.decompose.wording import Wording
from codeopt.propose.prompts import Prompts
from codeopt.propose.reply import Asked
from codeopt.propose.techniques import Technique

T = TypeVar("T")
Steps = Generator[Proposal, None, T]
_SMALLEST = 6  # statements of a function that is worth dividing
_SMALLEST_PART = 12  # statements of a part that is worth dividing again
_DEPTH = 3
_DIVISIONS = 2  # tries of the model
_GOOD_ENOUGH = 2.0


@dataclass(slots=True)
class _Work:
    """Hold one target on its way; ``over`` says that no model can be asked any more."""

    assignment: Assignment
    examiner: Examiner
    text: str
    file: str
    patience: Patience = field(default_factory=Patience)
    over: bool = False

    @property
    def target(self) -> FunctionId:
        return self.assignment.target.id

    @property
    def share(self) -> float:
        spot = self.assignment.hotspot
        return min(1.0, spot.cumulative_share) if spot else 1.0


class Decompose:
    """Implement the Strategy port with function trees."""

    name = NAME

    def __init__(
        self,
        model: LanguageModel,
        settings: ModelSettings,
        prompts: Prompts,
        *,
        min_speedup: float = 1.05,
        seed: int = 0,
        unbounded_caches: bool = False,
    ) -> None:
        self._asker = Asker(model, prompts, NAME)
        self._wording = Wording(
            model.name,
            settings,
            prompts,
            goal=min_speedup,
            seed=seed,
            unbounded_caches=unbounded_caches,
        )
        self._least = min_speedup
        self._without: frozenset[str] = frozenset()
        self._observed: dict[str, Attempt] = {}

    def without(self, parts: Collection[str]) -> Decompose:
        """Leave out ``divide`` (divisions of the model's: blocks are left) or ``consensus``."""
        self._without = frozenset(parts)
        return self

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Divide by blocks first, which costs no model call, then as the model would."""
        if assignment.examiner is None:
            return
        text = function_text(assignment)
        file = text_of(assignment.sources[assignment.target.id.path])
        work = _Work(assignment, assignment.examiner, text, file)
        try:
            small = statements(text) < _SMALLEST
        except ValueError:  # not a function by itself, or not for this Python
            return
        if small or not self._is_worth(work.share):
            return
        by_model = () if "divide" in self._without else (self._by_model,)
        for divide in (self._by_blocks, *by_model):
            growth = yield from divide(work)
            if growth is not None:
                yield from self._grow(work, growth)
            if work.over or self._is_good_enough(work):
                return

    def observe(self, attempt: Attempt) -> None:
        """Remember what was found about a candidate or an answer."""
        self._observed[attempt.candidate_digest] = attempt

    def _is_good_enough(self, work: _Work) -> bool:
        kept = [a for a in self._observed.values() if a.target == work.target and a.decision.keep]
        return any(a.measurement and a.measurement.bound >= _GOOD_ENOUGH for a in kept)

    def _is_worth(self, share: float) -> bool:
        """Apply Amdahl's law: even at no cost at all, the part must speed up the workload."""
        return share >= 1 or 1 / (1 - share) >= self._least

    def _attempts(self, work: _Work, part: str = "") -> tuple[Attempt, ...]:
        """List what is known of earlier attempts, of one part only where it is named."""
        known = {each.candidate_digest: each for each in work.assignment.history}
        known |= {d: each for d, each in self._observed.items() if each.target == work.target}
        return tuple(a for a in known.values() if not part or a.technique.startswith(f"{part}:"))

    # ------------------------------------------------------------------ divide
    def _by_blocks(self, work: _Work) -> Steps[Growth | None]:
        """Move the hottest blocks of the original; if all together differ, the hottest alone."""
        weights = _weights(work.assignment)
        name = work.target.name.strip("_")
        slices = find_slices(work.text, weights, prefix=name, taken=work.file)
        if not slices:
            return None
        tries = [slices]
        if len(slices) > 1:
            tries.append((max(slices, key=lambda each: each.weight),))
        for chosen in tries:
            growth = yield from self._certified(work, sliced(work.target, work.text, chosen))
            if growth is not None and growth.verdict and growth.verdict.same is True:
                return growth
        return None

    def _by_model(self, work: _Work) -> Steps[Growth | None]:
        """Ask for a division, twice at most; consensus has the last word on one that differs."""
        failed: Growth | None = None
        for number in range(_DIVISIONS):
            draft = yield from self._ask_division(work, number)
            if work.over:
                return None
            if draft is None:
                continue
            growth = yield from self._certified(work, draft)
            if growth.verdict and growth.verdict.same is True:
                return growth
            if growth.verdict and len(growth.verdict.checks) > 1:  # it could be run
                failed = growth
        if failed is not None and "consensus" not in self._without:
            yield from self._by_consensus(work, failed)
        return None

    def _certified(self, work: _Work, draft: Draft) -> Steps[Growth]:
        growth = Growth(draft, work.share)
        yield growth.certified(work.examiner.certify(growth.candidate))
        return growth

    def _ask_division(self, work: _Work, number: int) -> Steps[Draft | None]:
        asked = Asked(work.target, work.text, work.file)
        attempts = self._attempts(work)
        request = self._wording.division(
            work.assignment, (work.target, work.text), number, attempts
        )
        query = Query(asked, "divide", request)
        answer = yield from self._ask(work, query)
        if answer is None:
            return None
        found = divided(work.target, work.text, answer)
        if isinstance(found, Reason):
            yield Proposal(None, _rejection(work, answer, found))
            return None
        return found

    def _ask(self, work: _Work, query: Query) -> Steps[Candidate | None]:
        """Ask the model; pass on what it cost, and why there is nothing in the answer."""
        proposal = self._asker.propose(query)
        work.over = work.patience.is_over(proposal)
        attempt = proposal.attempt
        if attempt is not None:
            attempt = replace(attempt, target=work.target)
        # said even when it cost nothing: a run that goes on must count as the first start did
        yield Proposal(None, attempt, proposal.spend)
        return proposal.candidate

    # ------------------------------------------------------------------ conquer
    def _grow(self, work: _Work, growth: Growth) -> Iterator[Proposal]:
        """Record, divide further what is worth it, sample the leaves, and go up."""
        yield self._record(work, growth)
        growth = yield from self._deeper(work, growth)
        for name in growth.hottest():
            if work.over or not self._is_worth(growth.share(name)):
                break
            bodies = yield from self._sample(work, growth, name)
            growth.bodies[name] = best_two(bodies)
        yield from self._go_up(work, growth)

    def _record(self, work: _Work, growth: Growth) -> Proposal:
        names = [part.name for part in growth.draft.parts]
        found = work.examiner.calls(growth.candidate, names)
        return growth.recorded(dict(zip(names, found, strict=True)))

    def _deeper(self, work: _Work, growth: Growth) -> Steps[Growth]:
        """Divide parts again while Amdahl's law promises something, down to a depth of three."""
        if "divide" in self._without:
            return growth
        for name in growth.hottest():
            part = growth.draft.part(name)
            depth = len(list(_ancestors(growth.draft, part)))
            large = statements(part.text) >= _SMALLEST_PART
            if work.over or depth >= _DEPTH or not large or not self._is_worth(growth.share(name)):
                continue
            inner = (FunctionId(work.target.path, name), part.text)
            request = self._wording.division(work.assignment, inner, 0, ())
            query = Query(_asked_for(work, growth, part), f"divide {name}", request)
            answer = yield from self._ask(work, query)
            if answer is None:
                continue
            draft = extended(growth.draft, name, answer)
            if isinstance(draft, Reason):
                yield Proposal(None, _rejection(work, answer, draft))
                continue
            deeper = yield from self._certified(work, draft)
            if deeper.verdict and deeper.verdict.same is True:
                growth = deeper
                yield self._record(work, growth)
        return growth

    def _sample(self, work: _Work, growth: Growth, name: str) -> Steps[list[Body]]:
        """Sample a leaf and compare each body with the reference on what reaches it."""
        bodies: list[Body] = []
        for number, technique in self._wording.techniques(work.assignment, growth.draft.part(name)):
            body = yield from self._ask_body(work, growth, name, (number, technique))
            if body is not None:
                changed = growth.changed(name, body)
                examined = work.examiner.compare(growth.candidate, name, changed)
                sample = _sample_of(changed, technique, examined)
                attempt = None
                if sample.reason is not None:
                    attempt = growth.attempt(changed, examined.verdict, sample.reason)
                yield growth.sampled(name, sample, attempt=attempt, spend=Spend())
                if sample.reason is None and all(b.digest != changed.digest for b in bodies):
                    speed = sample.speedup.estimate if sample.speedup else 1.01
                    doubtful = examined.doubt is not None
                    bodies.append(Body(body, changed.digest, speed, doubtful))
            if work.over:
                break
        return bodies

    def _ask_body(
        self, work: _Work, growth: Growth, name: str, which: tuple[int, Technique]
    ) -> Steps[Candidate | None]:
        """Ask for a body; one that breaks a rule is a rejection."""
        technique = which[1]
        part = growth.draft.part(name)
        attempts = self._attempts(work, name)
        request = self._wording.body(work.assignment, growth, name, which, attempts)
        label = f"{name}: {technique.name}"
        query = Query(_asked_for(work, growth, part), label, request)
        answer = yield from self._ask(work, query)
        if answer is None:
            return None
        above = [work.target.name, *(each.name for each in _ancestors(growth.draft, part)[1:])]
        problem = broken_rule(part.text, answer.functions[0].source, above)
        if problem is not None:
            sample = Sample(answer.digest, technique.name, reason=problem)
            attempt = _rejection(work, answer, problem)
            yield growth.sampled(name, sample, attempt=attempt, spend=Spend())
            return None
        origin = replace(answer.origin, technique=technique.name)
        return replace(answer, origin=origin)

    def _go_up(self, work: _Work, growth: Growth) -> Iterator[Proposal]:
        """Offer the whole with its best bodies; without any, a division of the model's as it is."""
        combinations = growth.combinations()
        if not combinations and growth.draft.origin.model is not None:
            combinations = [{}]
        for bodies in combinations:
            candidate = growth.compose(bodies)
            yield Proposal(candidate)
            yield growth.raised(bodies, self._observed.get(candidate.digest))

    # ------------------------------------------------------------------ consensus
    def _by_consensus(self, work: _Work, growth: Growth) -> Iterator[Proposal]:
        """Rank bodies of the hottest part by how far they agree: its reference is in doubt.

        What comes of it goes up as a candidate like any other: only full agreement with the
        original keeps it.
        """
        yield self._record(work, growth)
        names = [n for n in growth.hottest() if self._is_worth(growth.share(n))]
        if not names:
            return
        name, draft = names[0], growth.candidate
        found = {draft.digest: work.examiner.outcomes(draft, name, draft)}
        bodies: dict[str, Body] = {}
        for number, technique in self._wording.techniques(work.assignment, growth.draft.part(name)):
            body = yield from self._ask_body(work, growth, name, (number, technique))
            if body is not None:
                changed = growth.changed(name, body)
                outcomes = work.examiner.outcomes(draft, name, changed)
                if len(outcomes) == len(found[draft.digest]):
                    found[changed.digest] = outcomes
                    bodies[changed.digest] = Body(body, changed.digest, 1.0)
                yield growth.sampled(
                    name, Sample(changed.digest, technique.name), attempt=None, spend=Spend()
                )
            if work.over:
                break
        scores = consensus(found)
        yield growth.ranked(name, scores)
        for digest in [digest for digest in scores if digest in bodies][:2]:
            candidate = growth.compose({name: bodies[digest]})
            yield Proposal(candidate)
            yield growth.raised({name: bodies[digest]}, self._observed.get(candidate.digest))


def _asked_for(work: _Work, growth: Growth, part: Part) -> Asked:
    """Say what an answer about a part must rewrite, in the file as the draft has it."""
    rest = [p.text for p in growth.draft.parts if p.name != part.name]
    file = "\n\n\n".join([work.file, *growth.draft.others, *rest])
    return Asked(FunctionId(work.target.path, part.name), part.text, file)


def _ancestors(draft: Draft, part: Part) -> list[Part]:
    """List a part and those that it lies under, up to the target."""
    found = [part]
    while found[-1].under != draft.target.name:
        found.append(draft.part(found[-1].under))
    return found


def _sample_of(changed: Candidate, technique: Technique, examined: Examined) -> Sample:
    verdict = examined.verdict
    reason = verdict.reason if verdict.same is False else None
    return Sample(
        changed.digest,
        technique.name,
        verdict,
        examined.speedup,
        reason=reason,
        doubt=examined.doubt,
    )


def _rejection(work: _Work, answer: Candidate, reason: Reason) -> Attempt:
    """Return the attempt for an answer that is no part and no division; it is paid for already."""
    return Attempt(
        answer.digest,
        work.target,
        NAME,
        answer.origin.technique,
        Decision(False, reason),
        explanation=answer.origin.explanation,
        model=answer.origin.model,
    )


def _weights(assignment: Assignment) -> dict[int, float]:
    """Map lines of the target's text (1-based) to the time that was seen on them."""
    spot = assignment.hotspot
    known = assignment.code.functions.get(assignment.target.id)
    if spot is None or known is None:
        return {}
    first = known.span.start_line
    lines = {line.line - first + 1: line.seconds for line in spot.lines}
    return lines if sum(lines.values()) > 0 else {}
