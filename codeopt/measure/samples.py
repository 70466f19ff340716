"""Samples of two versions and what follows from them: log ratios, clocks, one-time costs."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from codeopt.measure import stats
from codeopt.measure.layout import Layout
from codeopt.measure.trial import Zygote

_NOTICEABLE_WARM_NS = 50e3
_NOTICEABLE_IMPORT_NS = 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold one reading: nanoseconds over the whole pass and by segment, and what else was seen.

    ``warm`` is the CPU time of the warm-up, ``process`` that of the whole child; ``seen`` is the
    time that went by in this process, 0 where nobody looked.
    """

    cpu: int
    wall: int
    parts: tuple[tuple[int, int], ...]
    warm: int
    switches: int
    process: int
    changed: tuple[str, ...]
    digests: tuple[tuple[int, str], ...]
    seen: float = 0.0

    def reading(self, clock: str) -> int:
        """Return the time by a clock, at least 1 ns."""
        return max(1, self.wall if clock == "wall" else self.cpu)


@dataclass(frozen=True, slots=True)
class Pair:
    """Collect the samples of one pair of processes.

    ``imports`` are their import times in ns, ``altered`` says what importing changed in each.
    ``crowd`` holds the samples of both in which many coroutines were in flight.
    """

    imports: tuple[int, int]
    a: list[Sample] = field(default_factory=list)
    b: list[Sample] = field(default_factory=list)
    classes: dict[str, tuple[list[Sample], list[Sample]]] = field(default_factory=dict)
    altered: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    crowd: tuple[list[Sample], list[Sample]] = field(default_factory=lambda: ([], []))


def take(zygote: Zygote, request: Mapping[str, Any]) -> Sample:
    """Have a sample taken; marks before and after the timed calls are timed here as well."""
    zygote.send(dict(request))
    marks: list[int] = []
    while "mark" in (frame := zygote.receive()):
        marks.append(time.perf_counter_ns())
    return read_sample(frame, marks[1] - marks[0] if len(marks) == 2 else 0)


def read_sample(frame: Mapping[str, Any], seen: float = 0) -> Sample:
    """Check a sample that the harness sent."""
    parts = tuple((int(cpu), int(wall)) for cpu, wall in frame["readings"])
    return Sample(
        cpu=sum(cpu for cpu, _ in parts),
        wall=sum(wall for _, wall in parts),
        parts=parts,
        warm=int(frame["warm"]),
        switches=int(frame["switches"]),
        process=int(frame.get("process", 0)),
        changed=tuple(str(name) for name in frame["changed"]),
        digests=tuple((int(place), str(text)) for place, text in frame["digests"]),
        seen=seen,
    )


def pair_of(original: Mapping[str, Any], candidate: Mapping[str, Any]) -> Pair:
    """Start a pair with what its processes say when they are ready."""
    imports, altered = [], []
    for frame in (original, candidate):
        imports.append(int(frame["import"]))
        altered.append(tuple(str(name) for name in frame["changed"]))
    return Pair((imports[0], imports[1]), altered=(altered[0], altered[1]))


def typical(samples: Sequence[Sample], clock: str) -> float:
    """Return the median time of some samples in nanoseconds.

    All samples of a process repeat the same calls from the same state, so what differs between
    them is the machine's doing, and it comes in bursts.
    """
    return median(sample.reading(clock) for sample in samples)


def scatter(pair: Pair) -> float:
    """Return the standard error of the pair's log ratio, as the units of the pair show it.

    It is that of a median, 1.2533 deviations by the root of the number for normal noise, and it is
    the same when both versions trade places: a pair may go on until it is small enough.
    """
    clock = clock_for([pair])
    old, new = ([s.reading(clock) for s in side] for side in (pair.a, pair.b))
    ratios = [
        math.log(sum(old[k : k + 2]) / sum(new[k : k + 2])) for k in range(0, len(old) - 1, 2)
    ]
    if len(ratios) < 2:
        return math.inf
    return 1.2533 * stats.deviation(ratios) / math.sqrt(len(ratios))


