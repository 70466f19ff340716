"""Screen a candidate: alternate both versions inside a few processes, and refuse early.

Screening makes no claim. It is precise and cheap, and it can be fooled (a memo on the same input,
an argument that one side changes), so what passes it is confirmed in separate processes.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from codeopt.measure import plan as plans
from codeopt.measure import stats
from codeopt.measure.trial import ANSWER_SECONDS, MAX_SEED, Trial, as_interval, hash_seeds
from codeopt.model.evidence import Interval
from codeopt.worker import Worker, WorkerFailed

PROCESSES = 8
_FEWEST = 3
_CENTRE = 0.01  # log ratio by which identical code may differ after averaging over processes
_PROCESS = 0.02  # scatter of identical code from one process to the next, as a log ratio
_FEW = 2.0  # times the scatter: what one or two processes have to fall short by
_LEAST_PROCESS = 0.01  # what is allowed for it where the processes seen agree
_BATCH_NS = 250_000
_SECONDS = 0.12
_LEAST, _MOST = 6, 24


@dataclass(frozen=True, slots=True)
class Screened:
    """Hold what screening saw; ``passed`` sends the candidate to confirmation.

    ``failed`` says why both versions could not be timed in one process, "" when they were; ``late``
    that the process ran out of time.
    """

    speedup: Interval
    passed: bool
    clock: str
    first: float
    seconds_per_call: float
    failed: str = ""
    concurrent: bool = False
    late: bool = False


def screen(trial: Trial, least: float, alpha: float, seconds: float) -> Screened:
    """Time both versions inside at most 8 processes, one after another.

    No process is started when ``seconds`` have gone by; what was seen by then is judged.
    """
    deadline = time.monotonic() + seconds
    seeds = hash_seeds(trial.seed, "screen")
    frames: list[dict[str, Any]] = []
    while True:
        try:
            frames.append(_process(trial, seeds))
        except (WorkerFailed, ValueError, TypeError) as error:
            return _impossible(error)
        clock = _clock(frames)
        groups = [_differences(frame, clock) for frame in frames]
        verdict = judge_processes(groups, math.log(least), alpha)
        if verdict is None and time.monotonic() > deadline:
            verdict = _estimate(groups) >= math.log(least)
        if verdict is not None:
            return _screened(groups, frames, clock, verdict)


def fits(trial: Trial) -> bool:
    """Tell whether the original twice can be timed in one process: then time is not too short."""
    try:
        _process(replace(trial, candidate=trial.original), hash_seeds(trial.seed, "screen"))
    except (WorkerFailed, ValueError, TypeError):
        return False
    return True


def judge_processes(groups: Sequence[Sequence[float]], least: float, alpha: float) -> bool | None:
    """Say whether to go on to confirmation, None to start another process.

    ``groups`` holds the log ratios of the units of each process, ``least`` is a log ratio too.
    """
    units = [value for group in groups for value in group]
    medians = stats.of_processes(groups)
    estimate = _estimate(groups)
    margin = _scatter(medians) / math.sqrt(len(groups))
    if min(stats.upper_bound(units, 0.01), max(medians)) + margin < least:
        return False
    if len(groups) >= _FEWEST and estimate >= least:
        shown = sum(value >= least / 2 for value in medians)
        if shown >= 0.75 * len(groups) and stats.signed_rank_p(units, _CENTRE) <= alpha / 8:
            return True
    return None if len(groups) < PROCESSES else estimate >= least


def _scatter(medians: Sequence[float]) -> float:
    """Return the scatter to allow for between processes: as they show it, once there are some."""
    if len(medians) < _FEWEST:
        return _FEW * _PROCESS
    return min(_PROCESS, max(_LEAST_PROCESS, 2 * stats.deviation(medians)))


def _estimate(groups: Sequence[Sequence[float]]) -> float:
    """Return the more modest of two estimates: over all units, and over the processes."""
    units = [value for group in groups for value in group]
    return min(stats.hodges_lehmann(units), median(stats.of_processes(groups)))


def _process(trial: Trial, seeds: random.Random) -> dict[str, Any]:
    """Run one process with a new hash seed."""
    seed = seeds.randint(1, MAX_SEED)
    versions = {"original": dict(trial.original), "candidate": dict(trial.candidate)}
    job = trial.job("screen", seed=seed, **versions)
    with Worker(trial.place, job, hash_seed=seed) as worker:
        ready = _no_error(worker.receive(ANSWER_SECONDS))
        calls = plans.split(plans.read_table(ready), trial.seed).screen
        if not calls:
            raise ValueError("no recorded call can be loaded")
        request = {
            "calls": list(calls),
            "seed": seed,
            "batch_ns": _BATCH_NS,
            "seconds": _SECONDS,
            "least": _LEAST,
            "most": _MOST,
        }
        return _no_error(worker.ask(request, ANSWER_SECONDS))


def _no_error(frame: dict[str, Any]) -> dict[str, Any]:
    if "error" in frame:
        raise WorkerFailed(f"{frame['error']}: {frame.get('text', '')}"[:400])
    return frame


def _clock(frames: Iterable[dict[str, Any]]) -> str:
    """Take wall time for code that waits of its own will, CPU time for all other."""
    units = [unit for frame in frames for unit in frame["units"]]
    waits = sum(unit[4] > 0 for unit in units) > len(units) / 2
    share = sum(unit[0] for unit in units) / max(1, sum(unit[2] for unit in units))
    return "wall" if waits and share < 0.9 else "cpu"


def _differences(frame: dict[str, Any], clock: str) -> list[float]:
    a, b = (2, 3) if clock == "wall" else (0, 1)
    return [math.log(max(1, unit[a]) / max(1, unit[b])) for unit in frame["units"]]


def _screened(
    groups: Sequence[Sequence[float]], frames: Sequence[dict[str, Any]], clock: str, passed: bool
) -> Screened:
    interval = as_interval([value for group in groups for value in group])
    first = [math.log(max(1, f["first"][0]) / max(1, f["first"][1])) for f in frames]
    pace = median(max(frame["pace"]) for frame in frames) / 1e9
    concurrent = frames[0].get("kind") in ("await", "collect")
    return Screened(interval, passed, clock, math.exp(median(first)), pace, concurrent=concurrent)


def _impossible(why: Exception) -> Screened:
    nothing = Interval(1.0, 0.0, math.inf, 0)
    late = isinstance(why, WorkerFailed) and why.late
    return Screened(nothing, True, "cpu", 1.0, 0.0, str(why), late=late)
