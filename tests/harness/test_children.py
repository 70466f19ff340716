"""A draft runs the inputs of its target, and what reaches its parts is recorded and timed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from codeopt.config import RecordSettings
from codeopt.model.code import FunctionId
from codeopt.profile.record import TESTS, gather
from codeopt.worker import run_job
from tests.verify.judging import record_module

LIB = "def f(n):\n    return sum(range(n)) + n\n"
DRAFT = """
def _slow(n):
    total = 0
    for each in range(20_000 + n):
        total += 1
    return sum(range(n))


def _never(n):
    return n


def f(n):
    return _slow(n) + n if n < 10 else _never(n)
"""
WORK = "for n in (1, 2, 2, 3):\n    f(n)\n"


def test_parts_are_recorded_and_timed(tmp_path: Path) -> None:
    bench = record_module(tmp_path / "repo", LIB, WORK)
    place, out = bench.place, tmp_path / "out"
    (out / TESTS).mkdir(parents=True)
    (place.tree / "lib.py").write_text(DRAFT)
    names = ("_slow", "_never")
    job = {
        "job": "children",
        "tree": str(place.tree),
        "source_roots": list(bench.project.source_roots),
        "recording": str(bench.recording.file),
        "targets": [{"path": "lib.py", "qualname": name, "module": "lib"} for name in names],
        "out": str(out),
        "further": str(out / TESTS),
        "max_calls": 10,
        "max_bytes": 1 << 20,
        "seconds": 5.0,
        "budget": 5.0,
    }
    inside = replace(place, write=(*place.write, out))
    shares = run_job(inside, job, timeout=60.0)["shares"]
    # 20,000 turns of a loop against an addition: whatever the machine does meanwhile
    assert shares[0] > 0.5
    assert shares[1] == 0.0
    ids = [FunctionId("lib.py", name) for name in names]
    slow, never = gather(inside, RecordSettings(), ids, out)
    assert (slow.target, slow.calls, slow.seen) == (ids[0], 3, 3)
    assert any("_slow(2)" in text for text in slow.examples)
    assert (never.calls, never.omissions[0].reason) == (0, "the workload does not call it")
