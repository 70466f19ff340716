"""Time the whole workload in two trees, in turns: is it faster, or at least no slower?"""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from codeopt.measure import stats
from codeopt.measure.lock import exclusive
from codeopt.measure.trial import as_interval
from codeopt.model.evidence import Interval
from codeopt.model.project import Project, Workload
from codeopt.worker import Place, Worker, WorkerFailed

FEWEST = 6  # pairs from which on a 95 % interval is finite
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Effort:
    """Bound the work: most seconds, most pairs, and the seed of the order within pairs."""

    seconds: float
    pairs: int = 20
    seed: int = 0


def measure_workload(
    original: Place, candidate: Place, project: Project, workload: Workload, effort: Effort
) -> Interval | None:
    """Return the end-to-end ratio of CPU time old/new over interleaved pairs of whole runs.

    Ends early when the interval leaves 1 on either side. None: the workload fails, or is too long
    for as many pairs as an interval takes.
    """
    try:
        with (
            exclusive(_PATIENCE),
            _worker(original, project, workload) as a,
            _worker(candidate, project, workload) as b,
        ):
            values = alternate(
                lambda n: _run(a, original, n), lambda n: _run(b, candidate, n), effort
            )
    except WorkerFailed:
        return None
    return as_interval(values) if len(values) >= FEWEST else None


def alternate(a: Callable[[int], int], b: Callable[[int], int], effort: Effort) -> list[float]:
    """Run both in random order, pair by pair, and return the log ratios.

    Both get the number of the pair (from it the hash seed, new for each pair). The runs of the
    first pair warm caches up and are not counted.
    """
    rng = random.Random(effort.seed)
    deadline = time.monotonic() + effort.seconds
    started = time.monotonic()
    a(0), b(0)
    if (time.monotonic() - started) * FEWEST > effort.seconds:
        return []
    values: list[float] = []
    while len(values) < effort.pairs and time.monotonic() < deadline:
        number = len(values) + 1
        if rng.random() < 0.5:
            old, new = a(number), b(number)
        else:
            new, old = b(number), a(number)
        values.append(math.log(max(1, old) / max(1, new)))
        if len(values) >= FEWEST + 2 and _settled(values):
            break
    return values


def _settled(values: list[float]) -> bool:
    low, high = stats.two_sided(values, 0.98)
    return low > 0 or high < 0


def _worker(place: Place, project: Project, workload: Workload) -> Worker:
    """Start a process that runs the workload on request."""
    python = place.interpreter.path
    roots = os.pathsep.join(str(place.tree / root) for root in project.source_roots)
    environment = {
        "PATH": os.pathsep.join([str(python.parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "PYTHONPATH": roots,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    job = {
        "job": "command",
        "argv": [part.replace("{python}", str(python)) for part in workload.argv],
        "tree": str(place.tree),
        "environment": environment,
    }
    return Worker(replace(place, write=(place.tree, *place.write)), job)


def _run(worker: Worker, place: Place, number: int) -> int:
    """Run the workload once; return its CPU time, or its wall time where it mostly waits."""
    frame = worker.ask({"hash_seed": number}, place.limits.wall_seconds)
    if "error" in frame or frame["returncode"] != 0:
        raise WorkerFailed(f"the workload failed: {frame}")
    cpu, wall = int(frame["cpu"]), int(frame["wall"])
    return cpu if cpu > 0.5 * wall else wall
