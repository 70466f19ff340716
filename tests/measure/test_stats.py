"""The statistics against brute force, against published values, and against simulated noise."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeopt.measure import stats
from tests.measure.noises import NOISES, Noise

numbers = st.floats(-10, 10, allow_nan=False).map(lambda value: round(value, 3))
samples = st.lists(numbers, min_size=1, max_size=9)
distinct = st.lists(numbers.filter(bool), min_size=1, max_size=9, unique_by=abs)


def brute_p(values: list[float]) -> float:
    """Enumerate all signs."""
    values = [value for value in values if value]
    sizes = sorted(abs(value) for value in values)

    def rank(value: float) -> float:
        places = [k + 1 for k, size in enumerate(sizes) if size == abs(value)]
        return sum(places) / len(places)

    ranks = [rank(value) for value in values]
    seen = sum(r for r, value in zip(ranks, values, strict=True) if value > 0)
    signs = list(itertools.product((0, 1), repeat=len(ranks)))
    sums = [sum(r for r, s in zip(ranks, sign, strict=True) if s) for sign in signs]
    return sum(total >= seen for total in sums) / len(signs)


@given(samples)
def test_p_value_is_the_enumeration_of_all_signs(values: list[float]) -> None:
    assert stats.signed_rank_p(values) == pytest.approx(brute_p(values))


def test_p_value_as_published() -> None:
    # the nine pairs of Hollander and Wolfe's depression data: T+ = 40 of 45, one-sided P = .0195
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    differences = [b - a for b, a in zip(before, after, strict=True)]
    assert stats.signed_rank_p(differences) == pytest.approx(0.01953, abs=1e-5)
    assert stats.hodges_lehmann(differences) == pytest.approx(0.46, abs=1e-9)


@given(distinct, st.sampled_from([0.3, 0.1, 0.05, 0.01, 0.002]))
def test_lower_bound_is_where_the_test_stops_rejecting(values: list[float], alpha: float) -> None:
    bound = stats.lower_bound(values, alpha)
    if bound == -math.inf:
        assert 0.5 ** len(values) > alpha
        return
    assert stats.signed_rank_p(values, bound - 1e-6) <= alpha
    assert stats.signed_rank_p(values, bound + 1e-6) > alpha


@given(samples, numbers)
def test_estimate_and_bounds_follow_a_shift(values: list[float], shift: float) -> None:
    moved = [value + shift for value in values]
    expected = stats.hodges_lehmann(values) + shift
    assert stats.hodges_lehmann(moved) == pytest.approx(expected, abs=1e-9)
    low, high = stats.two_sided(values, 0.5)
    assert stats.two_sided(moved, 0.5) == pytest.approx((low + shift, high + shift), abs=1e-9)


@given(samples, st.floats(0.001, 0.4))
def test_bounds_mirror_each_other(values: list[float], alpha: float) -> None:
    mirrored = [-value for value in values]
    assert stats.upper_bound(values, alpha) == -stats.lower_bound(mirrored, alpha)


@given(st.lists(numbers, min_size=3, max_size=12), st.sampled_from([0.2, 0.05]))
def test_bounds_hold_the_estimate_between_them(values: list[float], alpha: float) -> None:
    low, high = stats.two_sided(values, 1 - alpha)
    assert low <= stats.hodges_lehmann(values) <= high


def test_exact_and_approximate_agree_where_they_meet() -> None:
    rng = random.Random(5)
    values = [rng.gauss(0.2, 1) for _ in range(40)]
    exact = stats.signed_rank_p(values)
    larger = [*values, 0.0001]
    assert stats.signed_rank_p(larger) == pytest.approx(exact, rel=0.1)
    low = stats.lower_bound(values, 0.05)
    assert stats.lower_bound(larger, 0.05) == pytest.approx(low, abs=0.05)


@given(st.floats(1e-5, 0.2))
def test_fewest_is_the_least_number_that_can_reject(alpha: float) -> None:
    count = stats.fewest(alpha)
    assert stats.lower_bound([1.0] * count, alpha) == 1.0
    assert count == 1 or stats.lower_bound([1.0] * (count - 1), alpha) == -math.inf


def test_the_budget_is_never_overspent() -> None:
    spent = sum(stats.spend(0.01, number) for number in range(1, 10_000))
    assert 0.0099 < spent < 0.01
    with pytest.raises(ValueError, match="counted from 1"):
        stats.spend(0.01, 0)


# ------------------------------------------------------------------ nominal error under bad noise
@pytest.mark.parametrize("noise", NOISES)
def test_identical_code_is_called_faster_no_more_often_than_allowed(
    noise: Noise,
) -> None:
    rng, tries, alpha = random.Random(f"error {noise.__name__}"), 1500, 0.05
    claims = sum(stats.lower_bound(noise(rng, 20), alpha) > 0 for _ in range(tries))
    slack = 3 * math.sqrt(alpha * (1 - alpha) / tries)
    assert claims / tries <= alpha + slack


def test_looking_often_stays_within_the_budget() -> None:
    rng, tries, alpha, claims = random.Random(11), 800, 0.05, 0
    for _ in range(tries):
        values = [rng.gauss(0, 1) for _ in range(30)]
        looks = enumerate(range(6, 31, 3), start=1)
        claims += any(
            stats.lower_bound(values[:count], stats.spend(alpha, look)) > 0 for look, count in looks
        )
    assert claims / tries <= alpha + 3 * math.sqrt(alpha * (1 - alpha) / tries)


def test_units_of_one_process_are_no_evidence_of_their_own() -> None:
    """Identical code that differs from process to process: only medians keep the error."""
    rng, tries, alpha = random.Random(12), 300, 0.05
    by_units = by_processes = 0
    for _ in range(tries):
        offsets = [rng.gauss(0, 0.03) for _ in range(8)]
        groups = [[offset + rng.gauss(0, 0.005) for _ in range(5)] for offset in offsets]
        by_units += stats.signed_rank_p([v for group in groups for v in group]) <= alpha
        by_processes += stats.signed_rank_p(stats.of_processes(groups)) <= alpha
    assert by_processes / tries <= alpha + 0.03
    assert by_units / tries > 2 * alpha


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_a_real_gain_is_found(seed: int) -> None:
    rng = random.Random(seed)
    values = [0.10 + rng.gauss(0, 0.01) for _ in range(12)]
    assert stats.lower_bound(values, 0.001) > 0.05
