"""Consensus as FunCoder has it, with exceptions as outcomes; properties over all inputs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeopt.propose.decompose.consensus import consensus, similarity

OUTCOMES = st.lists(
    st.sampled_from(["1", "1.0", "raised ValueError", None]), min_size=4, max_size=4
)
SAMPLES = st.dictionaries(st.text(min_size=1, max_size=3), OUTCOMES.map(tuple), min_size=1)


@given(OUTCOMES.map(tuple), OUTCOMES.map(tuple))
def test_similarity_is_a_share_and_has_no_direction(
    one: tuple[str | None, ...], two: tuple[str | None, ...]
) -> None:
    assert 0 <= similarity(one, two) == similarity(two, one) <= 1
    assert similarity(one, one) == sum(each is not None for each in one) / 4


@given(SAMPLES)
def test_the_best_is_most_like_the_others(samples: dict[str, tuple[str | None, ...]]) -> None:
    scores = consensus(samples)
    assert set(scores) == set(samples)
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert all(0 <= score <= 1 for score in scores.values())
    for name, score in scores.items():
        others = [similarity(samples[name], o) for key, o in samples.items() if key != name]
        assert score * len(others) == pytest.approx(sum(others))


@given(SAMPLES, st.randoms(use_true_random=False))
def test_order_changes_no_score(samples: dict[str, tuple[str | None, ...]], random: object) -> None:
    names = list(samples)
    random.shuffle(names)  # type: ignore[attr-defined]
    assert consensus({name: samples[name] for name in names}) == pytest.approx(consensus(samples))


def test_a_majority_ranks_first_and_types_and_exceptions_count() -> None:
    samples = {
        "odd": ("1", "1.0", "2"),
        "one": ("1", "1", "raised KeyError"),
        "two": ("1", "1", "raised KeyError"),
        "dark": (None, None, None),
    }
    scores = consensus(samples)
    assert list(scores) == ["one", "two", "odd", "dark"]
    assert scores["one"] == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert scores["dark"] == 0


def test_what_ran_on_other_inputs_is_not_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        similarity(("1",), ("1", "2"))
