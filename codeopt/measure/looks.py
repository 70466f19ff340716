"""Follow log ratios over several looks at them, and say when to stop: pure, no clock is read."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from codeopt.measure import stats

HARMLESS = math.log(0.95)  # what is sure to be above it is not slower
_FUTILE = 0.01
_HARMLESS_TAIL = 0.025  # as that of the intervals that are shown
_FEWEST = 6  # pairs, however large the budget: fewer don't show what outlives a sample
_GROWTH = 1.5  # of the number of pairs from one look to the next


def pace(alpha: float, first: int, most: int) -> Iterator[tuple[int, float]]:
    """Yield for each look the pairs that it waits for, and its share of the error budget.

    ``first`` are the pairs from which on a look is worth its share; ``most`` are never exceeded.
    """
    wanted = first
    for number in itertools.count(1):
        share = stats.spend(alpha, number)
        wanted = min(max(wanted, stats.fewest(share), _FEWEST), most)
        yield wanted, share
        if wanted >= most:
            return
        wanted = math.ceil(wanted * _GROWTH)


class Looks:
    """Hold the best lower bound so far of each series of log ratios.

    With two series (latency and throughput) either may show the gain, so that each gets half of
    the error budget, and both must be sure not to be slower.
    """

    def __init__(self, least: float, series: int = 1) -> None:
        self.least = least
        self.bounds = [-math.inf] * series

    @property
    def best(self) -> int:
        """Return the number of the series with the best bound."""
        return self.bounds.index(max(self.bounds))

    @property
    def bound(self) -> float:
        """Return the best bound."""
        return max(self.bounds)

    def look(self, series: Sequence[Sequence[float]], alpha: float) -> bool:
        """Update the bounds at level ``alpha``; tell whether it is sure either way."""
        for place, values in enumerate(series):
            found = stats.lower_bound(values, alpha / len(series))
            self.bounds[place] = max(self.bounds[place], found)
        return self._won(series) or self.is_futile(series)

    def is_futile(self, series: Sequence[Sequence[float]]) -> bool:
        """Tell whether the gain that is asked for is not there, or one series is slower."""
        highs = [stats.upper_bound(values, _FUTILE) for values in series]
        return max(highs) < self.least or min(highs) < HARMLESS

    def _won(self, series: Sequence[Sequence[float]]) -> bool:
        if self.bound <= self.least:
            return False
        lows = [stats.lower_bound(values, _HARMLESS_TAIL) for values in series]
        return len(series) == 1 or min(lows) > HARMLESS
