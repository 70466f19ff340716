"""Confirm a candidate in separate processes: the only timing from which a claim is made.

Pairs of zygotes, one for each version, get a new hash seed each; within a pair samples alternate
ABBA. A pair counts once: identical code differs from process to process by more than it does inside
one, so the pairs are what is independent. Looks at the data are paid for from the error budget.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from codeopt.measure.audit import audit, odd, unlike
from codeopt.measure.layout import Layout, crowd_request, lay_out
from codeopt.measure.looks import Looks, pace
from codeopt.measure.samples import (
    ClassTimes,
    Pair,
    class_times,
    clock_for,
    crowd_differences,
    differences,
    pair_of,
    scatter,
    take,
)
from codeopt.measure.trial import MAX_SEED, Trial, Zygote, hash_seeds
from codeopt.model.reasons import Reason

CENTRE = 0.01  # log ratio by which identical code may differ after averaging over processes
_MOST_PAIRS = 320
_WAVE = 4  # pairs of processes that are alive at once
_AUDITED = 2
_CALLS_CHECKED = 8
_CROWD_UNITS = 2


@dataclass(frozen=True, slots=True)
class Rules:
    """Say what confirmation has to show: least log ratio, error budget, time, looks at most.

    ``pairs`` are those from which on a look is worth its share of the budget, 0 if unknown;
    ``precise`` is the standard error (log ratio) at which a pair has samples enough.
    """

    least: float
    alpha: float
    seconds: float
    looks: int = 1_000
    pairs: int = 0
    precise: float = 0.008


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Hold what confirmation found: one log ratio a pair of processes, and the lower bound.

    For coroutines these are of calls that are awaited alone; ``throughput`` is of ``in_flight``
    calls on one loop.
    """

    clock: str
    differences: tuple[float, ...]
    bound: float
    classes: tuple[ClassTimes, ...]
    memory: tuple[int, int] | None
    reason: Reason | None
    layout: Layout | None = None
    throughput: tuple[float, ...] = ()
    in_flight: int = 0
    best: int = 0

    @property
    def claimed(self) -> tuple[float, ...]:
        """Return the log ratios that the bound is of: for a coroutine the better of two."""
        return self.throughput if self.best else self.differences


def confirm(trial: Trial, rules: Rules) -> Confirmed:
    """Time both versions in separate processes until sure either way, or until the time is up."""
    return _Confirmation(trial, rules).run()


