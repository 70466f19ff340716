"""How often timing inside the workload is wrong: identical code, and true gains, on a socket.

A script sends data through a pair of sockets to a function that works on it. Candidates do the same
work (identical), a bit less (a true gain) or more. Printed: how often each is called faster than
``--min-speedup``, with the exact interval, and the seconds of a decision.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.measure import stats
from codeopt.measure.confirming import Rules
from codeopt.measure.inside import Versions, measure_inside
from codeopt.model.code import FunctionId
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.worker import Place

ROUNDS = 60
MODULE = """
def total(end, count):
    found = 0
    for byte in end.recv(count):
        for k in range({rounds}):
            found += byte * k %% 7
    return found
""".replace("%%", "%")
WORK = """
import socket
from mod import total
one, two = socket.socketpair()
for _ in range(100):
    one.sendall(bytes(range(100)))
    total(two, 100)
"""


def main() -> None:
    """Print one line a candidate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20, help="decisions for each candidate")
    parser.add_argument("--min-speedup", type=float, default=1.01)
    parser.add_argument(
        "--gains", type=float, nargs="*", default=[0.0, 10.0, -5.0], help="true gains in per cent"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        for gain in chosen.gains:
            show(Path(directory), gain, chosen.trials, chosen.min_speedup)


def show(directory: Path, gain: float, trials: int, least: float) -> None:
    """Decide some times about one candidate."""
    kept, seconds = 0, []
    for seed in range(trials):
        started = time.monotonic()
        found = measure_inside(
            versions(directory, gain, seed), Rules(math.log(least), stats.spend(0.01, 1), 60.0)
        )
        seconds.append(time.monotonic() - started)
        kept += found.reason is None and found.bound > least
    low, high = stats_interval(kept, trials)
    print(
        f"{gain:+6.1f} %: {kept} of {trials} called at least {least:.2f}x faster "
        f"({low:.1%}-{high:.1%}), median {median(seconds):.1f} s a decision",
        flush=True,
    )


def versions(directory: Path, gain: float, seed: int) -> Versions:
    """Write both trees."""
    python = Interpreter(Path(sys.executable), sys.version_info[:3], (Path(sys.prefix),))
    places = []
    for name, share in (("old", 1.0), ("new", 1 / (1 + gain / 100))):
        tree = directory / name
        tree.mkdir(exist_ok=True)
        (tree / "mod.py").write_text(MODULE.format(rounds=round(ROUNDS * share)))
        (tree / "work.py").write_text(WORK)
        places.append(Place(PlainSandbox(), python, tree))
    script = Workload(WorkloadKind.SCRIPT, ("{python}", "work.py"), "work.py")
    project = Project(places[0].tree, python, ("",), None, script)
    return Versions(places[0], places[1], project, FunctionId("mod.py", "total"), seed)


def stats_interval(hits: int, trials: int, tail: float = 0.025) -> tuple[float, float]:
    """Return the exact interval of a rate (Clopper and Pearson, 1934) by bisection."""

    def at_least(rate: float) -> float:
        return sum(_binomial(k, trials, rate) for k in range(hits, trials + 1))

    def at_most(rate: float) -> float:
        return sum(_binomial(k, trials, rate) for k in range(hits + 1))

    low = _bisect(lambda rate: at_least(rate) < tail) if hits else 0.0
    high = _bisect(lambda rate: at_most(rate) > tail) if hits < trials else 1.0
    return low, high


def _binomial(k: int, count: int, rate: float) -> float:
    return math.comb(count, k) * rate**k * (1 - rate) ** (count - k)


def _bisect(below: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return low


if __name__ == "__main__":
    main()
