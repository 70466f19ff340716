"""The rule of screening on numbers."""

from __future__ import annotations

import math
import random

from codeopt.measure.screening import PROCESSES, judge_processes

LEAST = math.log(1.05)


def process(rng: random.Random, centre: float) -> list[float]:
    return [rng.gauss(centre, 0.005) for _ in range(20)]


def outcome(centres: list[float], rng: random.Random) -> tuple[bool, int]:
    groups: list[list[float]] = []
    for centre in centres:
        groups.append(process(rng, centre))
        verdict = judge_processes(groups, LEAST, 0.005)
        if verdict is not None:
            return verdict, len(groups)
    raise AssertionError("screening must end after 8 processes")


def test_identical_code_ends_after_one_process() -> None:
    assert outcome([0.0] * PROCESSES, random.Random(1)) == (False, 1)


def test_one_process_that_is_off_does_not_refuse_a_small_gain() -> None:
    groups = [process(random.Random(3), -0.02)]
    assert judge_processes(groups, math.log(1.01), 0.005) is None
    assert judge_processes([[value - 0.05 for value in groups[0]]], math.log(1.01), 0.005) is False


def test_a_clear_gain_passes_after_three() -> None:
    assert outcome([0.3] * PROCESSES, random.Random(2)) == (True, 3)


def test_one_process_that_is_wrong_makes_no_gain() -> None:
    passed, _ = outcome([0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], random.Random(3))
    assert not passed


def test_one_process_that_is_wrong_hides_no_gain() -> None:
    assert outcome([0.12, -0.05, 0.12, 0.12, 0.12, 0.12, 0.12, 0.12], random.Random(4))[0]


def test_it_ends_on_any_numbers() -> None:
    rng = random.Random(5)
    for _ in range(200):
        outcome([rng.gauss(0.05, 0.05) for _ in range(PROCESSES)], rng)