class _Confirmation:
    def __init__(self, trial: Trial, rules: Rules) -> None:
        self.trial, self.rules = trial, rules
        self.rng = hash_seeds(trial.seed, "confirm")
        self.pairs: list[Pair] = []
        self.looks = Looks(max(rules.least, CENTRE))
        self.layout: Layout | None = None
        self.memory: tuple[int, int] | None = None
        self.deadline = time.monotonic() + rules.seconds

    def run(self) -> Confirmed:
        """Add pairs of processes and look, until done."""
        looks = pace(self.rules.alpha, self.rules.pairs, _MOST_PAIRS)
        for wanted, alpha in itertools.islice(looks, self.rules.looks):
            reason = self._measure(wanted)
            if reason is None and self._concurrent:  # half of the budget takes one pair more
                reason = self._measure(wanted + 1)
            if reason is not None or not self.pairs or self._look(alpha):
                return self._result(reason)
        return self._result(None)

    def _measure(self, wanted: int) -> Reason | None:
        """Run more pairs of processes, some of them alive at once."""
        while len(self.pairs) < wanted and not self._late():
            count = min(_WAVE, wanted - len(self.pairs))
            with _zygotes(self.trial, self.rng, count) as started:
                for a, b in started:
                    reason = self._pair(a, b)
                    if reason is not None or self._late():
                        return reason
        return None

    def _late(self) -> bool:
        return time.monotonic() > self.deadline

    def _look(self, alpha: float) -> bool:
        """Update the bound, and say whether to stop: sure of the gain, or sure of too little."""
        assert self.layout is not None
        series = [differences(self.pairs, self.layout, clock_for(self.pairs))]
        if self._concurrent:
            series.append(crowd_differences(self.pairs))
        sure = self.looks.look(series, alpha)
        return sure or len(self.pairs) >= _MOST_PAIRS or self._late()

    @property
    def bound(self) -> float:
        """Return the lower bound so far, as a log ratio."""
        return self.looks.bound

    @property
    def _concurrent(self) -> bool:
        return self.layout is not None and self.layout.concurrent

    def _pair(self, a: Zygote, b: Zygote) -> Reason | None:
        pair = pair_of(a.ready(), b.ready())
        if self.layout is None:
            self.layout = lay_out(a, self.trial.seed)
            self.looks = Looks(self.looks.least, series=2 if self.layout.concurrent else 1)
        layout = self.layout
        for number in range(layout.units):
            check = self._some(layout.calls) if number else layout.calls
            request = layout.request(layout.segments, check)
            for side in layout.order(self.rng, len(self.pairs) + number):
                zygote, samples = (a, pair.a) if side == "a" else (b, pair.b)
                samples.append(take(zygote, request))
            if number + 1 >= layout.least_units and scatter(pair) <= self.rules.precise:
                break
        if not layout.inside:
            self._classes(a, b, pair, layout)
        if layout.concurrent:
            self._crowd(a, b, pair, layout)
        if self.memory is None:  # here, so that no other processes need to start for it
            self.memory = _memory(a, b, layout)
        self.pairs.append(pair)
        watched = layout.long or len(self.pairs) <= _AUDITED
        return odd(pair) or (audit(a, b, pair, layout) if watched else None)

    def _classes(self, a: Zygote, b: Zygote, pair: Pair, layout: Layout) -> None:
        """Time a unit of each class by itself."""
        for label, calls in layout.classes:
            request = layout.request([calls], ())
            both = pair.classes.setdefault(label, ([], []))
            for side in layout.order(self.rng, len(self.pairs)):
                zygote, samples = (a, both[0]) if side == "a" else (b, both[1])
                samples.append(take(zygote, request))

    def _crowd(self, a: Zygote, b: Zygote, pair: Pair, layout: Layout) -> None:
        """Time units of many calls in flight on one loop."""
        request = crowd_request(layout)
        for number in range(_CROWD_UNITS):
            for side in layout.order(self.rng, len(self.pairs) + number):
                zygote, samples = (a, pair.crowd[0]) if side == "a" else (b, pair.crowd[1])
                samples.append(take(zygote, request))

    def _some(self, calls: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted(self.rng.sample(calls, min(len(calls), _CALLS_CHECKED))))

    def _result(self, reason: Reason | None) -> Confirmed:
        if self.layout is None or not self.pairs:
            return Confirmed("cpu", (), self.bound, (), None, reason)
        clock = clock_for(self.pairs)
        found = tuple(differences(self.pairs, self.layout, clock))
        if reason is None and self.bound > self.rules.least:
            reason = unlike(self.pairs, clock)
        classes = class_times(self.pairs, self.layout, clock)
        memory = self.memory if reason is None and self.bound > self.rules.least else None
        crowd: tuple[float, ...] = ()
        many = 0
        if self.layout.concurrent:
            crowd, many = tuple(crowd_differences(self.pairs)), len(self.layout.crowd)
        return Confirmed(
            clock=clock,
            differences=found,
            bound=self.bound,
            classes=classes,
            memory=memory,
            reason=reason,
            layout=self.layout,
            throughput=crowd,
            in_flight=many,
            best=self.looks.best,
        )


@contextmanager
def _zygotes(trial: Trial, rng: random.Random, count: int) -> Iterator[list[tuple[Zygote, Zygote]]]:
    """Start pairs of zygotes, all at once; both of a pair get the same new hash seed."""
    started: list[Zygote] = []
    try:
        for _ in range(count):
            seed = rng.randint(1, MAX_SEED)
            started += _two(trial, seed, rng.random() < 0.5)
        for zygote in started:
            zygote.ready()
        yield list(zip(started[::2], started[1::2], strict=True))
    finally:
        for zygote in started:
            zygote.close()


def _two(trial: Trial, seed: int, candidate_first: bool) -> list[Zygote]:
    """Start both versions, in either order; return the original first."""
    versions = [trial.candidate, trial.original] if candidate_first else []
    versions = versions or [trial.original, trial.candidate]
    two = [Zygote(trial, version, seed) for version in versions]
    return two[::-1] if candidate_first else two


def _memory(a: Zygote, b: Zygote, layout: Layout) -> tuple[int, int]:
    request = {"op": "memory", "kind": layout.kind, "segments": [list(layout.calls)]}
    return int(a.ask(request)["peak"]), int(b.ask(request)["peak"])
