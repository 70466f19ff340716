"""Looks at log ratios: one series or two, with one error budget."""

from __future__ import annotations

import math
import random

import pytest

from codeopt.measure import stats
from codeopt.measure.looks import Looks, pace
from tests.measure.noises import NOISES, Noise, gaining, keeps_anything

LEAST = math.log(1.05)
FAST = [0.2 + 0.001 * k for k in range(12)]
EQUAL = [(-1) ** k * 0.001 * k for k in range(12)]
SLOW = [-value for value in FAST]
ROUGH = [(-1) ** k * 0.1 * k for k in range(12)]


def test_one_series_ends_either_way() -> None:
    gain = Looks(LEAST)
    assert gain.look([FAST], 0.005)
    assert gain.bound == stats.lower_bound(FAST, 0.005)
    assert Looks(LEAST).look([EQUAL], 0.005)
    assert not Looks(LEAST).look([ROUGH], 0.005)
    assert not Looks(LEAST).look([FAST[:5]], 0.005)  # too few for the level


def test_either_of_two_may_show_the_gain_at_half_the_budget() -> None:
    looks = Looks(LEAST, series=2)
    assert looks.look([EQUAL, FAST], 0.005)
    assert looks.best == 1
    assert looks.bound == stats.lower_bound(FAST, 0.0025)


def test_a_gain_is_not_enough_where_the_other_side_may_be_slower() -> None:
    assert not Looks(LEAST, series=2).look([FAST, ROUGH], 0.005)
    assert Looks(LEAST, series=2).is_futile([FAST, SLOW])
    assert not Looks(LEAST, series=2).is_futile([FAST, EQUAL])


def test_a_bound_once_reached_is_kept() -> None:
    looks = Looks(LEAST)
    looks.look([FAST], 0.005)
    before = looks.bound
    looks.look([FAST + ROUGH], 0.0001)
    assert looks.bound == before


@pytest.mark.parametrize(("first", "most"), [(0, 320), (36, 320), (9, 9), (500, 320)])
def test_looks_come_later_and_later_and_never_cost_more_than_the_budget(
    first: int, most: int
) -> None:
    looks = list(pace(0.01, first, most))
    wanted, shares = [pairs for pairs, _ in looks], [share for _, share in looks]
    assert wanted == sorted(set(wanted))
    assert wanted[-1] == most
    assert wanted[0] == min(most, max(first, stats.fewest(0.005)))
    assert sum(shares) < 0.01


@pytest.mark.parametrize("noise", NOISES)
def test_a_whole_run_on_identical_code_keeps_the_budget(noise: Noise) -> None:
    rng, runs, alpha = random.Random(f"runs {noise.__name__}"), 120, 0.05
    kept = sum(keeps_anything(noise, rng, candidates=6, alpha=alpha) for _ in range(runs))
    assert kept / runs <= alpha + 3 * math.sqrt(alpha * (1 - alpha) / runs)


def test_a_whole_run_finds_what_is_there() -> None:
    rng = random.Random(5)
    assert all(
        keeps_anything(gaining(0.1), rng, candidates=1, alpha=0.01, least=1.05) for _ in range(40)
    )
