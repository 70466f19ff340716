"""Climb the ladder of strategies, and stop when the next call is not worth its cost.

The catalogue first, which is free; then a model's strategies, each next call to the one of which
most is expected; then a dearer model, but only where the cheaper one failed (Duo-LLM).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Hotspot
from codeopt.model.reasons import Code
from codeopt.ports import Assignment, Proposal, Strategy
from codeopt.propose.bandit import Bandit

_GOOD_ENOUGH = 2.0
_FAILED_CALLS = 2
# a call must promise so much that the whole budget, spent at that rate, would save this share of
# the workload's time; one that is capped below the usual is not dearer for that
_LEAST_FOR_ALL = 0.10
_USUAL_BUDGET = 200_000

Past = Callable[[FunctionId], Sequence[Attempt]]


class Auto:
    """Chain strategies in tiers: ``tiers`` holds the free ones, then those of each model.

    A further tier is asked while nothing kept is sure to be twice as fast, and while making the
    rest of the target infinitely fast would still speed the workload up by ``min_speedup``
    (Amdahl).
    A dearer model is asked only when nothing of a cheaper one was kept. With ``budget`` (the tokens
    of the run) the strategies of a tier take turns: the next call goes to the one that ``past``
    attempts and those on this target speak for. Without, they follow each other.
    """

    name = "auto"

    def __init__(
        self,
        tiers: Sequence[Sequence[Strategy]],
        *,
        min_speedup: float = 1.05,
        budget: int = 0,
        past: Past = lambda _: (),
    ) -> None:
        self._tiers = tuple(tuple(tier) for tier in tiers if tier)
        self._min_speedup = min_speedup
        self._budget = budget
        self._past = past
        self._bandit = Bandit()
        self._best: dict[FunctionId, float] = {}
        self._kept_of_a_model: set[FunctionId] = set()
        self._failed_calls = 0
        self._is_spent = False

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield the proposals of each tier that is worth its cost."""
        target = assignment.target.id
        self._bandit = Bandit(self._past(target))
        if self._budget:
            assignment = replace(assignment, liking=self._bandit.liking())
        for number, tier in enumerate(self._tiers):
            if number and not self._is_worth_more(assignment):
                return
            if self._is_spent or target in self._kept_of_a_model:
                return
            self._failed_calls = 0
            ask = self._turns if self._budget and len(tier) > 1 else self._row
            yield from ask(tier, assignment)

    def observe(self, attempt: Attempt) -> None:
        """Let every strategy learn, and remember the best that was kept."""
        self._bandit.observe(attempt)
        code = attempt.decision.reason.code if attempt.decision.reason else None
        self._is_spent = self._is_spent or code is Code.BUDGET
        self._failed_calls = self._failed_calls + 1 if code is Code.MODEL_FAILED else 0
        for tier in self._tiers:
            for strategy in tier:
                strategy.observe(attempt)
        measured = attempt.measurement
        if attempt.decision.keep and measured is not None and measured.speedup is not None:
            best = self._best.get(attempt.target, 1.0)
            self._best[attempt.target] = max(best, measured.speedup.low)
            if attempt.model:
                self._kept_of_a_model.add(attempt.target)

    def _row(self, tier: Sequence[Strategy], assignment: Assignment) -> Iterator[Proposal]:
        """Ask one strategy after the other."""
        for number, strategy in enumerate(tier):
            if number and (self._gives_up() or not self._is_worth_more(assignment)):
                return
            yield from strategy.propose(assignment)

    def _turns(self, tier: Sequence[Strategy], assignment: Assignment) -> Iterator[Proposal]:
        """Ask whichever strategy most is expected of, until none is worth a call any more."""
        going = {strategy.name: strategy.propose(assignment) for strategy in tier}
        while going:
            name = max(going, key=self._bandit.index)
            if self._gives_up() or not self._is_worth_a_call(assignment, name):
                return
            proposal = next(going[name], None)
            if proposal is None:
                del going[name]
            while proposal is not None:
                yield proposal
                proposal = next(going[name], None) if proposal.goes_on else None

    def _gives_up(self) -> bool:
        """Tell whether a model is of no use: the budget is spent, or it fails again and again."""
        return self._is_spent or self._failed_calls >= _FAILED_CALLS

    def _is_worth_more(self, assignment: Assignment) -> bool:
        best = self._best.get(assignment.target.id, 1.0)
        if best == 1.0:
            return True
        return best < _GOOD_ENOUGH and _left(assignment.hotspot, best) >= self._min_speedup

    def _is_worth_a_call(self, assignment: Assignment, name: str) -> bool:
        """Hold the share of the workload that a call may save against what it costs."""
        if not self._is_worth_more(assignment):
            return False
        best = self._best.get(assignment.target.id, 1.0)
        share = _share(assignment.hotspot) / best
        saved = share * (1 - math.exp(-self._bandit.index(name)))
        budget = max(self._budget, _USUAL_BUDGET)
        return saved >= _LEAST_FOR_ALL * self._bandit.tokens(name) / budget


def _share(spot: Hotspot | None) -> float:
    return min(max(spot.cumulative_share, 0.0), 1.0) if spot else 1.0


def _left(spot: Hotspot | None, speedup: float) -> float:
    """Return the most that can still be gained on the workload when ``speedup`` is kept."""
    if spot is None:
        return float("inf")
    share = _share(spot)
    rest = share / speedup
    return (1 - share + rest) / (1 - share) if share < 1 else float("inf")
