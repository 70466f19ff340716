"""Values of a run, as the pipeline would leave them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from codeopt.model.baseline import Baseline, Outcome, TestOutcome
from codeopt.model.code import FunctionId
from codeopt.model.evidence import (
    Attempt,
    Check,
    CheckResult,
    Control,
    Decision,
    Hotspot,
    Interval,
    Measurement,
    Profile,
    Recording,
    Spend,
    Verdict,
    WholeSpeed,
)
from codeopt.model.project import Workload, WorkloadKind
from codeopt.model.reasons import Code, Reason
from codeopt.model.run import Outcome as RunOutcome
from codeopt.model.run import RunMeta, RunRecord

TARGET = FunctionId("pkg/mod.py", "Box.size")
SPEEDUP = Interval(1.42, 1.36, 1.48, 30)
WHOLE = WholeSpeed(Interval(1.1, 1.08, 1.12, 10), "cpu", Interval(1.08, 1.02, 1.14, 10), (), 1.17)
WORKLOAD = Workload(WorkloadKind.PYTEST, ("{python}", "-m", "pytest"), "pytest")


def meta(**fields: Any) -> RunMeta:
    """Return a run on a made-up commit."""
    values: dict[str, Any] = {
        "run": "20260101-000000-abcd",
        "version": "1.2.3",
        "commit": "c" * 40,
        "branch": "codeopt/20260101-000000-abcd",
        "started": "2026-01-01T00:00:00+00:00",
        "targets": (),
        "strategies": ("auto",),
        "model": "",
        "sandbox": "bubblewrap",
        "min_speedup": 1.05,
    }
    return RunMeta(**{**values, **fields})


def verdict() -> Verdict:
    """Return one that all checks passed."""
    return Verdict(
        (
            CheckResult(Check.GATE, True, effects=("a cache of 128 entries",)),
            CheckResult(Check.ORACLE, True, 34),
            CheckResult(Check.INPUTS, True, 100),
            CheckResult(Check.TESTS, True, 3),
            CheckResult(Check.SUITE, True, 12),
        )
    )


def measurement(speedup: Interval = SPEEDUP, **fields: Any) -> Measurement:
    """Return one that was confirmed."""
    return Measurement("cpu", speedup, speedup, speedup.low, ratios=(1.4, 1.45), **fields)


def kept(**fields: Any) -> Attempt:
    """Return an attempt that became a commit."""
    values: dict[str, Any] = {
        "technique": "list-to-set",
        "verdict": verdict(),
        "measurement": measurement(workload=WHOLE, share=0.5, memory_ratio=1.02),
        "diff": "--- a/pkg/mod.py\n+++ b/pkg/mod.py\n@@ -1 +1 @@\n-x\n+y\n",
        "explanation": "A set is looked up faster than a list.",
        "commit": "d" * 40,
    }
    words = {**values, **fields}
    return Attempt("digest", TARGET, "catalogue", decision=Decision(True), **words)


def rejected(text: str = "slower", code: Code = Code.NOT_FASTER, **fields: Any) -> Attempt:
    """Return an attempt that did not."""
    decision = Decision(False, Reason(code, text, "try another"))
    return Attempt("other", TARGET, "best-of-n", "memo", decision, model="openai/m", **fields)


def record(*attempts: Attempt, **fields: Any) -> RunRecord:
    """Return the record of a run that has ended."""
    spot = Hotspot(TARGET, 1.0, 2.0, 0.25, 0.5, 100, (), 1.5, 0.4)
    values: dict[str, Any] = {
        "meta": meta(),
        "tests": 12,
        "profile": Profile(WORKLOAD, (spot,), 4.0, 400, 0.002),
        "recordings": (Recording(TARGET, Path("f"), "sha", 34, 90),),
        "control": Control(Interval(1.001, 0.99, 1.01, 20), True),
        "attempts": attempts or (kept(), rejected()),
        "notes": ("one file is dirty",),
        "outcome": RunOutcome(1, 1, 12.3456),
        "spend": Spend(0.0123, 1000, 200, 3),
    }
    return RunRecord(**{**values, **fields})


def baseline(**fields: Any) -> Baseline:
    """Return a suite of one green test."""
    green = Baseline((TestOutcome("test_a", Outcome.PASSED),), (), (), 1, 0, 0.1, 0)
    return replace(green, **fields)
