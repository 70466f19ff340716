"""Whole workloads in turns: the order, the stopping, and a real pair of trees."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest

from codeopt.measure.endtoend import (
    FEWEST,
    Effort,
    alternate,
    measure_workload,
    predict,
    summarise,
)
from codeopt.measure.runs import Run, Runner
from codeopt.model.project import Workload, WorkloadKind
from codeopt.worker import WorkerFailed
from codeopt.workload import with_tree
from tests.measure.projects import make

MODULE = """
def f(n):
    return sum(k * n %% 7 for k in range(%d))
"""
SCRIPT = Workload(WorkloadKind.SCRIPT, ("{python}", "-c", "import mod; mod.f(3)"), "script")


def log_ratio(old: float, new: float) -> float:
    return math.log(old / new)


def test_both_run_in_both_orders_and_the_first_pair_is_not_counted() -> None:
    order: list[str] = []

    def side(name: str, cost: int) -> int:
        order.append(name)
        return cost

    effort = Effort(60, pairs=10)
    found = alternate(lambda _: side("a", 100), lambda _: side("b", 100), effort, log_ratio)
    assert found == [(100, 100)] * 10
    pairs = ["".join(order[k : k + 2]) for k in range(0, len(order), 2)]
    assert len(pairs) == 11
    assert set(pairs[1:]) == {"ab", "ba"}


def test_it_stops_when_it_is_sure() -> None:
    found = alternate(lambda n: 200 + n, lambda n: 100 + n, Effort(60, pairs=50), log_ratio)
    assert FEWEST <= len(found) < 20


def test_both_of_a_pair_get_the_same_number() -> None:
    numbers: list[int] = []
    alternate(
        lambda n: numbers.append(n) or 5,
        lambda n: numbers.append(n) or 5,
        Effort(60, 7),
        log_ratio,
    )
    assert numbers[::2] == numbers[1::2] == list(range(8))


def test_too_long_a_workload_is_left_alone() -> None:
    assert alternate(lambda _: time.sleep(0.05) or 1, lambda _: 1, Effort(0.1), log_ratio) == []


def test_two_trees_are_told_apart(tmp_path: Path) -> None:
    old = make(tmp_path / "old", MODULE % 1_000_000, [(1,)])
    new = make(tmp_path / "new", MODULE % 1_000, [(1,)])
    place = with_tree(old.place, new.project.tree)
    found = measure_workload(old.place, place, old.project, SCRIPT, Effort(20))
    assert found is not None
    assert found.speedup.low > 1.2
    assert found.wall is not None
    assert found.wall.pairs == found.speedup.pairs


def test_a_workload_that_fails_gives_nothing(tmp_path: Path) -> None:
    old = make(tmp_path / "old", MODULE % 10, [(1,)])
    failing = Workload(WorkloadKind.SCRIPT, ("{python}", "-c", "raise SystemExit(1)"), "script")
    assert measure_workload(old.place, old.place, old.project, failing, Effort(5)) is None


def test_benchmarks_count_alike_however_long_they_are() -> None:
    old = Run(9.0, 9.0, benchmarks=(("long", 1.0), ("short", 1e-6)))
    new = Run(9.0, 9.0, benchmarks=(("long", 1.0), ("short", 2.5e-7)))
    found = summarise([(old, new)] * 8)
    assert found.clock == "benchmarks"
    assert found.speedup.estimate == pytest.approx(2.0)
    assert {b.name: round(b.speedup.estimate, 3) for b in found.benchmarks} == {
        "long": 1.0,
        "short": 4.0,
    }


def test_what_mostly_waits_is_measured_by_wall_time() -> None:
    old, new = Run(0.1, 1.0, gave_way=True), Run(0.1, 0.5, gave_way=True)
    found = summarise([(old, new)] * 8)
    assert found.clock == "wall"
    assert found.speedup.estimate == pytest.approx(2.0)
    pushed = summarise([(Run(0.2, 1.0), Run(0.1, 1.0))] * 8)
    assert pushed.clock == "cpu"
    assert pushed.speedup.estimate == pytest.approx(2.0)


def test_amdahl() -> None:
    assert predict(2.0, 1.0) == 2.0
    assert predict(2.0, 0.5) == pytest.approx(4 / 3)
    assert predict(1e9, 0.9) == pytest.approx(10)


BENCHMARK = """
from mod import f

def test_f(benchmark):
    benchmark(f, 200)
"""


def test_benchmarks_are_read_from_their_own_timings(tmp_path: Path) -> None:
    small = make(tmp_path / "p", MODULE % 2_000, [(1,)])
    (small.place.tree / "test_bench.py").write_text(BENCHMARK)
    flags = (
        "--benchmark-only --benchmark-max-time=0.05 --benchmark-min-rounds=3 -p no:cacheprovider"
    )
    argv = ("{python}", "-m", "pytest", "-q", *flags.split(), "test_bench.py")
    workload = Workload(WorkloadKind.BENCHMARK, argv, "pytest-benchmark")
    with Runner(small.place, small.project, workload) as runner:
        ((name, seconds),) = runner.run(1).benchmarks
    assert name == "test_bench.py::test_f"
    assert 0 < seconds < 60
    without = Workload(WorkloadKind.BENCHMARK, ("{python}", "-c", "pass"), "nothing")
    silent = pytest.raises(WorkerFailed, match="pytest-benchmark wrote no timings")
    with Runner(small.place, small.project, without) as runner, silent:
        runner.run(1)
