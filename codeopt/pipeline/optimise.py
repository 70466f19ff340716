"""Take one target to at most one kept patch."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

from codeopt import keep
from codeopt.model.candidate import Candidate, Patch
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.model.events import CheckStarted, Event, Judged, Kept, TargetFinished, TreeGrown
from codeopt.model.evidence import Attempt, Decision, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.model.tree import FunctionTree
from codeopt.pipeline import lessons
from codeopt.pipeline.attempts import KeptPatch, why
from codeopt.pipeline.examine import Examination
from codeopt.pipeline.judge import Case, Foreseen, write
from codeopt.pipeline.known import (
    confirmations,
    followed,
    goes_on,
    offered,
    recalled,
    refusals,
    room,
    tried_before,
    tried_on,
)
from codeopt.pipeline.rota import Paused
from codeopt.pipeline.simplify import Simplifier
from codeopt.pipeline.together import Submission, Waiting, foresee, rounds
from codeopt.pipeline.tools import Offer
from codeopt.pipeline.tryout import Passed, Tryout
from codeopt.ports import Assignment, Proposal, Strategy

_FASTER = "another rewrite of the same function is faster"
_SMALLER = "a smaller part of it gains as much"
_ALONG = "it was rewritten together with another function"
_PROPOSED = re.compile(r" \d{4}$")  # ends the key of what a strategy proposed


@dataclass(slots=True)
class _Round:
    """Hold one round of work on a target: what a person asked for, and what came of it.

    ``number`` is 0 for what nobody asked for. ``prefix`` is that of its keys in the journal,
    ``before`` what was tried in earlier ones, ``kept`` counts the patches that had been kept when
    it began.
    """

    case: Case
    number: int
    prefix: str
    told: str
    before: tuple[Attempt, ...]
    kept: int
    tried: int = 0

    @property
    def target(self) -> FunctionId:
        """Return what is worked on."""
        return self.case.target

    @property
    def digests(self) -> set[str]:
        """Return the code that was judged in earlier rounds."""
        return {each.candidate_digest for each in self.before}


@dataclass(slots=True)
class Optimiser(Tryout):
    """Work on targets; ``failure`` says why a strategy could not go on (its model cannot be used).

    What was found until then is not lost. Work on several targets may be under way at once.
    """

    failure: PreconditionError | None = None

    def optimise(self, case: Case) -> Iterator[Event | Paused]:
        """Judge what the strategy proposes and keep the best of what passes.

        Before what costs tokens the work pauses, and can be gone on with later. Where nothing is
        kept, a person who sits by may ask for one more round.
        """
        lessons.recall(self.tools.ledger, case)
        target, before = case.target, self.text(case.target, self.kept_then)
        told = list(self.tools.ledger.get("told", str(target), list[str]) or ())
        reasons: Counter[str] = Counter()
        tried, kept, number = 0, False, 0
        while not kept and (number <= len(told) or goes_on(self.tools, target, told)):
            now = self._begin(case, told, number)
            kept = yield from self._round(now, reasons)
            tried, number = tried + now.tried, number + 1
            if self._is_over:
                break
        if self.tools.memory is not None:
            self.tools.memory.learn(target, before, tried_on(self.tools, target))
        why = ", ".join(f"{count} {code}" for code, count in reasons.most_common())
        yield TargetFinished(target, tried, kept, why)

    def drop(self, target: FunctionId) -> TargetFinished:
        """Leave a target that was rewritten along with another."""
        self.close(target)
        tried = tried_on(self.tools, target)
        if self.tools.memory is not None:
            self.tools.memory.learn(target, self.text(target, 0), tried)
        return TargetFinished(target, len(tried), kept=False, why=_ALONG)

    def close(self, target: FunctionId) -> None:
        """Journal why nothing of what passed is kept, of a target that the run is through with."""
        for key, each in self.tools.ledger.items("attempt", Attempt):
            if each.target == target and each.decision.keep and not each.commit:
                self._give_up(key, each, Reason(Code.SUPERSEDED, _ALONG))

    @property
    def _is_over(self) -> bool:
        return self.failure is not None or time.monotonic() > self.deadline

    def _begin(self, case: Case, told: list[str], number: int) -> _Round:
        """Begin a round; the first one goes by what was told before the run."""
        talk, target = self.tools.talk, case.target
        prefix = f"{target} round {number}" if number else str(target)
        before = tried_before(self.tools, target, prefix) if number else talk.known
        asked = "; before that: ".join(reversed(told[:number]))
        return _Round(case, number, prefix, asked or talk.told, before, self.kept_then)

    def _round(self, now: _Round, reasons: Counter[str]) -> Generator[Event | Paused, None, bool]:
        """Go through the proposals once; count them, and tell whether one was kept."""
        strategy = self.tools.strategy()
        passed: list[Passed] = []
        seen, learned = now.digests, self._learn(strategy, now.target, 0)
        for each in self._submissions(strategy, now, seen):
            if isinstance(each, CheckStarted):
                yield each
                continue
            proposal = each.proposal
            if proposal.promise is not None:
                if not now.number:  # nobody who asked for a round is kept waiting
                    yield Paused(proposal.promise, proposal.elsewhere)
                learned = self._learn(strategy, now.target, learned)
            if proposal.tree is not None:
                yield self._grown(proposal.tree)
            if proposal.candidate is not None or proposal.attempt is not None:
                attempt, found = yield from self.attempt(now.case, each, seen)
                strategy.observe(attempt)
                yield Judged(attempt, self.spend)
                if found is not None and attempt.decision.keep:
                    passed.append(found)
                elif attempt.decision.reason:
                    reasons[str(attempt.decision.reason.code)] += 1
                now.tried += 1
            if self._is_over:
                break
        return (yield from self._best(now, passed, reasons))

    def _learn(self, strategy: Strategy, target: FunctionId, learned: int) -> int:
        """Tell a strategy what was found on other targets until this visit; count all of it."""
        judged = self.tools.ledger.items("judged", Attempt, learned)
        known = learned + len(judged) if self.visit is None else self.visit.known
        for key, each in judged[: known - learned]:
            if each.target != target and _PROPOSED.search(key):
                strategy.observe(each)
        return known

    def _submissions(
        self, strategy: Strategy, now: _Round, seen: set[str]
    ) -> Generator[Submission | CheckStarted]:
        """Take proposals in rounds, pay for them, and verify those of a round at once."""
        number = 0
        for together in rounds(self._proposals(strategy, now)):
            found = []
            for each in together:
                if each.promise is not None:
                    found.append(Submission("", each))
                    continue
                key = f"{now.prefix} {number:04d}"
                paid = replace(each, spend=self.pay(key, each.spend))
                found.append(Submission(key, paid, begun=now.kept))
                number += 1
            ahead = yield from self._verified(now.case, found, seen)
            yield from (replace(each, foreseen=ahead.get(each.key)) for each in found)

    def _verified(
        self, case: Case, found: Iterable[Submission], seen: set[str]
    ) -> Generator[CheckStarted, None, dict[str, Foreseen]]:
        """Verify what is new in a round at once, where there are workers for it; by their keys."""
        if self.tools.executor.workers < 2:
            return {}
        waiting: dict[str, Waiting] = {}  # by digest: equal code is verified once
        for submission in found:
            if (wait := self.waiting(submission, seen)) is not None:
                waiting.setdefault(wait.candidate.digest, wait)
        if len(waiting) < 2:
            return {}
        yield CheckStarted(f"behaviour of {len(waiting)} candidates")
        return foresee(self.judge, self.tools.executor, case, waiting.values())

    def _proposals(self, strategy: Strategy, now: _Round) -> Iterator[Proposal]:
        """Take what a strategy proposes until its end, or until its model cannot be used."""
        try:
            yield from strategy.propose(self._assignment(now))
        except PreconditionError as error:
            self.failure = error

    def _grown(self, tree: FunctionTree) -> TreeGrown:
        """Journal a function tree as it is now."""
        self.tools.ledger.put("tree", f"{tree.target} {tree.draft}", tree)
        return TreeGrown(tree)

    def _assignment(self, now: _Round) -> Assignment:
        """Say all that is known of a target, by the files as they were when its round was begun.

        So a run that goes on asks the same, whatever was kept of other targets meanwhile.
        """
        target, sources = now.target, self.sources(now.kept)
        described = self.described(target, sources[target.path])
        assert described is not None, "it was found before anything was recorded of it"
        known = recalled(self.tools, target, self.text(target, now.kept))

        def made(draft: Candidate) -> Patch | Reason:
            return self.patch(draft, now.kept)

        return Assignment(
            target=described,
            code=self.ground.code,
            sources=sources,
            hotspot=self.ground.profile.hotspot(target),
            recording=now.case.recording,
            history=(*known.rejected, *refusals(self.tools, target), *now.before),
            guidance=now.told,
            examples=known.examples,
            project_packages=self.ground.packages,
            graph=self.ground.graph,
            context_tokens=room(self.tools.settings),
            trace=followed(self.tools, self.judge, now.case.recording),
            examiner=Examination(self.tools, self.ground, self.judge, now.case, made),
        )

    # ------------------------------------------------------------------ the best of several
    def _best(
        self, now: _Round, passed: list[Passed], reasons: Counter[str]
    ) -> Generator[Event, None, bool]:
        """Test the candidates from the fastest on; keep the first that passes, and say so."""
        ranked = sorted(passed, key=_speed, reverse=True)
        for place, one in enumerate(ranked, 1):
            each = yield from self.again(now.case, one, now.kept)
            if not each.attempt.decision.keep:
                yield self._reject(each, why(each.attempt.decision), reasons)
                continue
            for version in (yield from self._versions(now, each)):
                if (code := self._failed_before(version)) is not None:
                    if code is Code.REFUSED:
                        break
                    continue
                attempt = yield from self._tested(version)
                offer = offered(self.tools, Offer(attempt, version.patch, self.tip))
                self.confirmations = confirmations(self.tools)  # a person may have edited it
                if isinstance(offer, Offer):
                    for slower in ranked[place:]:
                        reason = Reason(Code.SUPERSEDED, _FASTER)
                        self._give_up(slower.key, slower.attempt, reason)
                    taken = replace(version, attempt=offer.attempt, patch=offer.patch)
                    yield Kept(self._keep(taken), self.meta.branch)
                    return True
                yield self._reject(replace(version, attempt=attempt), offer, reasons)
                if offer.code is Code.REFUSED:
                    break
        return False

    def _reject(self, each: Passed, reason: Reason, reasons: Counter[str]) -> Judged:
        """Journal why a candidate that had passed is not kept."""
        reasons[str(reason.code)] += 1
        return Judged(self._give_up(each.key, each.attempt, reason), self.spend)

    def _failed_before(self, each: Passed) -> Code | None:
        """Return why an earlier start of this run gave a candidate up, after it had passed."""
        stored = self.tools.ledger.get("attempt", each.key, Attempt)
        reason = stored.decision.reason if stored is not None else None
        return None if reason is None or reason.code is Code.SUPERSEDED else reason.code

    def _give_up(self, key: str, attempt: Attempt, reason: Reason) -> Attempt:
        """Journal why an attempt is not kept, before something else is: a kill loses no reason."""
        given_up = replace(attempt, decision=Decision(False, reason))
        self.tools.ledger.put("attempt", key, given_up)
        return given_up

    def _versions(self, now: _Round, each: Passed) -> Generator[Event, None, tuple[Passed, ...]]:
        """Return what is tested of a candidate: the smallest variant that keeps its gain, then all.

        The evidence of a variant is its own: it is judged and measured like any candidate.
        """
        if "simplify" in self.tools.settings.run.without:
            return (each,)
        if time.monotonic() > self.deadline or self._failed_before(each):
            return (each,)
        simplifier = Simplifier(
            self.tools, self.ground, self.judge, now.case, patch=self.patch, mark=each.mark
        )
        originals = {f.id: self.text(f.id) for f in each.candidate.functions}
        smaller = yield from simplifier.simplify(each.candidate, originals)
        if smaller == each.candidate:
            return (each,)
        key = f"{each.key} simplified{each.mark}"
        variant = Submission(key, Proposal(smaller), begun=now.kept)
        attempt, found = yield from self.attempt(now.case, variant, now.digests)
        if found is None or not attempt.decision.keep:
            return () if self._refuse(each, attempt.decision.reason) else (each,)
        self._give_up(each.key, each.attempt, Reason(Code.SUPERSEDED, _SMALLER))
        yield Judged(attempt, self.spend)
        return (found, each)

    def _refuse(self, each: Passed, reason: Reason | None) -> bool:
        """Refuse a candidate whose essence was refused before, or stands beside it already."""
        if reason is None or reason.code not in (Code.REFUSED, Code.DUPLICATE):
            return False
        self._give_up(each.key, each.attempt, reason)
        return True

    def _tested(self, each: Passed) -> Generator[Event, None, Attempt]:
        attempt = each.attempt
        before, measurement = attempt.verdict or Verdict(()), attempt.measurement
        verdict = yield from self.judge.tests(before, each.patch, each.candidate.declared)
        if verdict.same is not False and measurement is not None:
            measurement = yield from self.judge.workload(attempt.target, each.patch, measurement)
        decision = self.judge.decide(verdict, measurement, self.control)
        return replace(attempt, verdict=verdict, measurement=measurement, decision=decision)

    def _keep(self, each: Passed) -> Attempt:
        """Commit, journal, then move the branch: a kill in between is made good on resuming."""
        repository, ledger = self.tools.repository, self.tools.ledger
        commit = keep.commit(repository, self.meta, each.attempt, each.patch, tip=self.tip)
        attempt = replace(each.attempt, commit=commit)
        along = each.candidate.declared - {attempt.target} if attempt.model else frozenset()
        kept = KeptPatch(self.tip, commit, each.patch, tuple(sorted(along, key=str)))
        ledger.put("attempt", each.key, attempt)
        ledger.put("kept", str(attempt.target), kept)
        keep.publish(repository, self.meta, commit, tip=self.tip)
        write(self.ground.setting.place.tree, each.patch)
        self.tip = commit
        self.kept.append(kept)
        return attempt


def _speed(each: Passed) -> float:
    return each.attempt.measurement.bound if each.attempt.measurement else 0.0
