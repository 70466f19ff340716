"""The usual rules by which rewrites are called faster, for comparison with codeopt's."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from rewrites import Case

Rule = Callable[[Case, float], bool]

_TIMER = """
import importlib.util, json, sys, time
spec = importlib.util.spec_from_file_location("mod", sys.argv[1])
mod = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mod)
f, seconds, rounds, out = mod.f, float(sys.argv[2]), int(sys.argv[3]), []
calls = 1
while True:
    started = time.perf_counter()
    for n in range(calls): f(n)
    if time.perf_counter() - started > 0.001: break
    calls *= 2
end = time.perf_counter() + seconds
while len(out) < rounds or (seconds and time.perf_counter() < end):
    started = time.perf_counter()
    for n in range(calls): f(n)
    out.append((time.perf_counter() - started) / calls)
print(json.dumps(out))
"""
_SUITE = "import {module}\n\n\ndef test_f(benchmark):\n    benchmark({module}.f, 7)\n"


def timed(path: Path, seconds: float, rounds: int) -> list[float]:
    """Time a version in a process of its own."""
    argv = [sys.executable, "-c", _TIMER, str(path), str(seconds), str(rounds)]
    return json.loads(subprocess.run(argv, capture_output=True, check=True, text=True).stdout)


def simple(reduce: Callable[[list[float]], float], seconds: float, rounds: int) -> Rule:
    """Make a rule: one version after the other, as far apart as is asked."""

    def rule(case: Case, least: float) -> bool:
        old, new = (reduce(timed(path, seconds, rounds)) for path in case.files())
        return old / new > least

    return rule


def benchmark_compare(case: Case, least: float) -> bool:
    """Run pytest-benchmark on both versions, one after the other, and compare the minima."""
    old, new = (_suite_minimum(path) for path in case.files())
    return old / new > least


def _suite_minimum(path: Path) -> float:
    suite, out = path.parent / f"test_{path.stem}.py", path.with_suffix(".json")
    suite.write_text(_SUITE.format(module=path.stem))
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", suite.name]
    argv += ["--benchmark-only", "--rootdir=.", f"--benchmark-json={out}"]
    subprocess.run(argv, cwd=path.parent, capture_output=True, check=True)
    return float(json.loads(out.read_text())["benchmarks"][0]["stats"]["min"])


RIVALS: dict[str, Rule] = {
    "mean of 5": simple(statistics.fmean, 0, 5),
    "best of 5": simple(min, 0, 5),
    "pytest-benchmark compare": benchmark_compare,
    "min of 2 s a side": simple(min, 2.0, 5),
    "min of 10 s a side": simple(min, 10.0, 5),
}
