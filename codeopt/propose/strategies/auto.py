"""Climb the ladder of strategies, and stop when the next call is not worth its cost.

The catalogue first, which is free; then a model's strategies, each next call to the one of which
most is expected; then a dearer model, but only where the cheaper one failed (Duo-LLM).
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.model.reasons import Code
from codeopt.ports import Assignment, Proposal, Strategy
from codeopt.propose.bandit import Bandit

_GOOD_ENOUGH = 2.0
_FAILED_CALLS = 2
# a call must promise so much that the whole budget, spent at that rate, would save this share of
# the workload's time; one that is capped below the usual is not dearer for that
_LEAST_FOR_ALL = 0.10
_USUAL_BUDGET = 200_000


class Auto:
    """Chain strategies in tiers: ``tiers`` holds the free ones, then those of each model.

    A further tier is asked while nothing kept is sure to be twice as fast, and while making the
    rest of the target infinitely fast would still speed the workload up by ``min_speedup``
    (Amdahl).
    A dearer model is asked only when nothing of a cheaper one was kept. With ``budget`` (the tokens
    of the run) the strategies of a tier take turns: the next call goes to the one that attempts on
    this target and others speak for. Without, they follow each other. Each target has its own.
    """

    name = "auto"

    def __init__(
        self,
        tiers: Sequence[Sequence[Strategy]],
        *,
        min_speedup: float = 1.05,
        budget: int = 0,
    ) -> None:
        self._tiers = tuple(tuple(tier) for tier in tiers if tier)
        self._min_speedup = min_speedup
        self._budget = budget
        self._bandit = Bandit()
        self._target: FunctionId | None = None
        self._best = 1.0
        self._is_kept_of_a_model = False
        self._failed_calls = 0
        self._is_spent = False

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield the proposals of each tier that is worth its cost."""
        self._target = assignment.target.id
        for number, tier in enumerate(self._tiers):
            if number and not self._is_worth_more(assignment):
                return
            if self._is_spent or self._is_kept_of_a_model:
                return
            self._failed_calls = 0
            ask = self._turns if self._budget and len(tier) > 1 else self._row
            yield from ask(tier, assignment)

    def observe(self, attempt: Attempt) -> None:
        """Let every strategy learn, and remember the best that was kept.

        An attempt on another target only says what strategies and techniques are worth.
        """
        self._bandit.observe(attempt)
        if attempt.target != self._target:
            return
        code = attempt.decision.reason.code if attempt.decision.reason else None
        self._is_spent = self._is_spent or code is Code.BUDGET
        self._failed_calls = self._failed_calls + 1 if code is Code.MODEL_FAILED else 0
        for tier in self._tiers:
            for strategy in tier:
                strategy.observe(attempt)
        measured = attempt.measurement
        if attempt.decision.keep and measured is not None and measured.speedup is not None:
            self._best = max(self._best, measured.speedup.low)
            self._is_kept_of_a_model = self._is_kept_of_a_model or bool(attempt.model)

    def _row(self, tier: Sequence[Strategy], assignment: Assignment) -> Iterator[Proposal]:
        """Ask one strategy after the other."""
        for number, strategy in enumerate(tier):
            if number and (self._gives_up() or not self._is_worth_more(assignment)):
                return
            yield from strategy.propose(assignment)

    def _turns(self, tier: Sequence[Strategy], assignment: Assignment) -> Iterator[Proposal]:
        """Ask whichever strategy most is expected of, until none is worth a call any more."""
        going = {strategy.name: strategy for strategy in tier}
        asked: dict[str, Iterator[Proposal]] = {}
        while going:
            promise = self._promise(going, assignment.target.id) * assignment.share / self._best
            if self._gives_up() or not self._is_worth_a_call(assignment, promise):
                return
            yield Proposal(None, promise=promise, elsewhere=self._promise(going, None))
            name = self._likeliest(going, assignment.target.id)  # others had their turns meanwhile
            if name not in asked:
                liking = self._bandit.liking()
                asked[name] = going[name].propose(replace(assignment, liking=liking))
            if (yield from self._call(asked[name])) is None:
                del going[name]

    def _call(self, proposals: Iterator[Proposal]) -> Generator[Proposal, None, Proposal | None]:
        """Go on to what is to be judged, whatever steps and calls of a tree lead there."""
        is_open, proposal = True, None
        while is_open and (proposal := next(proposals, None)) is not None:
            yield proposal
            has_something = proposal.candidate is not None or proposal.attempt is not None
            is_open = proposal.goes_on or not has_something
        return proposal

    def _likeliest(self, names: Iterable[str], target: FunctionId | None) -> str:
        """Name the strategy of which most is expected on a target."""
        return max(names, key=lambda name: self._bandit.index(name, target))

    def _gives_up(self) -> bool:
        """Tell whether a model is of no use: the budget is spent, or it fails again and again."""
        return self._is_spent or self._failed_calls >= _FAILED_CALLS

    def _is_worth_more(self, assignment: Assignment) -> bool:
        if self._best == 1.0:
            return True
        return self._best < _GOOD_ENOUGH and _left(assignment, self._best) >= self._min_speedup

    def _promise(self, names: Iterable[str], target: FunctionId | None) -> float:
        """Return the share of a target's time that the next call may save, for each token."""
        name = self._likeliest(names, target)
        return (1 - math.exp(-self._bandit.index(name, target))) / self._bandit.tokens(name)

    def _is_worth_a_call(self, assignment: Assignment, promise: float) -> bool:
        """Hold what a call promises against what the whole budget has to bring."""
        budget = max(self._budget, _USUAL_BUDGET)
        return self._is_worth_more(assignment) and promise * budget >= _LEAST_FOR_ALL


def _left(assignment: Assignment, speedup: float) -> float:
    """Return the most that can still be gained on the workload when ``speedup`` is kept."""
    share = assignment.share
    rest = share / speedup
    return (1 - share + rest) / (1 - share) if share < 1 else float("inf")
