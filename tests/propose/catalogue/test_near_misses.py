"""No rewrite applies where it would be wrong, and none hides what it takes for granted."""

import pytest

from codeopt.propose.catalogue.registry import REWRITES
from tests.propose.catalogue.near_misses import ASSUMED, NEVER
from tests.propose.catalogue.running import BY_NAME, rewritten


def _ids(cases: tuple[tuple[str, str, str], ...]) -> list[str]:
    return [f"{name}: {why}" for name, why, _ in cases]


@pytest.mark.parametrize(("name", "why", "source"), NEVER, ids=_ids(NEVER))
def test_it_does_not_apply(name: str, why: str, source: str) -> None:
    result = rewritten(source, BY_NAME[name])
    assert not result.applied, f"{why}\n{result.source}"
    assert result.source == source


@pytest.mark.parametrize(("name", "why", "source"), ASSUMED, ids=_ids(ASSUMED))
def test_it_says_what_it_takes_for_granted(name: str, why: str, source: str) -> None:
    assert not rewritten(source, BY_NAME[name], certain=True).applied, why
    applied = rewritten(source, BY_NAME[name]).applied
    assert applied
    assert all(mark.assumption for mark in applied)


def test_most_rewrites_have_a_near_miss() -> None:
    tried = {name for name, _, _ in (*NEVER, *ASSUMED)}
    assert {rewrite.name for rewrite in REWRITES} - tried == set()
