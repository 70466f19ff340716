"""Kept patches in the terms of pytest-benchmark: a test that guards a gain, and stored figures."""

from __future__ import annotations

import pprint
import re
import statistics
from collections.abc import Sequence
from typing import Any

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.model.run import RunRecord

_ROUNDS = 200
_TEST = '''\
"""Guard the speed of {function}; written by codeopt.

    python -m pytest {path} --benchmark-autosave
    python -m pytest {path} --benchmark-compare --benchmark-compare-fail=median:10%
"""

import pytest

pytest.importorskip("pytest_benchmark")

from {module} import {owner}  # noqa: E402


def calls():
    """Return recorded calls, made anew each time: what is called may change its arguments."""
    return {calls}


def work(prepared):
    """Make the calls."""
    for args, kwargs in prepared:
        {called}(*args, **kwargs)


def test_{name}(benchmark):
    benchmark.pedantic(
        work, setup=lambda: ((calls(),), {{}}), rounds={rounds}, iterations=1, warmup_rounds=5
    )
'''


# ---------------------------------------------------------------------------- the test
def path_of(target: FunctionId, module: str) -> str:
    """Return where the benchmark of a function belongs."""
    return f"benchmarks/test_speed_of_{_word(module)}_{_word(target.qualname)}.py"


def guard_file(target: FunctionId, module: str, calls: Sequence[Any]) -> str:
    """Return a benchmark of a function on some calls, as pairs of literals."""
    shown = pprint.pformat(list(calls), width=94, compact=True, sort_dicts=False)
    return _TEST.format(
        function=f"{module}.{target.qualname}",
        path=path_of(target, module),
        module=module,
        owner=target.qualname.partition(".")[0],
        calls=shown.replace("\n", "\n    "),
        called=target.qualname,
        name=_word(target.qualname),
        rounds=_ROUNDS,
    )


def _word(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_")


# ---------------------------------------------------------------------------- the storage format
def storage(record: RunRecord) -> dict[str, Any]:
    """Return the measurements of the kept patches as ``pytest-benchmark compare`` reads them.

    A group is a function, with the original and the optimised version in it. Seconds are of a
    recorded call, on average. What was measured are ratios in pairs; the samples of the optimised
    version are the time of the original divided by each.
    """
    meta = record.meta
    pairs = [pair for attempt in record.kept for pair in _pair(attempt)]
    return {
        "machine_info": _machine(record),
        "commit_info": {"id": meta.commit, "time": meta.started, "branch": meta.branch},
        "benchmarks": pairs,
        "datetime": meta.started,
        "version": "5.0.0",
    }


def _machine(record: RunRecord) -> dict[str, Any]:
    measured = (attempt.measurement for attempt in record.kept)
    found = next((each.fingerprint for each in measured if each and each.fingerprint), None)
    if found is None:
        return {"node": "", "cpu": {}}
    cpu = {"brand_raw": found.cpu, "count": found.cores}
    return {"node": "", "cpu": cpu, "release": found.kernel, "python_version": found.python}


def _pair(attempt: Attempt) -> list[dict[str, Any]]:
    seconds, found = call_seconds(attempt), attempt.measurement
    if seconds is None or found is None or not found.ratios:
        return []
    after = [seconds / ratio for ratio in found.ratios]
    return [_entry(attempt, "original", [seconds]), _entry(attempt, "optimised", after)]


def call_seconds(attempt: Attempt) -> float | None:
    """Return what a call of the original takes on average, None where no call was timed alone."""
    classes = attempt.measurement.classes if attempt.measurement else ()
    timed = [(each.calls, each.call_seconds) for each in classes if each.call_seconds]
    calls = sum(count for count, _ in timed)
    return sum(count * seconds for count, seconds in timed) / calls if calls else None


def _entry(attempt: Attempt, version: str, data: list[float]) -> dict[str, Any]:
    speedup = attempt.measurement.speedup if attempt.measurement else None
    name = f"{attempt.target.qualname}[{version}]"
    extra = {"speedup": round(speedup.estimate, 4), "pairs": speedup.pairs} if speedup else {}
    return {
        "group": str(attempt.target),
        "name": name,
        "fullname": f"{attempt.target.path}::{name}",
        "params": {"version": version},
        "param": version,
        "extra_info": extra | {"commit": attempt.commit or ""},
        "options": {},
        "stats": _statistics(data),
    }


def _statistics(data: list[float]) -> dict[str, Any]:
    """Return the figures that pytest-benchmark keeps of a benchmark, in seconds."""
    mean, median = statistics.fmean(data), statistics.median(data)
    spread = statistics.stdev(data) if len(data) > 1 else 0.0
    low, _, high = statistics.quantiles(data, method="inclusive") if len(data) > 1 else [median] * 3
    reach = 1.5 * (high - low)
    odd = sum(1 for each in data if not low - reach <= each <= high + reach)
    far = sum(1 for each in data if abs(each - mean) > spread)
    return {
        "min": min(data),
        "max": max(data),
        "mean": mean,
        "stddev": spread,
        "rounds": len(data),
        "median": median,
        "iqr": high - low,
        "q1": low,
        "q3": high,
        "iqr_outliers": odd,
        "stddev_outliers": far,
        "outliers": f"{far};{odd}",
        "ld15iqr": min((each for each in data if each >= low - reach), default=low),
        "hd15iqr": max((each for each in data if each <= high + reach), default=high),
        "ops": 1 / mean,
        "total": sum(data),
        "data": data,
        "iterations": 1,
    }
