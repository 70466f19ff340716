"""Rank statistics for paired measurements: pure functions of numbers, exact where it matters.

All differences are logarithms of ratios old/new: above 0 the new code is faster. Rank methods are
used because timing noise has heavy tails; what they assume is that paired differences are
independent and symmetric, which randomised interleaving gives when nothing differs.

Sources: Wilcoxon (1945), Biometrics Bulletin 1, 80 (signed ranks); Hodges and Lehmann (1963), Ann.
Math. Statist. 34, 598 (estimate); Lehmann (1975), Nonparametrics, ch. 4 (bounds by inverting the
test); Bonferroni's inequality with Alpha/(k(k+1)), which telescopes to alpha, for any number of
looks (the investing-free case of Foster and Stine (2008), J. R. Statist. Soc. B 70, 429).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from statistics import NormalDist, median

_EXACT_UP_TO = 40


def walsh(values: Sequence[float]) -> list[float]:
    """Return the sorted averages of all pairs of values, each value with itself included."""
    count = len(values)
    return sorted((values[i] + values[j]) / 2 for i in range(count) for j in range(i, count))


def hodges_lehmann(values: Sequence[float]) -> float:
    """Return the Hodges-Lehmann estimate of the centre: the median of the Walsh averages (1963)."""
    return median(walsh(values))


def signed_rank_p(values: Iterable[float], centre: float = 0.0) -> float:
    """Return the one-sided p value of the signed-rank test that the centre is above ``centre``.

    Source: Wilcoxon (1945); with ties, Pratt and Gibbons (1981), Concepts of Nonparametric Theory,
    ch. 3: the distribution given the mid-ranks that were seen.

    Exact for up to 40 values, ties included (the distribution given the mid-ranks, by
    convolution); the normal approximation with continuity correction beyond. Values equal to the
    centre are dropped.
    """
    shifted = [value - centre for value in values if value != centre]
    if not shifted:
        return 1.0
    ranks = _double_ranks([abs(value) for value in shifted])
    positive = sum(rank for rank, value in zip(ranks, shifted, strict=True) if value > 0)
    if len(shifted) <= _EXACT_UP_TO:
        counts = _distribution(tuple(sorted(ranks)))
        return sum(counts[positive:]) / (1 << len(shifted))
    mean, deviation = sum(ranks) / 2, math.sqrt(sum(rank * rank for rank in ranks)) / 2
    return 1 - NormalDist().cdf((positive - 1 - mean) / deviation)


def lower_bound(values: Sequence[float], alpha: float) -> float:
    """Return the one-sided lower bound of the centre at level ``alpha`` (Lehmann 1975, ch. 4).

    It is the largest centre that the signed-rank test does not reject; minus infinity where there
    are too few values for the level.
    """
    rank = _critical(len(values), alpha)
    return walsh(values)[rank - 1] if rank else -math.inf


def upper_bound(values: Sequence[float], alpha: float) -> float:
    """Return the one-sided upper bound of the centre at level ``alpha``."""
    return -lower_bound([-value for value in values], alpha)


def two_sided(values: Sequence[float], level: float = 0.95) -> tuple[float, float]:
    """Return the two-sided confidence interval of the centre; infinite where values are too few."""
    tail = (1 - level) / 2
    return lower_bound(values, tail), upper_bound(values, tail)


def fewest(alpha: float) -> int:
    """Return the least number of values with which the signed-rank test can reach ``alpha``."""
    return max(1, math.ceil(math.log2(1 / alpha)))


def spend(alpha: float, number: int) -> float:
    """Return the share of an error budget for the test with this number, counted from 1.

    The shares alpha/(k(k+1)) add up to alpha however many tests follow.
    """
    if number < 1:
        raise ValueError("tests are counted from 1")
    return alpha / (number * (number + 1))


def of_processes(groups: Sequence[Sequence[float]]) -> list[float]:
    """Reduce the units of each process (cluster) to their median.

    Units of one process share its memory layout, so that only processes count as independent.
    """
    return [median(group) for group in groups if group]


def deviation(values: Sequence[float]) -> float:
    """Return the spread as 1.4826 times the median absolute deviation (a normal's sigma).

    Source: Hampel (1974), J. Am. Statist. Assoc. 69, 383. Half of the values may be bad.
    """
    centre = median(values)
    return 1.4826 * median(abs(value - centre) for value in values)


def _critical(count: int, alpha: float) -> int:
    """Return the largest k with P(signed-rank statistic <= k - 1) <= alpha, 0 if there is none."""
    if count > _EXACT_UP_TO:
        mean = count * (count + 1) / 4
        sigma = math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
        return max(0, math.floor(mean - 0.5 + NormalDist().inv_cdf(alpha) * sigma) + 1)
    allowed, total, rank = alpha * (1 << count), 0, 0
    for ways in _distribution(tuple(range(2, 2 * count + 1, 2)))[::2]:
        total += ways
        if total > allowed:
            break
        rank += 1
    return rank


def _double_ranks(sizes: Sequence[float]) -> list[int]:
    """Return twice the mid-ranks, which are whole numbers."""
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    ranks = [0] * len(sizes)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and sizes[order[end + 1]] == sizes[order[start]]:
            end += 1
        for place in range(start, end + 1):
            ranks[order[place]] = start + end + 2
        start = end + 1
    return ranks


@lru_cache(maxsize=64)
def _distribution(ranks: tuple[int, ...]) -> tuple[int, ...]:
    """Count the subsets of ``ranks`` by their sum."""
    counts = [1] + [0] * sum(ranks)
    reach = 0
    for rank in ranks:
        reach += rank
        for total in range(reach, rank - 1, -1):
            counts[total] += counts[total - rank]
    return tuple(counts)
