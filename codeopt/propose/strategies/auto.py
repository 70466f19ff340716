"""Climb the ladder of strategies, and stop when the next rung is not worth its cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Hotspot
from codeopt.ports import Assignment, Proposal, Strategy

_GOOD_ENOUGH = 2.0


class Auto:
    """Chain strategies, cheapest first (the catalogue, then a model where there is one).

    The next one is asked while nothing kept is sure to be twice as fast, and while making the rest
    of the target infinitely fast would still speed up the workload by ``min_speedup`` (Amdahl).
    """

    name = "auto"

    def __init__(self, strategies: Sequence[Strategy], *, min_speedup: float = 1.05) -> None:
        self._strategies = tuple(strategies)
        self._min_speedup = min_speedup
        self._best: dict[FunctionId, float] = {}

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield the proposals of each rung that is worth its cost."""
        for number, strategy in enumerate(self._strategies):
            if number and not self._is_worth_more(assignment):
                return
            yield from strategy.propose(assignment)

    def observe(self, attempt: Attempt) -> None:
        """Let every rung learn, and remember the best that was kept."""
        for strategy in self._strategies:
            strategy.observe(attempt)
        measured = attempt.measurement
        if attempt.decision.keep and measured is not None and measured.speedup is not None:
            best = self._best.get(attempt.target, 1.0)
            self._best[attempt.target] = max(best, measured.speedup.low)

    def _is_worth_more(self, assignment: Assignment) -> bool:
        best = self._best.get(assignment.target.id, 1.0)
        if best == 1.0:
            return True
        return best < _GOOD_ENOUGH and _left(assignment.hotspot, best) >= self._min_speedup


def _left(spot: Hotspot | None, speedup: float) -> float:
    """Return the most that can still be gained on the workload when ``speedup`` is kept."""
    if spot is None:
        return float("inf")
    share = min(max(spot.cumulative_share, 0.0), 1.0)
    rest = share / speedup
    return (1 - share + rest) / (1 - share) if share < 1 else float("inf")
