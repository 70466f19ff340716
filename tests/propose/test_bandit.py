"""What is learned from attempts, and that it follows from them alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeopt.model.evidence import Attempt, Spend
from codeopt.propose.bandit import Bandit
from codeopt.propose.techniques import TECHNIQUES, choose
from tests.propose.test_auto import OTHER, TARGET, judged


def pulled(strategy: str, technique: str, speedup: float | None = None) -> Attempt:
    return replace(
        judged(speedup), strategy=strategy, technique=technique, spend=Spend(0.0, 90, 10, 1)
    )


def learned(*attempts: Attempt) -> Bandit:
    bandit = Bandit()
    for attempt in attempts:
        bandit.observe(attempt)
    return bandit


def test_what_gains_is_preferred_and_what_fails_is_tried_less() -> None:
    bandit = Bandit()
    assert bandit.index("a", TARGET) == bandit.index("b", TARGET)
    bandit.observe(pulled("a", "t", 2.0))
    bandit.observe(pulled("b", "t"))
    assert bandit.index("a", TARGET) > bandit.index("c", TARGET) > bandit.index("b", TARGET)
    for _ in range(9):
        bandit.observe(pulled("a", "t"))
    assert bandit.index("c", TARGET) > bandit.index("a", TARGET)
    assert bandit.tokens("a") == 100
    assert Bandit().tokens("c") == 3_000


def test_another_target_is_less_known_and_is_expected_to_be_alike() -> None:
    failed, gained = learned(*[pulled("a", "t")] * 2), learned(pulled("a", "t", 2.0))
    for bandit in (failed, gained):
        known = [bandit.index("a", OTHER), bandit.index("b", TARGET)]
        assert known[0] == known[1], "each has half of it in common with what is known"
    assert failed.index("a", TARGET) < failed.index("a", OTHER) < failed.index("b", OTHER)
    assert gained.index("a", TARGET) > gained.index("a", OTHER) > gained.index("b", OTHER)


def test_techniques_that_gained_elsewhere_go_first() -> None:
    bandit = learned(pulled("a", "good", 2.0), pulled("a", "bad"), pulled("b", "bad"))
    liking = bandit.liking()
    assert liking["good"] > 0 > liking["bad"]
    plain = [leaf.name for leaf in TECHNIQUES if not leaf.needs]
    first = choose(frozenset(), {}, seed=0).name
    other = next(name for name in plain if name != first)
    assert choose(frozenset(), {}, seed=0, liking={other: 0.3}).name == other
    assert choose(frozenset(), {}, seed=0, liking={first: -0.3}).name != first
    assert choose(frozenset(), {other: 1}, seed=0, liking={other: 0.3}).name == first


@pytest.mark.parametrize("speedup", [0.5, 1.0])
def test_nothing_is_gained_by_what_is_not_faster(speedup: float) -> None:
    assert learned(pulled("a", "t", speedup)).index("a", TARGET) == learned(pulled("a", "t")).index(
        "a", TARGET
    )


def test_what_took_no_tokens_says_nothing_of_what_a_call_costs() -> None:
    free = replace(pulled("a", "t"), spend=Spend())
    assert learned(free).tokens("a") == 3_000
    assert learned(free, pulled("a", "t"), free).tokens("a") == 100
    assert learned(pulled("a", "t")).tokens("b") == 100, "until it is known, as others"
