"""Measure the machine's own noise: what identical code differs by, and what can be told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

from codeopt.measure import stats
from codeopt.measure.lock import exclusive
from codeopt.measure.trial import ANSWER_SECONDS, exp
from codeopt.model.machine import Noise
from codeopt.worker import Place, Worker, WorkerFailed

_PROCESSES = 5
_PATIENCE = 30.0
_PAIR_SECONDS = 0.15  # what a pair of processes costs on a small project
_MOST_PAIRS = 320
_EFFICIENCY = 3 / math.pi  # of rank estimates against the mean, for normal noise (Lehmann 1975)


def measure_noise(place: Place, *, alpha: float, seconds: float) -> Noise | None:
    """Time a small loop against itself in a few processes; None when they cannot be run.

    ``alpha`` and ``seconds`` are what a confirmation would have.
    """
    cpu: list[list[float]] = []
    wall: list[float] = []
    try:
        with exclusive(_PATIENCE):
            for number in range(_PROCESSES):
                with Worker(place, {"job": "noise"}, hash_seed=number + 1) as worker:
                    units = worker.receive(ANSWER_SECONDS)["units"]
                cpu.append([math.log(max(1, a) / max(1, b)) for a, b, _, _ in units])
                wall += [math.log(max(1, a) / max(1, b)) for _, _, a, b in units]
    except (WorkerFailed, KeyError, TypeError, ValueError):
        return None
    return summarise(cpu, wall, alpha=alpha, seconds=seconds)


def summarise(
    cpu: Sequence[Sequence[float]], wall: Sequence[float], *, alpha: float, seconds: float
) -> Noise:
    """Reduce log ratios of identical code, process by process, to the machine's noise."""
    inside = stats.deviation([value for group in cpu for value in group])
    medians = stats.of_processes(cpu)
    between = math.sqrt(sum(value * value for value in medians) / len(medians))
    return Noise(inside, between, stats.deviation(wall), detectable(between, alpha, seconds))


def with_pairs(noise: Noise, found: Sequence[float], *, alpha: float, seconds: float) -> Noise:
    """Raise the noise from process to process to what original against original shows.

    ``found`` are its log ratios, one a pair of processes.
    """
    between = max(noise.between, stats.deviation(found)) if found else noise.between
    return replace(noise, between=between, detectable=detectable(between, alpha, seconds))


def pairs_needed(deviation: float, effect: float, alpha: float) -> int:
    """Return the pairs that tell a log ratio from none with power 0.9 (normal theory).

    ``effect`` is what is left of the log ratio above the least that is asked for.
    """
    quantile = NormalDist().inv_cdf
    needed = (quantile(1 - alpha) + quantile(0.9)) * deviation / effect
    return max(stats.fewest(alpha), math.ceil(needed**2 / _EFFICIENCY))


def least_seconds(noise: Noise, effect: float, alpha: float) -> float:
    """Return how long a confirmation takes at the least on a machine with this noise."""
    return pairs_needed(noise.between, effect, alpha) * _PAIR_SECONDS


def detectable(deviation: float, alpha: float, seconds: float) -> float:
    """Return the least ratio that is told from 1 with power 0.9 at level ``alpha`` (normal theory).

    ``deviation`` is that of the log ratio of one pair of processes.
    """
    pairs = max(stats.fewest(alpha), min(_MOST_PAIRS, int(seconds / _PAIR_SECONDS)))
    quantile = NormalDist().inv_cdf
    needed = quantile(1 - alpha) + quantile(0.9)
    return exp(needed * deviation / math.sqrt(pairs * _EFFICIENCY))
