"""Run the drafts of one target for a strategy: certify, record, compare; each once for a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from codeopt import foreign
from codeopt.ledger import Ledger
from codeopt.measure.bench import Bench
from codeopt.model.candidate import Candidate, Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Check, CheckResult, Interval, Omission, Recording, Verdict
from codeopt.model.reasons import Reason
from codeopt.model.tree import ChildCalls, Examined
from codeopt.pipeline import lessons
from codeopt.pipeline.ground import Ground
from codeopt.pipeline.judge import Case, Judge, patched_copy, texts
from codeopt.pipeline.steps import T, result
from codeopt.pipeline.tools import Tools
from codeopt.ports import Outcomes
from codeopt.profile.record import TESTS, gather
from codeopt.verify import gate, inputs, oracle
from codeopt.verify.change import change_of
from codeopt.verify.generated import generate
from codeopt.verify.outcomes import outcomes
from codeopt.worker import Place, WorkerFailed, run_job
from codeopt.workload import with_tree

_RANK_SECONDS = 2.0  # for timing one body of a child
_CALL_SECONDS = 10.0
_BUDGET = 5.0  # seconds of running a draft on recorded calls
_MADE_UP = 100  # inputs that are made up for a child


@dataclass(slots=True)
class Examination:
    """Implement the Examiner port with the judge's own means."""

    tools: Tools
    ground: Ground
    judge: Judge
    case: Case
    patch: Callable[[Candidate], Patch | Reason]
    _places: dict[str, Place] = field(default_factory=dict)
    _oracles: dict[str, oracle.Oracle] = field(default_factory=dict)
    _recordings: dict[tuple[str, str], Recording] = field(default_factory=dict)

    def certify(self, draft: Candidate) -> Verdict:
        """Hold a draft against the original as any candidate."""

        def compute() -> Verdict:
            patch = self.patch(draft)
            if isinstance(patch, Reason):
                return _refused(patch)
            found = result(self.judge.behaviour(self.case, patch, draft.declared))
            lessons.note(self.tools.ledger, self.case)
            return found

        return self._once("certified", draft.digest, Verdict, compute)

    def calls(self, draft: Candidate, children: Sequence[str]) -> tuple[ChildCalls, ...]:
        """Run a draft on the recorded calls with its children tapped."""
        key = f"{draft.digest} {' '.join(children)}"
        found = self._once(
            "child-calls", key, list[ChildCalls], lambda: self._record(draft, children)
        )
        for name, each in zip(children, found, strict=True):
            self._recordings[draft.digest, name] = each.recording
        return tuple(found)

    def compare(self, draft: Candidate, child: str, changed: Candidate) -> Examined:
        """Gate a changed draft, replay the child's calls on it, and time it roughly."""
        key = f"{draft.digest} {child} {changed.digest}"
        return self._once("examined", key, Examined, lambda: self._compare(draft, child, changed))

    def outcomes(self, draft: Candidate, child: str, changed: Candidate) -> Outcomes:
        """Replay the child's calls and name how each ends."""
        key = f"{draft.digest} {child} {changed.digest}"

        def compute() -> list[str | None]:
            patch, recording = self.patch(changed), self._recording(draft, child)
            if isinstance(patch, Reason) or not recording.calls:
                return []
            place, project = self._place(draft), self.ground.setting.project
            return list(outcomes(place, project, recording, texts(patch)))

        return tuple(self._once("outcomes", key, list[str | None], compute))

    # ------------------------------------------------------------------ what reaches a child
    def _record(self, draft: Candidate, children: Sequence[str]) -> list[ChildCalls]:
        setting, settings = self.ground.setting, self.tools.settings.record
        ids = [FunctionId(draft.target.path, name) for name in children]
        place = self._place(draft)
        out = foreign.fresh(self.tools.recordings / f"draft-{draft.digest[:16]}")
        (out / TESTS).mkdir()
        read = (*place.read, self.case.recording.file.parent, out)
        inside = replace(place, read=read, write=(*place.write, out))
        module = setting.project.module_name(draft.target.path)
        job = {
            "job": "children",
            "tree": str(place.tree),
            "source_roots": list(setting.project.source_roots),
            "recording": str(self.case.recording.file),
            "targets": [{"path": i.path, "qualname": i.qualname, "module": module} for i in ids],
            "out": str(out),
            "further": str(out / TESTS),
            "max_calls": settings.max_calls,
            "max_bytes": settings.max_record_bytes,
            "seconds": _CALL_SECONDS,
            "budget": _BUDGET,
        }
        try:
            found = run_job(inside, job, timeout=60.0 + 20 * _BUDGET)
            shares = [float(share) for share in found["shares"]]
            recordings = gather(place, settings, ids, out)
            return [ChildCalls(r, s) for r, s in zip(recordings, shares, strict=True)]
        except (WorkerFailed, LookupError, TypeError, ValueError) as error:  # what it sent is data
            omitted = (Omission(f"the draft cannot be recorded: {error}"[:300], 0),)
            return [ChildCalls(Recording(i, Path(), "", 0, 0, (), omitted), 0.0) for i in ids]

    def _recording(self, draft: Candidate, child: str) -> Recording:
        """Find what was recorded for a child, whichever children it was recorded with."""
        if (draft.digest, child) not in self._recordings:
            self.calls(draft, [child])
        return self._recordings[draft.digest, child]

    # ------------------------------------------------------------------ one body of a child
    def _compare(self, draft: Candidate, child: str, changed: Candidate) -> Examined:
        patch = self.patch(changed)
        if isinstance(patch, Reason):
            return Examined(_refused(patch))
        change = change_of(patch, changed.declared, packages=self.ground.packages)
        settings = self.tools.settings.judge
        gated = gate.check(change, settings)
        recording = self._recording(draft, child)
        if gated.same is False or not recording.calls:
            return Examined(Verdict((gated,)))
        place, project, after = self._place(draft), self.ground.setting.project, texts(patch)
        reference = self._oracle(draft, recording)
        replayed = oracle.check(place, project, reference, after, settings)
        if replayed.same is False:
            return Examined(Verdict((gated, replayed)))
        further = inputs.doubt(place, project, reference, after, settings)
        doubt = further.reason if further.same is False else None
        checks = (gated, replayed) if doubt else (gated, replayed, further)
        return Examined(Verdict(checks), self._rank(place, recording, after), doubt)

    def _oracle(self, draft: Candidate, recording: Recording) -> oracle.Oracle:
        """Run the reference of a child on its inputs, once."""
        key = f"{draft.digest} {recording.target}"
        if key not in self._oracles:
            place, project = self._place(draft), self.ground.setting.project
            settings = self.tools.settings.judge
            known = oracle.consult(place, project, recording, settings, further=False)
            if known.answers:
                made = generate(place, project, recording, settings, count=_MADE_UP)
                known = replace(known, generated=made)
            self._oracles[key] = known
        return self._oracles[key]

    def _rank(
        self, place: Place, recording: Recording, after: Mapping[str, str]
    ) -> Interval | None:
        settings = self.tools.settings
        bench = Bench(place, self.ground.setting.project, settings.measure)
        return bench.rank(recording, after, seconds=_RANK_SECONDS, seed=settings.judge.seed)

    # ------------------------------------------------------------------ drafts
    def _place(self, draft: Candidate) -> Place:
        """Return a place whose tree holds a draft."""
        if draft.digest not in self._places:
            patch = self.patch(draft)
            assert isinstance(patch, Patch), "a draft is certified before anything is built on it"
            setting = self.ground.setting
            tree = setting.scratch / f"draft-{draft.digest[:16]}"
            self._places[draft.digest] = with_tree(
                setting.place, patched_copy(setting.place.tree, tree, patch)
            )
        return self._places[draft.digest]

    def _once(self, kind: str, key: str, type_: type[T], compute: Callable[[], T]) -> T:
        ledger: Ledger = self.tools.ledger
        return ledger.once(kind, f"{self.case.target} {key}", type_, compute)


def _refused(reason: Reason) -> Verdict:
    return Verdict((CheckResult(Check.GATE, False, reason=reason),))
