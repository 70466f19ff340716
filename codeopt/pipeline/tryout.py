"""Bring one candidate before the judge; what is found is journalled and not found out again."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace

from codeopt.model.candidate import Candidate, Patch, UnparsableError
from codeopt.model.code import FunctionId, FunctionInfo
from codeopt.model.events import CandidateStarted, Event
from codeopt.model.evidence import Attempt, Control, Decision, Spend
from codeopt.model.reasons import Code, Reason
from codeopt.model.run import RunMeta
from codeopt.pipeline import lessons
from codeopt.pipeline.attempts import KeptPatch, is_confirmed, new_attempt, rejected
from codeopt.pipeline.beside import beside, compared
from codeopt.pipeline.ground import Ground
from codeopt.pipeline.judge import Case, Judge
from codeopt.pipeline.known import refusal
from codeopt.pipeline.rota import Visit
from codeopt.pipeline.sources import Earlier, Sources
from codeopt.pipeline.together import Submission, Waiting
from codeopt.pipeline.tools import Tools
from codeopt.ports import Proposal

INSIDE = "inside"  # key of the control of what is timed inside the workload


@dataclass(frozen=True, slots=True)
class Passed:
    """Hold a candidate that is the same and faster, before the tests.

    It was judged on top of the first ``kept`` patches of the run.
    """

    key: str
    attempt: Attempt
    patch: Patch
    candidate: Candidate
    kept: int

    @property
    def mark(self) -> str:
        """Return what ends the keys of what is found on top of other patches, or ""."""
        return f" on {self.kept}" if self.kept else ""


@dataclass(slots=True)
class Tryout:
    """Hold what the candidates of a run have in common; ``tip`` is the run's newest commit.

    ``cases`` are those of all targets, for candidates that rewrite several. ``confirmations``
    counts those of the whole run; ``kept`` are its patches so far, oldest first. ``visit`` is what
    is worked on by, None where nobody chose among targets.
    """

    tools: Tools
    meta: RunMeta
    ground: Ground
    judge: Judge
    control: Control | None
    deadline: float
    tip: str
    cases: Mapping[FunctionId, Case] = field(default_factory=dict)
    confirmations: int = 0
    spend: Spend = field(default_factory=Spend)
    visit: Visit | None = None
    kept: list[KeptPatch] = field(init=False)

    def __post_init__(self) -> None:
        self.kept = list(self.tools.ledger.all("kept", KeptPatch))

    @property
    def kept_then(self) -> int:
        """Count the patches that were kept when the present visit began."""
        return len(self.kept) if self.visit is None else self.visit.kept

    def pay(self, key: str, spend: Spend) -> Spend:
        """Count what a proposal cost; a run that goes on finds it cached, and paid for already."""
        paid = self.tools.ledger.get("spend", key, Spend)
        if paid is not None and (paid.tokens or not spend.tokens):
            return paid
        self.tools.ledger.put("spend", key, spend)  # new, or of a call that had failed for nothing
        self.spend += spend
        return spend

    def waiting(self, submission: Submission, seen: set[str]) -> Waiting | None:
        """Return what of a submission has to be verified, None when nothing has."""
        candidate = submission.proposal.candidate
        if candidate is None or candidate.digest in seen or refusal(self.tools, candidate):
            return None
        patch = self.patch(candidate)
        known = self.tools.ledger.get("judged", submission.key, Attempt)
        if isinstance(patch, Reason) or known is not None:
            return None
        return Waiting(submission.key, candidate, patch)

    def attempt(
        self, case: Case, submission: Submission, seen: set[str]
    ) -> Generator[Event, None, tuple[Attempt, Passed | None]]:
        """Judge one proposal, or find in the journal how it was judged before."""
        key, proposal = submission.key, submission.proposal
        candidate = proposal.candidate
        if candidate is None:
            assert proposal.attempt is not None
            attempt = replace(proposal.attempt, spend=proposal.spend)
            self._note(key, attempt)
            return attempt, None
        yield CandidateStarted(case.target, candidate.origin.technique, candidate.origin.strategy)
        stored = self.tools.ledger.get("judged", key, Attempt)
        known = stored is not None and stored.candidate_digest == candidate.digest
        kept = self.kept_then if known else len(self.kept)
        patch = self.patch(candidate, kept)
        if stored is not None and known:
            attempt = stored
        elif reason := self._unfit(candidate, patch, submission.begun, seen):
            attempt = rejected(candidate, proposal, reason)
        else:
            assert isinstance(patch, Patch)
            attempt = yield from self._judge(case, candidate, submission, patch)
        seen.add(candidate.digest)
        if attempt is not stored:
            self._note(key, attempt)
        if isinstance(patch, Reason):
            return attempt, None
        return attempt, Passed(key, attempt, patch, candidate, kept)

    def _unfit(
        self, candidate: Candidate, patch: Patch | Reason, begun: int, seen: set[str]
    ) -> Reason | None:
        """Return why a candidate is not judged at all."""
        if isinstance(patch, Reason):
            return patch
        if reason := refusal(self.tools, candidate) or self._outdated(candidate, begun):
            return reason
        if candidate.digest in seen:
            return Reason(Code.DUPLICATE, "the same code was judged before")
        return None

    def _outdated(self, candidate: Candidate, begun: int) -> Reason | None:
        """Return why a candidate would undo a patch: it knows a further function as it was."""
        for each in candidate.functions:
            if each.id != candidate.target and self.text(each.id, begun) != self.text(each.id):
                return Reason(Code.SUPERSEDED, f"{each.id} was made faster meanwhile")
        return None

    def again(self, case: Case, passed: Passed, begun: int) -> Generator[Event, None, Passed]:
        """Judge a candidate again if patches of other targets were kept since it was judged.

        What it gains may have been theirs, and its patch is for files as they were then.
        """
        if passed.kept == len(self.kept):
            return passed
        candidate, now = passed.candidate, replace(passed, kept=len(self.kept))
        patch = self.patch(candidate)
        if (unfit := self._unfit(candidate, patch, begun, set())) is not None:
            attempt = replace(passed.attempt, decision=Decision(False, unfit))
            return replace(now, attempt=attempt)
        assert isinstance(patch, Patch)
        key = f"{passed.key}{now.mark}"
        stored = self.tools.ledger.get("judged", key, Attempt)
        if stored is None:
            submission = Submission(key, Proposal(candidate, spend=passed.attempt.spend))
            stored = yield from self._judge(case, candidate, submission, patch)
            self.tools.ledger.put("attempt", passed.key, stored)
            self.tools.ledger.put("judged", key, stored)
        return replace(now, attempt=stored, patch=patch)

    def _judge(
        self, case: Case, candidate: Candidate, submission: Submission, patch: Patch
    ) -> Generator[Event, None, Attempt]:
        attempt = replace(new_attempt(candidate, submission.proposal), diff=patch.diff())
        if submission.foreseen is not None:
            verdict = self.judge.settle(case, patch, submission.foreseen)
        else:
            verdict = yield from self.judge.behaviour(case, patch, candidate.declared)
        lessons.note(self.tools.ledger, case)
        if verdict.same is not False and len(candidate.functions) > 1:
            others = beside(self.cases, candidate, self.sources())
            verdict = yield from compared(self.judge, others, patch, verdict)
        measurement = None
        # what cannot be compared is timed, too: a person should know what it would bring
        if verdict.same or (verdict.same is None and case.inside):
            count = self.confirmations
            measurement = yield from self.judge.speed(case, patch, confirmations=count)
            if self.tools.look_inside and not case.inside:
                measurement = self.judge.insight(case, patch, measurement)
        decision = self.judge.decide(verdict, measurement, self.control)
        if decision.keep and case.inside:
            decision = self.judge.decide(verdict, measurement, self._control_inside(case))
        attempt = replace(attempt, verdict=verdict, measurement=measurement, decision=decision)
        self.confirmations += is_confirmed(attempt)
        return attempt

    def _control_inside(self, case: Case) -> Control:
        """Measure the original against itself inside the workload, once a run."""
        return self.tools.ledger.once(
            "control", INSIDE, Control, lambda: self.judge.control_inside(case.target)
        )

    def _note(self, key: str, attempt: Attempt) -> None:
        """Journal what the strategy is told, and the same as the attempt's state so far."""
        self.tools.ledger.put("attempt", key, attempt)
        self.tools.ledger.put("judged", key, attempt)

    # ------------------------------------------------------------------ files
    def patch(self, candidate: Candidate, kept: int | None = None) -> Patch | Reason:
        """Return what a candidate changes, or why it does not fit.

        The files are those of now, or as they were with the first ``kept`` patches.
        """
        sources, paths = self.sources(kept), {each.id.path for each in candidate.functions}
        try:
            return self.tools.language.apply(candidate, {path: sources[path] for path in paths})
        except UnparsableError as error:
            return Reason(Code.UNPARSABLE, str(error))

    def text(self, function: FunctionId, kept: int | None = None) -> str:
        """Return the text of a function as it is now, or was; "" where there is none."""
        sources = self.sources(kept)
        if function.path not in sources:
            return ""
        source = sources[function.path]
        described = self.described(function, source)
        return self.tools.language.extract(source, described) if described else ""

    def described(self, function: FunctionId, source: bytes) -> FunctionInfo | None:
        """Find a function anew: patches kept before may have moved it."""
        file = self.tools.language.parse(function.path, source)
        return next((each for each in reversed(file.functions) if each.id == function), None)

    def sources(self, kept: int | None = None) -> Mapping[str, bytes]:
        """Return the files as they are now, or were with the first ``kept`` patches."""
        now = Sources(self.ground.setting.place.tree, self.ground.code)
        return now if kept is None else Earlier(now, self.kept, kept)
