"""Time the whole workload in two trees, in turns: is it faster, or at least no slower?"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

from codeopt.measure import stats
from codeopt.measure.lock import exclusive
from codeopt.measure.runs import Run, Runner
from codeopt.measure.trial import as_interval
from codeopt.model.evidence import BenchmarkSpeed, WholeSpeed
from codeopt.model.project import Project, Workload
from codeopt.worker import Place, WorkerFailed

FEWEST = 6  # pairs from which on a 95 % interval is finite
_PATIENCE = 120.0

T = TypeVar("T")
Ratio = Callable[[T, T], float]


@dataclass(frozen=True, slots=True)
class Effort:
    """Bound the work: most seconds, most pairs, and the seed of the order within pairs."""

    seconds: float
    pairs: int = 20
    seed: int = 0


def measure_workload(
    original: Place, candidate: Place, project: Project, workload: Workload, effort: Effort
) -> WholeSpeed | None:
    """Return the end-to-end ratio old/new over interleaved pairs of whole runs.

    Ends early when the interval leaves 1 on either side. None: the workload fails, or is too long
    for as many pairs as an interval takes.
    """
    try:
        with (
            exclusive(_PATIENCE),
            Runner(original, project, workload) as a,
            Runner(candidate, project, workload) as b,
        ):
            pairs = alternate(a.run, b.run, effort, _ratio)
            return summarise(pairs) if len(pairs) >= FEWEST else None
    except WorkerFailed:
        return None


def summarise(pairs: Sequence[tuple[Run, Run]]) -> WholeSpeed:
    """Return the ratios of paired runs: by their benchmarks if they have some, else by a clock."""
    wall = as_interval([_log(old.wall, new.wall) for old, new in pairs])
    names = [name for name, _ in pairs[0][0].benchmarks]
    if names:
        own = tuple(BenchmarkSpeed(name, as_interval(_of(name, pairs))) for name in names)
        speedup = as_interval([_ratio(old, new) for old, new in pairs])
        return WholeSpeed(speedup, "benchmarks", None, own)
    if _waits([old for old, _ in pairs]) or _waits([new for _, new in pairs]):
        return WholeSpeed(wall, "wall", wall)
    return WholeSpeed(as_interval([_log(old.cpu, new.cpu) for old, new in pairs]), "cpu", wall)


def predict(speedup: float, share: float) -> float:
    """Return the speed-up of a whole of which a ``share`` gets faster.

    Source: Amdahl (1967), AFIPS Conf. Proc. 30, 483.
    """
    return 1 / (1 - share + share / speedup)


def alternate(
    a: Callable[[int], T], b: Callable[[int], T], effort: Effort, ratio: Ratio[T]
) -> list[tuple[T, T]]:
    """Run both in random order, pair by pair, and return what they give.

    Both get the number of the pair (from it the hash seed, new for each pair). The runs of the
    first pair warm caches up and are not counted.
    """
    rng = random.Random(effort.seed)
    deadline = time.monotonic() + effort.seconds
    started = time.monotonic()
    a(0), b(0)
    if (time.monotonic() - started) * FEWEST > effort.seconds:
        return []
    pairs: list[tuple[T, T]] = []
    values: list[float] = []
    while len(pairs) < effort.pairs and time.monotonic() < deadline:
        number = len(pairs) + 1
        if rng.random() < 0.5:
            old, new = a(number), b(number)
        else:
            new, old = b(number), a(number)
        pairs.append((old, new))
        values.append(ratio(old, new))
        if len(values) >= FEWEST + 2 and _settled(values):
            break
    return pairs


def _settled(values: list[float]) -> bool:
    low, high = stats.two_sided(values, 0.98)
    return low > 0 or high < 0


def _ratio(old: Run, new: Run) -> float:
    """Return the log ratio of two runs: the mean over the benchmarks, or by a clock."""
    if old.benchmarks:
        if [name for name, _ in old.benchmarks] != [name for name, _ in new.benchmarks]:
            raise WorkerFailed("the benchmarks of both versions are not the same")
        times = zip(old.benchmarks, new.benchmarks, strict=True)
        return fmean(_log(one, two) for (_, one), (_, two) in times)
    wall = _waits([old]) or _waits([new])
    return _log(old.wall, new.wall) if wall else _log(old.cpu, new.cpu)


def _of(name: str, pairs: Sequence[tuple[Run, Run]]) -> list[float]:
    return [_log(dict(old.benchmarks)[name], dict(new.benchmarks)[name]) for old, new in pairs]


def _waits(runs: Sequence[Run]) -> bool:
    """Tell whether runs mostly wait, so that their CPU time says little.

    On a loaded machine runs wait for others: the least disturbed one tells, and whether it was
    they who gave way.
    """
    given = sum(run.gave_way for run in runs) > len(runs) / 2
    return given and max(run.cpu / max(1e-9, run.wall) for run in runs) <= 0.5


def _log(old: float, new: float) -> float:
    return math.log(max(1e-9, old) / max(1e-9, new))
