"""Measure what profiling costs on a call-heavy suite: ``python benchmarks/profile_overhead.py``.

Runs without an observer, with each sampler and under cProfile take turns, each in a process of its
own; printed are the medians of the paired ratios of CPU and wall time of the tests.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import tempfile
from pathlib import Path

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.model.project import Project, Workload, WorkloadKind
from codeopt.profile.interpreter import probe
from codeopt.profile.ranking import INTERVAL
from codeopt.worker import Place
from codeopt.workload import run_workload

LIBRARY = """
class Node:
    def __init__(self, value, children=()):
        self._value, self.children = value, children
    @property
    def value(self):
        return self._value
    def total(self):
        return add(self.value, sum(child.total() for child in self.children))
def add(left, right):
    return left + right
def tree(depth):
    return Node(depth, [tree(depth - 1) for _ in range(3)] if depth else ())
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
"""
TESTS = """
import gc, json, time
import pytest
from library import fibonacci, tree
@pytest.fixture(scope="module", autouse=True)
def clock():
    gc.disable()  # what it costs depends on how much is alive, and so on the observer
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    with open("times.json", "w") as file:
        json.dump([time.process_time() - cpu, time.perf_counter() - wall], file)
@pytest.mark.parametrize("depth", range(4, 11))
def test_tree(depth):
    assert tree(depth).total() > 0
@pytest.mark.parametrize("n", range(12, 29))
def test_fibonacci(n):
    assert fibonacci(n) > 0
"""
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_library.py")
WAYS = {
    "plain": ((), None),
    "codeopt, from outside": ((), {"inside": False}),
    "codeopt, from inside": ((), {"inside": True}),
    "cProfile": (("-m", "cProfile", "-o", "profile.out"), None),
}


def main() -> None:
    """Print one line for each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", type=Path, default=Path(sys.executable))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        times = _measure(Path(scratch).resolve(), options.python, options.rounds)
    base = times.pop("plain")
    print(f"{'':24}{'CPU':>8}{'wall':>8}   (median of {options.rounds} pairs)")
    for name, found in times.items():
        ratios = [
            statistics.median(a[i] / b[i] for a, b in zip(found, base, strict=True)) for i in (0, 1)
        ]
        print(f"{name:24}{ratios[0]:7.2f}×{ratios[1]:7.2f}×")


def _measure(scratch: Path, python: Path, rounds: int) -> dict[str, list[list[float]]]:
    suite = Suite(scratch, python)
    times: dict[str, list[list[float]]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name in WAYS:
            times[name].append(suite.run(name))
    return times


class Suite:
    """Be a planted project whose tests can be run in each way."""

    def __init__(self, scratch: Path, python: Path) -> None:
        self._scratch, self._tree = scratch, scratch / "tree"
        self._tree.mkdir()
        (self._tree / "library.py").write_text(LIBRARY)
        (self._tree / "test_library.py").write_text(TESTS)
        self._place = Place(PlainSandbox(), probe(python, PlainSandbox()), self._tree)
        self._numbers = itertools.count()

    def run(self, name: str) -> list[float]:
        """Run the tests once in one way; return their CPU and wall seconds."""
        prefix, job = WAYS[name]
        workload = Workload(WorkloadKind.PYTEST, ("{python}", *prefix, *PYTEST), name)
        project = Project(self._tree, self._place.interpreter, ("",), workload, workload)
        whole = job and {"job": "profiler", "interval": INTERVAL, **job}
        out = self._scratch / f"out-{next(self._numbers)}"
        done = run_workload(self._place, project, workload, job=whole, out=out)
        if done.returncode:
            raise SystemExit(f"{name} failed: {done.stdout.decode()}{done.stderr.decode()}")
        times: list[float] = json.loads((self._tree / "times.json").read_text())
        return times


if __name__ == "__main__":
    main()
