"""Whole workloads in turns: the order, the stopping, and a real pair of trees."""

from __future__ import annotations

import time
from pathlib import Path

from codeopt.measure.endtoend import FEWEST, Effort, alternate, measure_workload
from codeopt.model.project import Workload, WorkloadKind
from codeopt.workload import with_tree
from tests.measure.projects import make

MODULE = """
def f(n):
    return sum(k * n %% 7 for k in range(%d))
"""
SCRIPT = Workload(WorkloadKind.SCRIPT, ("{python}", "-c", "import mod; mod.f(3)"), "script")


def test_both_run_in_both_orders_and_the_first_pair_is_not_counted() -> None:
    order: list[str] = []

    def side(name: str, cost: int) -> int:
        order.append(name)
        return cost

    effort = Effort(60, pairs=10)
    found = alternate(lambda _: side("a", 100), lambda _: side("b", 100), effort)
    assert found == [0.0] * 10
    pairs = ["".join(order[k : k + 2]) for k in range(0, len(order), 2)]
    assert len(pairs) == 11
    assert set(pairs[1:]) == {"ab", "ba"}


def test_it_stops_when_it_is_sure() -> None:
    found = alternate(lambda n: 200 + n, lambda n: 100 + n, Effort(60, pairs=50))
    assert FEWEST <= len(found) < 20


def test_both_of_a_pair_get_the_same_number() -> None:
    numbers: list[int] = []
    alternate(lambda n: numbers.append(n) or 5, lambda n: numbers.append(n) or 5, Effort(60, 7))
    assert numbers[::2] == numbers[1::2] == list(range(8))


def test_too_long_a_workload_is_left_alone() -> None:
    assert alternate(lambda _: time.sleep(0.05) or 1, lambda _: 1, Effort(0.1)) == []


def test_two_trees_are_told_apart(tmp_path: Path) -> None:
    old = make(tmp_path / "old", MODULE % 1_000_000, [(1,)])
    new = make(tmp_path / "new", MODULE % 1_000, [(1,)])
    place = with_tree(old.place, new.project.tree)
    found = measure_workload(old.place, place, old.project, SCRIPT, Effort(20))
    assert found is not None
    assert found.low > 1.2


def test_a_workload_that_fails_gives_nothing(tmp_path: Path) -> None:
    old = make(tmp_path / "old", MODULE % 10, [(1,)])
    failing = Workload(WorkloadKind.SCRIPT, ("{python}", "-c", "raise SystemExit(1)"), "script")
    assert measure_workload(old.place, old.place, old.project, failing, Effort(5)) is None
