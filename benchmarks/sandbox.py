"""Measure what the sandbox costs: a launch, and code inside it against code outside.

Usage: python benchmarks/sandbox.py [--rounds N]

Every round runs all backends and a bare subprocess in turns, so that load hits all alike. Launches
are wall-clock time; code is CPU time (its children included), read inside the process. Figures are
medians; ratios are medians of the ratios of a round.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.adapters.sandboxes.select import backends
from codeopt.ports import Command, Sandbox

SNIPPETS = {
    "computing": "total = 0\nfor k in range(4_000_000): total += k * k % 7",
    "system calls": "for _ in range(400_000): os.stat('.')",
    "files": "for _ in range(10_000):\n    open('f', 'w').close()\n    os.unlink('f')",
    "forks": "for _ in range(300):\n    if os.fork() == 0: os._exit(0)\n    os.wait()",
}
TIMED = """import os
os.chdir(os.environ["TMPDIR"])
start = sum(os.times()[:4])
{}
print(sum(os.times()[:4]) - start)"""
OUTSIDE = "outside"

Argv = tuple[str, ...]
Way = Callable[[Argv], bytes]
Clock = Callable[[Way, Argv], float]


def main() -> None:
    """Print one table of launches and one of slowdowns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    ways = {OUTSIDE: outside} | {
        backend.name: inside(backend)
        for backend in (*backends(), PlainSandbox())
        if backend.probe().available
    }
    launches = compare(ways, ("/bin/true",), rounds, took)
    base = statistics.median(launches[OUTSIDE])
    print(f"launch of /bin/true, {rounds} rounds")
    for name, times in launches.items():
        median = statistics.median(times)
        print(f"  {name:12} {1e3 * median:6.1f} ms  (+{1e3 * (median - base):.1f})")
    for label, code in SNIPPETS.items():
        argv = (sys.executable, "-S", "-c", TIMED.format(code))
        found = compare(ways, argv, rounds, told)
        outer = found.pop(OUTSIDE)
        print(
            f"{label}: {1e3 * statistics.median(outer):.0f} ms of CPU outside; inside, as a ratio"
        )
        for name, times in found.items():
            print(f"  {name:12} {ratio(times, outer):6.3f}")


def compare(ways: dict[str, Way], argv: Argv, rounds: int, clock: Clock) -> dict[str, list[float]]:
    """Time all ways in turns; the order is turned round every other time."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways)[:: 1 if number % 2 else -1]:
            times[name].append(clock(ways[name], argv))
    return times


def took(way: Way, argv: Argv) -> float:
    """Time a whole run from here."""
    start = time.perf_counter()
    way(argv)
    return time.perf_counter() - start


def told(way: Way, argv: Argv) -> float:
    """Return the time that the code took by its own clock."""
    return float(way(argv))


def ratio(times: list[float], base: list[float]) -> float:
    """Return the median of the ratios of each round."""
    return statistics.median(a / b for a, b in zip(times, base, strict=True))


def outside(argv: Argv) -> bytes:
    """Run without a sandbox."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"TMPDIR": folder}
        return subprocess.run(argv, check=True, capture_output=True, env=environment).stdout


def inside(sandbox: Sandbox) -> Way:
    """Run in a sandbox."""

    def way(argv: Argv) -> bytes:
        read = (Path(sys.prefix), Path(sys.base_prefix))
        ended = sandbox.run(Command(argv, Path("/tmp"), read=read))
        if ended.returncode:
            raise SystemExit(f"{sandbox.name}: {ended}")
        return ended.stdout

    return way


if __name__ == "__main__":
    main()
