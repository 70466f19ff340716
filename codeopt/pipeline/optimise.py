"""Take one target to at most one kept patch."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace

from codeopt import keep
from codeopt.model.candidate import Candidate, Patch, UnparsableError
from codeopt.model.code import FunctionId, FunctionInfo
from codeopt.model.errors import PreconditionError
from codeopt.model.events import (
    CandidateStarted,
    CheckStarted,
    Event,
    Judged,
    Kept,
    TargetFinished,
    TreeGrown,
)
from codeopt.model.evidence import Attempt, Control, Decision, Spend, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.model.run import RunMeta
from codeopt.model.tree import FunctionTree
from codeopt.pipeline import lessons
from codeopt.pipeline.attempts import KeptPatch, is_confirmed, new_attempt, rejected
from codeopt.pipeline.beside import beside, compared
from codeopt.pipeline.examine import Examination
from codeopt.pipeline.ground import Ground, Sources
from codeopt.pipeline.judge import Case, Judge, write
from codeopt.pipeline.known import (
    confirmations,
    followed,
    goes_on,
    offered,
    recalled,
    refusal,
    refusals,
    room,
    tried_before,
    tried_on,
)
from codeopt.pipeline.rounds import Turn, Waiting, declared, foresee, rounds
from codeopt.pipeline.simplify import Simplifier
from codeopt.pipeline.tools import Offer, Tools
from codeopt.ports import Assignment, Proposal, Strategy

INSIDE = "inside"  # key of the control of what is timed inside the workload
_FASTER = "another rewrite of the same function is faster"


@dataclass(frozen=True, slots=True)
class _Passed:
    """Hold a candidate that is the same and faster, before the tests."""

    key: str
    attempt: Attempt
    patch: Patch
    declared: frozenset[FunctionId]
    candidate: Candidate


@dataclass(slots=True)
class Optimiser:
    """Work through targets, one after the other; ``tip`` is the newest commit of the run.

    ``confirmations`` counts those of the whole run. ``failure`` says why a strategy could not go
    on (its model cannot be used); what was found until then is not lost. ``cases`` are those of all
    targets, for candidates that rewrite several.
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
    failure: PreconditionError | None = None
    told: str = ""
    tried: tuple[Attempt, ...] = ()

    def optimise(self, case: Case) -> Iterator[Event]:
        """Judge what the strategy proposes and keep the best of what passes.

        Where nothing is kept, a person who sits by may ask for one more round.
        """
        lessons.recall(self.tools.ledger, case)
        target, before = case.target, self._text(case.target)
        told = list(self.tools.ledger.get("told", str(target), list[str]) or ())
        reasons: Counter[str] = Counter()
        tried, kept, number = 0, False, 0
        while not kept and (number <= len(told) or goes_on(self.tools, target, told)):
            self.told = "; before that: ".join(reversed(told[:number]))
            prefix = f"{target} round {number}" if number else str(target)
            self.tried = (
                tried_before(self.tools, target, prefix) if number else self.tools.talk.known
            )
            more, kept = yield from self._round(case, prefix, reasons)
            tried, number = tried + more, number + 1
            if self.failure is not None or time.monotonic() > self.deadline:
                break
        if self.tools.memory is not None:
            self.tools.memory.learn(target, before, tried_on(self.tools, target))
        why = ", ".join(f"{count} {code}" for code, count in reasons.most_common())
        yield TargetFinished(target, tried, kept, why)

    def _round(
        self, case: Case, prefix: str, reasons: Counter[str]
    ) -> Generator[Event, None, tuple[int, bool]]:
        """Go through the proposals once; count them, and tell whether one was kept."""
        strategy = self.tools.strategy()
        passed: list[_Passed] = []
        seen = {each.candidate_digest for each in self.tried}
        tried = 0
        for turn in self._turns(strategy, case, seen, prefix=prefix):
            if isinstance(turn, CheckStarted):
                yield turn
                continue
            proposal = turn.proposal
            if proposal.tree is not None:
                yield self._grown(proposal.tree)
            if proposal.candidate is not None or proposal.attempt is not None:
                attempt, found = yield from self._attempt(case, turn, seen)
                strategy.observe(attempt)
                yield Judged(attempt, self.spend)
                if found is not None and attempt.decision.keep:
                    passed.append(found)
                elif attempt.decision.reason:
                    reasons[str(attempt.decision.reason.code)] += 1
                tried += 1
            if time.monotonic() > self.deadline:
                break
        return tried, (yield from self._best(case, passed, reasons))

    def _turns(
        self, strategy: Strategy, case: Case, seen: set[str], *, prefix: str
    ) -> Iterator[Turn | CheckStarted]:
        """Take proposals in rounds, pay for them, and verify those of a round at once."""
        number = 0
        for together in rounds(self._proposals(strategy, case)):
            turns = []
            for each in together:
                key = f"{prefix} {number:04d}"
                turns.append(Turn(key, replace(each, spend=self._pay(key, each.spend))))
                number += 1
            waiting = [found for turn in turns if (found := self._waiting(turn, seen))]
            if len(waiting) > 1:
                yield CheckStarted(f"behaviour of {len(waiting)} candidates")
            ahead = foresee(self.judge, self.tools.executor, case, waiting)
            yield from (replace(turn, foreseen=ahead.get(turn.key)) for turn in turns)

    def _waiting(self, turn: Turn, seen: set[str]) -> Waiting | None:
        """Return what of a turn has to be verified, None when nothing has."""
        candidate = turn.proposal.candidate
        if candidate is None or candidate.digest in seen or refusal(self.tools, candidate):
            return None
        patch = self._patch(candidate)
        known = self.tools.ledger.get("judged", turn.key, Attempt)
        return None if known or isinstance(patch, Reason) else Waiting(turn.key, candidate, patch)

    def _proposals(self, strategy: Strategy, case: Case) -> Iterator[Proposal]:
        """Take what a strategy proposes until its end, or until its model cannot be used."""
        try:
            yield from strategy.propose(self._assignment(case))
        except PreconditionError as error:
            self.failure = error

    def _pay(self, key: str, spend: Spend) -> Spend:
        """Count what a proposal cost; a run that goes on finds it cached, and paid for already."""
        paid = self.tools.ledger.get("spend", key, Spend)
        if paid is not None:
            return paid
        self.tools.ledger.put("spend", key, spend)
        self.spend += spend
        return spend

    # ------------------------------------------------------------------ one candidate
    def _attempt(
        self, case: Case, turn: Turn, seen: set[str]
    ) -> Generator[Event, None, tuple[Attempt, _Passed | None]]:
        """Judge one proposal, or find in the journal how it was judged before."""
        key, proposal = turn.key, turn.proposal
        candidate = proposal.candidate
        if candidate is None:
            assert proposal.attempt is not None
            attempt = replace(proposal.attempt, spend=proposal.spend)
            self._note(key, attempt)
            return attempt, None
        yield CandidateStarted(case.target, candidate.origin.technique, candidate.origin.strategy)
        patch = self._patch(candidate)
        stored = self.tools.ledger.get("judged", key, Attempt)
        if stored is not None and stored.candidate_digest == candidate.digest:
            attempt = stored
        elif isinstance(patch, Reason):
            attempt = rejected(candidate, proposal, patch)
        elif reason := refusal(self.tools, candidate):
            attempt = rejected(candidate, proposal, reason)
        elif candidate.digest in seen:
            text = "the same code was judged before"
            attempt = rejected(candidate, proposal, Reason(Code.DUPLICATE, text))
        else:
            attempt = yield from self._judge(case, candidate, turn, patch)
        seen.add(candidate.digest)
        if attempt is not stored:
            self._note(key, attempt)
        if isinstance(patch, Reason):
            return attempt, None
        return attempt, _Passed(key, attempt, patch, declared(candidate), candidate)

    def _judge(
        self, case: Case, candidate: Candidate, turn: Turn, patch: Patch
    ) -> Generator[Event, None, Attempt]:
        attempt = replace(new_attempt(candidate, turn.proposal), diff=patch.diff())
        if turn.foreseen is not None:
            verdict = self.judge.settle(case, patch, turn.foreseen)
        else:
            verdict = yield from self.judge.behaviour(case, patch, declared(candidate))
        lessons.note(self.tools.ledger, case)
        if verdict.same is not False and len(candidate.functions) > 1:
            others = beside(self.cases, candidate, self._sources)
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

    def _apply(self, candidate: Candidate) -> Patch:
        paths = {each.id.path for each in candidate.functions}
        return self.tools.language.apply(candidate, {path: self._read(path) for path in paths})

    def _patch(self, candidate: Candidate) -> Patch | Reason:
        try:
            return self._apply(candidate)
        except UnparsableError as error:
            return Reason(Code.UNPARSABLE, str(error))

    @property
    def _sources(self) -> Sources:
        return Sources(self.ground.setting.place.tree, self.ground.code)

    def _read(self, path: str) -> bytes:
        return (self.ground.setting.place.tree / path).read_bytes()

    def _grown(self, tree: FunctionTree) -> TreeGrown:
        """Journal a function tree as it is now."""
        self.tools.ledger.put("tree", f"{tree.target} {tree.draft}", tree)
        return TreeGrown(tree)

    def _assignment(self, case: Case) -> Assignment:
        target = case.target
        known = recalled(self.tools, target, self._text(target))
        return Assignment(
            target=self._described(target),
            code=self.ground.code,
            sources=self._sources,
            hotspot=self.ground.profile.hotspot(target),
            recording=case.recording,
            history=(*known.rejected, *refusals(self.tools, target), *self.tried),
            guidance=self.told or self.tools.talk.told,
            examples=known.examples,
            project_packages=self.ground.packages,
            graph=self.ground.graph,
            context_tokens=room(self.tools.settings),
            trace=followed(self.tools, self.judge, case.recording),
            examiner=Examination(self.tools, self.ground, self.judge, case, self._apply),
        )

    def _described(self, target: FunctionId) -> FunctionInfo:
        """Find a function anew: patches kept before may have moved it."""
        file = self.tools.language.parse(target.path, self._read(target.path))
        return next(each for each in reversed(file.functions) if each.id == target)

    def _text(self, target: FunctionId) -> str:
        return self.tools.language.extract(self._read(target.path), self._described(target))

    # ------------------------------------------------------------------ the best of several
    def _best(
        self, case: Case, passed: list[_Passed], reasons: Counter[str]
    ) -> Generator[Event, None, bool]:
        """Test the candidates from the fastest on; keep the first that passes, and say so."""
        ranked = sorted(passed, key=_speed, reverse=True)
        for place, each in enumerate(ranked, 1):
            for version in (yield from self._versions(case, each)):
                if self._failed_before(version):
                    continue
                attempt = yield from self._tested(version)
                offer = offered(self.tools, Offer(attempt, version.patch, self.tip))
                self.confirmations = confirmations(self.tools)  # a person may have edited it
                if isinstance(offer, Offer):
                    self._supersede(ranked[place:])
                    taken = replace(version, attempt=offer.attempt, patch=offer.patch)
                    yield Kept(self._keep(taken), self.meta.branch)
                    return True
                attempt = replace(attempt, decision=Decision(False, offer))
                self.tools.ledger.put("attempt", version.key, attempt)
                reasons[str(offer.code)] += 1
                yield Judged(attempt, self.spend)
                if offer.code is Code.REFUSED:
                    break
        return False

    def _failed_before(self, each: _Passed) -> bool:
        """Tell whether an earlier start of this run saw the tests fail with a candidate."""
        stored = self.tools.ledger.get("attempt", each.key, Attempt)
        reason = stored.decision.reason if stored is not None else None
        return reason is not None and reason.code is not Code.SUPERSEDED

    def _supersede(self, slower: list[_Passed], text: str = _FASTER) -> None:
        """Journal why the others are not kept, before the one that is: a kill loses no reason."""
        decision = Decision(False, Reason(Code.SUPERSEDED, text))
        for each in slower:
            attempt = replace(each.attempt, decision=decision)
            self.tools.ledger.put("attempt", each.key, attempt)

    def _versions(self, case: Case, each: _Passed) -> Generator[Event, None, tuple[_Passed, ...]]:
        """Return what is tested of a candidate: the smallest variant that keeps its gain, then all.

        The evidence of a variant is its own: it is judged and measured like any candidate.
        """
        if "simplify" in self.tools.settings.run.without:
            return (each,)
        if time.monotonic() > self.deadline or self._failed_before(each):
            return (each,)
        parts = (self.tools, self.ground, self.judge, case, self._apply)
        originals = {f.id: self._text(f.id) for f in each.candidate.functions}
        smaller = yield from Simplifier(*parts).simplify(each.candidate, originals)
        if smaller == each.candidate:
            return (each,)
        key = f"{each.key} simplified"
        turn = Turn(key, Proposal(smaller))
        attempt, found = yield from self._attempt(
            case, turn, {each.candidate_digest for each in self.tried}
        )
        if found is None or not attempt.decision.keep:
            return () if self._refuse(each, attempt.decision.reason) else (each,)
        self._supersede([each], "a smaller part of it gains as much")
        yield Judged(attempt, self.spend)
        return (found, each)

    def _refuse(self, each: _Passed, reason: Reason | None) -> bool:
        """Refuse a candidate whose essence was refused before, or stands beside it already."""
        if reason is None or reason.code not in (Code.REFUSED, Code.DUPLICATE):
            return False
        attempt = replace(each.attempt, decision=Decision(False, reason))
        self.tools.ledger.put("attempt", each.key, attempt)
        return True

    def _tested(self, each: _Passed) -> Generator[Event, None, Attempt]:
        attempt = each.attempt
        before, measurement = attempt.verdict or Verdict(()), attempt.measurement
        verdict = yield from self.judge.tests(before, each.patch, each.declared)
        if verdict.same is not False and measurement is not None:
            measurement = yield from self.judge.workload(attempt.target, each.patch, measurement)
        decision = self.judge.decide(verdict, measurement, self.control)
        return replace(attempt, verdict=verdict, measurement=measurement, decision=decision)

    def _keep(self, each: _Passed) -> Attempt:
        """Commit, journal, then move the branch: a kill in between is made good on resuming."""
        repository, ledger = self.tools.repository, self.tools.ledger
        commit = keep.commit(repository, self.meta, each.attempt, each.patch, tip=self.tip)
        attempt = replace(each.attempt, commit=commit)
        ledger.put("attempt", each.key, attempt)
        ledger.put("kept", str(attempt.target), KeptPatch(self.tip, commit, each.patch))
        keep.publish(repository, self.meta, commit, tip=self.tip)
        write(self.ground.setting.place.tree, each.patch)
        self.tip = commit
        if attempt.model:  # what was recorded of the others is of the original
            for other in each.declared - {attempt.target}:
                ledger.put("done", str(other), True)
        return attempt


def _speed(each: _Passed) -> float:
    return each.attempt.measurement.bound if each.attempt.measurement else 0.0
