"""What counts as a disagreement, on made-up samples."""

from __future__ import annotations

from dataclasses import replace

from codeopt.measure.audit import disagreement, odd, relapse, unlike
from codeopt.measure.samples import Pair, Sample, clock_for, differences
from codeopt.model.reasons import Code
from tests.measure.test_samples import LAYOUT, sample

HONEST = sample(cpu=20_000_000, wall=20_000_000, process=24_000_000)


def test_an_honest_sample_agrees() -> None:
    assert disagreement(replace(HONEST, seen=20.1e6), HONEST) == ""


def test_time_that_goes_by_outside_only_is_seen() -> None:
    assert "went by outside" in disagreement(replace(HONEST, wall=2_000_000, seen=20e6), HONEST)


def test_work_put_off_until_the_clock_has_stopped_is_seen() -> None:
    late = sample(cpu=1_000_000, wall=1_000_000, process=25_000_000)
    assert "outside of the timed calls" in disagreement(late, HONEST)


def test_a_delay_of_the_parent_is_forgiven() -> None:
    assert disagreement(replace(HONEST, seen=30e6), HONEST) == ""


def test_short_samples_that_are_faster_than_long_ones() -> None:
    assert relapse(1.5, 1.0)
    assert relapse(1.0, 0.5)
    assert not relapse(0.8, 0.5)
    assert not relapse(1.0, 1.0)


def outcomes(*texts: str) -> Pair:
    return Pair((0, 0), a=[with_digests("x", "y")], b=[with_digests(*texts)])


def with_digests(*texts: str) -> Sample:
    return replace(HONEST, digests=tuple(enumerate(texts)))


def test_other_outcomes_are_found() -> None:
    assert odd(outcomes("x", "y")) is None
    reason = odd(outcomes("x", "z"))
    assert reason is not None
    assert reason.code is Code.RESULT


def test_outcomes_that_the_original_does_not_repeat_are_no_evidence() -> None:
    pair = outcomes("x", "z")
    pair.a.append(with_digests("x", "w"))
    assert odd(pair) is None


def test_what_the_original_changes_too_is_no_offence() -> None:
    changed = replace(HONEST, changed=("threads",))
    assert odd(Pair((0, 0), a=[changed], b=[changed])) is None
    assert odd(Pair((0, 0), a=[HONEST], b=[changed])) is not None


def test_waiting_code_is_timed_by_the_wall() -> None:
    waits = sample(cpu=1_000, wall=50_000, switches=3)
    works = sample(cpu=1_000, wall=1_000)
    preempted = sample(cpu=1_000, wall=50_000)
    assert clock_for([Pair((0, 0), [works], [waits])]) == "wall"
    assert clock_for([Pair((0, 0), [works], [preempted])]) == "cpu"


def test_layout_is_shared() -> None:
    assert differences([Pair((0, 0), [HONEST] * 2, [HONEST] * 2)], LAYOUT, "cpu") == [0.0]


def seen_from(old: list[Sample], new: list[Sample], count: int = 9) -> list[Pair]:
    return [Pair((0, 0), old, new) for _ in range(count)]


def test_only_the_first_sample_being_slow_is_a_contradiction() -> None:
    slow, fast = sample(cpu=2_000_000, wall=2_000_000), sample(cpu=1_000_000, wall=1_000_000)
    reason = unlike(seen_from([slow] * 4, [slow, fast, fast, fast]), "cpu")
    assert reason is not None
    assert reason.code is Code.CLOCK_DISAGREES
    assert "first sample in a process takes 2.0 times as long" in reason.text
    both = seen_from([slow, fast, fast, fast], [slow, fast, fast, fast])
    assert unlike(both, "cpu") is None


def test_what_forks_differ_by_does_not_contradict_a_small_gain() -> None:
    old, new = sample(cpu=1_000_000, wall=1_000_000), sample(cpu=980_000, wall=980_000)
    first, waits = replace(new, cpu=984_000, wall=984_000), replace(new, wall=984_000)
    assert unlike(seen_from([old] * 4, [first, new, new, new], 100), "cpu") is None
    assert unlike(seen_from([old] * 4, [waits] * 4, 100), "cpu") is None
    plainly = replace(new, cpu=990_000, wall=990_000)
    assert unlike(seen_from([old] * 4, [plainly, new, new, new], 100), "cpu") is not None


def test_cpu_time_that_is_saved_and_goes_by_all_the_same_is_a_contradiction() -> None:
    old, new = sample(cpu=2_000_000, wall=2_100_000), sample(cpu=1_000_000, wall=2_100_000)
    reason = unlike(seen_from([old] * 4, [new] * 4), "cpu")
    assert reason is not None
    assert "work is done elsewhere" in reason.text
    loaded = seen_from([old] * 4, [replace(new, wall=1_100_000)] * 4)
    assert unlike(loaded, "cpu") is None


def test_what_starting_a_sample_costs_is_no_contradiction() -> None:
    old = sample(cpu=10_000_000, wall=10_100_000)
    first, later = sample(cpu=560_000, wall=700_000), sample(cpu=500_000, wall=640_000)
    assert unlike(seen_from([old] * 4, [first, later, later, later]), "cpu") is None


def test_few_pairs_contradict_nobody() -> None:
    slow, fast = sample(cpu=2_000_000, wall=2_000_000), sample(cpu=1_000_000, wall=1_000_000)
    assert unlike(seen_from([slow] * 4, [slow, fast, fast, fast], count=3), "cpu") is None
