"""Noise of bad machines, and runs of the whole sequential rule on it: no clock is read."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable

from codeopt.measure import stats
from codeopt.measure.confirming import CENTRE
from codeopt.measure.looks import Looks, pace

Noise = Callable[[random.Random, int], list[float]]


def heavy_tails(rng: random.Random, count: int) -> list[float]:
    """Nearly Cauchy: now and then a value is far out."""
    return [
        rng.gauss(0, 0.01) / max(0.05, rng.random()) * rng.choice((-1, 1)) for _ in range(count)
    ]


def drift(rng: random.Random, count: int) -> list[float]:
    """Single samples drift by 1 % a sample; ABBA units cancel what is linear in it."""
    clock = itertools.count()

    def sample() -> float:
        return math.exp(0.01 * next(clock) + rng.gauss(0, 0.02))

    found = []
    for _ in range(count):
        order = rng.choice(("abba", "baab"))
        total = {"a": 0.0, "b": 0.0}
        for side in order:
            total[side] += sample()
        found.append(math.log(total["a"] / total["b"]))
    return found


def autocorrelation(rng: random.Random, count: int) -> list[float]:
    """The machine's speed wanders; which side it hits is decided by the toss of a coin."""
    level, found = 0.0, []
    for _ in range(count):
        sums = {"a": 0.0, "b": 0.0}
        for side in rng.choice(("abba", "baab")):
            level = 0.9 * level + rng.gauss(0, 0.05)
            sums[side] += math.exp(level)
        found.append(math.log(sums["a"] / sums["b"]))
    return found


def bursts(rng: random.Random, count: int) -> list[float]:
    """A neighbour doubles the time of a stretch of samples now and then."""
    left, found = 0, []
    for _ in range(count):
        sums = {"a": 0.0, "b": 0.0}
        for side in rng.choice(("abba", "baab")):
            left = left - 1 if left else (rng.randrange(1, 6) if rng.random() < 0.1 else 0)
            sums[side] += (2.0 if left else 1.0) * math.exp(rng.gauss(0, 0.01))
        found.append(math.log(sums["a"] / sums["b"]))
    return found


NOISES: tuple[Noise, ...] = (heavy_tails, drift, autocorrelation, bursts)


def gaining(effect: float, deviation: float = 0.02) -> Noise:
    """Return the noise of a quiet machine around a true gain (log ratio)."""
    return lambda rng, count: [effect + rng.gauss(0, deviation) for _ in range(count)]


def keeps_anything(
    noise: Noise, rng: random.Random, *, candidates: int, alpha: float, least: float = 1.01
) -> bool:
    """Confirm candidates one after the other, as a run does; tell whether any is kept.

    The most pairs are 60, so that the pairs of all looks are one series of the noise.
    """
    asked = math.log(least)
    return any(
        _bound(noise(rng, 60), stats.spend(alpha, number), asked) > asked
        for number in range(1, candidates + 1)
    )


def _bound(values: list[float], alpha: float, asked: float) -> float:
    looks = Looks(max(asked, CENTRE))
    for wanted, share in pace(alpha, 0, len(values)):
        if looks.look([values[:wanted]], share):
            break
    return looks.bound
