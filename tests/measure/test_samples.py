"""From samples to log ratios: units, classes, and costs that are paid once."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from codeopt.measure.layout import Layout
from codeopt.measure.samples import Pair, Sample, class_times, differences, read_sample

LAYOUT = Layout(
    segments=((0, 1), (2,)),
    labels=("small", "large"),
    warm=(),
    kind="call",
    seconds=0.001,
    classes=(("small", (0, 1)), ("large", (2,))),
    weights=(100.0, 100.0),
    seen=300,
    held_out=True,
)


def sample(**values: Any) -> Sample:
    """Make a sample; what is not given is nothing."""
    plain = Sample(1000, 1000, ((400, 400), (600, 600)), 0, 0, 0, (), ())
    return replace(plain, **values)


def pairs(count: int, old: Sample, new: Sample, imports: tuple[int, int] = (0, 0)) -> list[Pair]:
    return [Pair(imports, [old] * 4, [new] * 4) for _ in range(count)]


def test_a_pair_is_one_log_ratio() -> None:
    found = differences(pairs(3, sample(cpu=2000), sample(cpu=1000)), LAYOUT, "cpu")
    assert found == pytest.approx([math.log(2)] * 3)


def test_one_bad_sample_in_a_pair_is_outvoted() -> None:
    good, bad = sample(cpu=1000), sample(cpu=9000)
    pair = Pair((0, 0), [good] * 6, [good, good, bad, good, good, good])
    assert differences([pair], LAYOUT, "cpu") == [0.0]


def test_import_time_is_charged_by_the_calls_of_the_workload() -> None:
    old, new = sample(cpu=10_000_000), sample(cpu=5_000_000)
    free = differences(pairs(8, old, new), LAYOUT, "cpu")[0]
    paid = differences(pairs(8, old, new, (0, 500_000_000)), LAYOUT, "cpu")[0]
    # 500 ms at import are 5 ms for each of the 100 passes that the workload makes
    assert free == pytest.approx(math.log(2))
    assert paid == pytest.approx(0, abs=1e-9)


def test_a_warm_up_that_prepares_is_charged() -> None:
    old, new = sample(cpu=10_000_000), sample(cpu=5_000_000, warm=500_000_000)
    assert differences(pairs(8, old, new), LAYOUT, "cpu")[0] == pytest.approx(0, abs=1e-9)


def test_small_costs_that_come_and_go_are_not_charged() -> None:
    old, new = sample(cpu=10_000), sample(cpu=5_000, warm=20_000)
    assert differences(pairs(8, old, new, (0, 900_000)), LAYOUT, "cpu")[0] == math.log(2)


def test_classes_are_read_from_the_segments() -> None:
    new = sample(parts=((200, 200), (1200, 1200)))
    small, large = class_times(pairs(1, sample(), new), LAYOUT, "cpu")
    assert (small.label, small.calls, small.call_ns) == ("small", 2, 200)
    assert small.differences == pytest.approx((math.log(2),))
    assert large.differences == pytest.approx((-math.log(2),))
    assert (small.share, large.share) == pytest.approx((0.4, 0.6))


def test_classes_count_for_the_calls_that_they_stand_for() -> None:
    new = sample(parts=((200, 200), (1200, 1200)))
    rare = replace(LAYOUT, weights=(1000.0, 1.0))
    found = differences(pairs(1, sample(), new), rare, "cpu")
    assert found == pytest.approx([math.log((400_000 + 600) / (200_000 + 1200))])


def test_nonsense_from_the_harness_is_an_error() -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        read_sample({"readings": [["x", 1]], "warm": 0})