def crowd_differences(pairs: Sequence[Pair]) -> list[float]:
    """Return one log ratio a pair for many coroutines in flight on one loop."""
    crowds = [pair.crowd for pair in pairs]
    waits = any(_waits([s for crowd in crowds for s in crowd[side]]) for side in (0, 1))
    clock = "wall" if waits else "cpu"
    return [math.log(typical(old, clock) / typical(new, clock)) for old, new in crowds]


def clock_for(pairs: Sequence[Pair]) -> str:
    """Take wall time when either version waits of its own will, CPU time otherwise."""
    sides = ([s for pair in pairs for s in pair.a], [s for pair in pairs for s in pair.b])
    return "wall" if any(_waits(samples) for samples in sides) else "cpu"


def differences(pairs: Sequence[Pair], layout: Layout, clock: str) -> list[float]:
    """Return one log ratio a pair; what the candidate does only once is charged to it."""
    charge = _one_time(pairs) * len(layout.calls) / max(layout.seen, len(layout.calls))
    ratio = _weighted if layout.uneven else _plain
    return [
        ratio(pair, layout, clock) - math.log1p(charge / typical(pair.b, clock)) for pair in pairs
    ]


def class_differences(
    pairs: Sequence[Pair], layout: Layout, clock: str
) -> tuple[tuple[str, int, tuple[float, ...]], ...]:
    """Return for each class of inputs its label, its calls, and one log ratio a pair."""
    times = [_by_class(pair, layout, clock) for pair in pairs]
    return tuple(
        (label, len(calls), tuple(math.log(each[k][0] / each[k][1]) for each in times))
        for k, (label, calls) in enumerate(layout.classes)
    )


def _plain(pair: Pair, _layout: Layout, clock: str) -> float:
    """Return the log ratio of the pass."""
    return math.log(typical(pair.a, clock) / typical(pair.b, clock))


def _weighted(pair: Pair, layout: Layout, clock: str) -> float:
    """Return the log ratio with each class weighted by the calls that it stands for."""
    times = _by_class(pair, layout, clock)
    old, new = (
        sum(weight * each[side] for weight, each in zip(layout.weights, times, strict=True))
        for side in (0, 1)
    )
    return math.log(old / new)


def _by_class(pair: Pair, layout: Layout, clock: str) -> list[tuple[float, float]]:
    """Return the time of each class of calls, old and new."""
    if layout.inside:
        return [
            (_inside(pair.a, layout, label, clock), _inside(pair.b, layout, label, clock))
            for label, _ in layout.classes
        ]
    both = [pair.classes[label] for label, _ in layout.classes]
    return [(typical(old, clock), typical(new, clock)) for old, new in both]


def _inside(samples: Sequence[Sample], layout: Layout, label: str, clock: str) -> float:
    column = 1 if clock == "wall" else 0
    places = [place for place, name in enumerate(layout.labels) if name == label]
    return max(1.0, median(sum(s.parts[k][column] for k in places) for s in samples))


def _waits(samples: Sequence[Sample]) -> bool:
    often = sum(sample.switches > 0 for sample in samples) > len(samples) / 2
    return often and sum(s.cpu for s in samples) < 0.9 * sum(s.wall for s in samples)


def _one_time(pairs: Sequence[Pair]) -> float:
    """Return nanoseconds that the candidate spends once: at import, and while it warms up.

    Both versions warm up on the same calls, so what preparing there costs shows as a difference.
    """
    warming = [median(s.warm for s in p.b) - median(s.warm for s in p.a) for p in pairs]
    imports = [float(pair.imports[1] - pair.imports[0]) for pair in pairs]
    return _surely(warming, _NOTICEABLE_WARM_NS) + _surely(imports, _NOTICEABLE_IMPORT_NS)


def _surely(extra: Sequence[float], noticeable: float) -> float:
    """Return the centre of some extra costs when it is there without doubt, 0 otherwise."""
    if len(extra) < 5 or stats.signed_rank_p(extra, noticeable) > 0.05:
        return 0.0
    return stats.hodges_lehmann(extra)
