"""Measure what recording costs a hot call once the dense sampling is over.

Run ``python benchmarks/record_overhead.py [PYTHON ...]``: for each interpreter, nanoseconds a call
without and with the recorder, and their difference.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HARNESS = Path(__file__).resolve().parents[1] / "codeopt" / "harness"
WORK = """
import sys, time
sys.setrecursionlimit(5000)
import lib
def spend(calls):
    f = lib.f
    started = time.perf_counter()
    for i in range(calls): f(i)
    return (time.perf_counter() - started) / calls * 1e9
spend(200_000)
print(min(spend(300_000) for _ in range(9)))
"""


def measure(python: str, observed: bool) -> float:
    """Return the least nanoseconds a call, loop included."""
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name)
        (tree / "lib.py").write_text("def f(x):\n    return x + 1\n")
        (tree / "work.py").write_text(WORK)
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tree)}
        if observed:
            target = {"path": "lib.py", "qualname": "f", "module": "lib"}
            job = {"job": "recorder", "targets": [target], "tree": name, "out": name}
            job |= {"max_calls": 200, "max_bytes": 1 << 25}
            (tree / "job.json").write_text(json.dumps(job))
            environment["PYTHONPATH"] = f"{HARNESS / 'inject'}:{tree}"
            environment["CODEOPT_INJECT"] = str(tree / "job.json")
        command = [python, str(tree / "work.py")]
        return float(subprocess.check_output(command, env=environment, cwd=tree))


def main() -> None:
    """Print one line for each interpreter."""
    for python in sys.argv[1:] or [sys.executable]:
        plain, observed = measure(python, False), measure(python, True)
        print(f"{python}: {plain:.0f} ns, recorded {observed:.0f} ns: +{observed - plain:.0f} ns")


if __name__ == "__main__":
    main()
