"""The choice of calls: nothing that is timed was seen before, and no class is forgotten."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from codeopt.measure.plan import Call, split, within


def calls(keys: list[int]) -> list[Call]:
    return [Call(n, f"group {key % 3}", 1, str(key)) for n, key in enumerate(keys)]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80), st.integers(0, 9))
def test_warm_up_and_timed_calls_share_no_content(keys: list[int], seed: int) -> None:
    plan = split(calls(keys), seed)
    timed = {keys[index] for index in plan.timed}
    assert plan.timed
    assert timed.isdisjoint(keys[index] for index in plan.warm)
    assert sorted(plan.timed + plan.warm) == list(range(len(keys)))
    if plan.held_out:
        assert timed.isdisjoint(keys[index] for index in plan.screen)
        assert plan.screen


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80))
def test_every_class_is_timed(keys: list[int]) -> None:
    plan = split(calls(keys), 0)
    assert {keys[index] % 3 for index in plan.timed} == {key % 3 for key in keys}


def test_few_inputs_are_all_screened() -> None:
    plan = split(calls([1, 1, 1, 1]), 0)
    assert plan.screen == plan.timed == (0, 1, 2, 3)
    assert not plan.warm
    assert not plan.held_out


def test_long_calls_are_thinned_out_evenly() -> None:
    times = [(index, 0.01) for index in range(100)]
    chosen = within(times, dict.fromkeys(range(100), ""), 0.1)
    assert len(chosen) == 10
    assert max(b - a for a, b in pairwise(chosen)) <= 11


def test_thinning_keeps_a_call_of_each_class() -> None:
    times = [(0, 5.0), (1, 0.001), (2, 4.0)]
    chosen = within(times, {0: "large", 1: "small", 2: "large"}, 0.1)
    assert {0, 2} & set(chosen)
    assert 1 in chosen
