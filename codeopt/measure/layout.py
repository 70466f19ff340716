"""Lay out a sample: which recorded calls it times, in which segments, after which warm-up."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from codeopt.measure import plan as plans
from codeopt.measure.trial import Zygote

_PASS_SECONDS = 0.1
_PROBE_SECONDS = 3.0
_LONG_SECONDS = 0.02
_UNEVEN = 1.25
_OTHER = "other"
_SLOW_SECONDS = 0.25  # from here on a unit is AB or BA, to save time
_PAIR_SECONDS = 0.3
_MOST_UNITS = 10
_LEAST_UNITS = 2
_SAMPLE_SECONDS = 0.005  # what a sample costs beside the timed pass
_WARM_CALLS = 24
_WARM_SECONDS = 0.0005
_FEWEST_WARM = 3
_SLOW_CALL = 0.005  # such a call runs long enough to warm the interpreter up by itself
_CLASSES = 6
_LEAST_IN_FLIGHT, _MOST_IN_FLIGHT = 8, 128
_SEGMENT_SECONDS = 20e-6  # from this time a call on, classes are timed inside the pass


Classes = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Say what a sample runs: segments of call indices, the class of each, and the warm-up.

    ``classes`` pairs labels with their calls, ``weights`` says how many calls of the workload one
    timed call of each stands for; ``seen`` counts the calls that the workload makes.
    """

    segments: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...]
    warm: tuple[int, ...]
    kind: str
    seconds: float
    classes: Classes
    weights: tuple[float, ...]
    seen: int
    held_out: bool

    @property
    def calls(self) -> tuple[int, ...]:
        """Return the timed calls in order."""
        return tuple(index for segment in self.segments for index in segment)

    @property
    def concurrent(self) -> bool:
        """Tell whether many calls can be in flight on one loop."""
        return self.kind in ("await", "collect")

    @property
    def crowd(self) -> tuple[int, ...]:
        """Return the calls in flight together: the timed ones, repeated if they are few."""
        calls = self.calls[:_MOST_IN_FLIGHT]
        return calls * max(1, -(-_LEAST_IN_FLIGHT // len(calls)))

    @property
    def inside(self) -> bool:
        """Tell whether the classes are timed as segments of the pass."""
        return len(self.segments) > 1

    @property
    def uneven(self) -> bool:
        """Tell whether timed calls of different classes stand for very different numbers."""
        return bool(self.classes) and max(self.weights) > _UNEVEN * min(self.weights)

    @property
    def long(self) -> bool:
        """Tell whether a sample is long enough for the parent's clock."""
        return self.seconds >= _LONG_SECONDS

    @property
    def units(self) -> int:
        """Return how many units a pair of processes makes at most."""
        return max(1, min(_MOST_UNITS, int(_PAIR_SECONDS / (4 * (self.seconds + _SAMPLE_SECONDS)))))

    @property
    def least_units(self) -> int:
        """Return how many units a pair makes before its scatter is looked at."""
        return min(_LEAST_UNITS, self.units)

    def order(self, rng: random.Random, number: int) -> str:
        """Return the order of the samples of one unit."""
        if self.seconds >= _SLOW_SECONDS:
            return "ab" if number % 2 else "ba"
        return "abba" if rng.random() < 0.5 else "baab"

    def request(self, segments: Sequence[Sequence[int]], check: Sequence[int]) -> dict[str, Any]:
        """Ask for a sample; the outcomes of the calls in ``check`` come back as digests."""
        places = {index: place for place, index in enumerate(self.calls)}
        return {
            "op": "sample",
            "kind": self.kind,
            "warm": list(self.warm),
            "segments": [list(segment) for segment in segments],
            "check": [places[index] for index in check],
            "marks": self.long,
        }


def crowd_request(layout: Layout) -> dict[str, Any]:
    """Ask for a sample of many coroutines on one loop; all of their outcomes come back."""
    crowd = list(layout.crowd)
    return {
        "op": "sample",
        "kind": f"{layout.kind}-together",
        "warm": list(layout.warm),
        "segments": [crowd],
        "check": list(range(len(crowd))),
        "marks": False,
    }


def lay_out(original: Zygote, seed: int) -> Layout:
    """Time the calls of the original once each and choose what is timed from then on."""
    ready = original.ready()
    table = plans.read_table(ready)
    plan = plans.split(table, seed)
    if not plan.timed:
        raise ValueError("no recorded call can be loaded")
    groups = {call.index: call.group for call in table}
    recorded = {call.index: call.seconds for call in table}
    likely = plans.within([(i, recorded[i]) for i in plan.timed], groups, _PASS_SECONDS)
    kind, times = _probe(original, likely, str(ready["kind"]))
    chosen = plans.within(times, groups, _PASS_SECONDS)
    seconds = sum(duration for index, duration in times if index in set(chosen))
    classes = _classes(chosen, groups)
    long = seconds / len(chosen) >= _SEGMENT_SECONDS and len(classes) > 1
    runs = _runs(chosen, classes) if long else [tuple(chosen)]
    return Layout(
        segments=tuple(runs),
        labels=tuple(_label_of(run[0], classes) for run in runs),
        warm=_warm(plan.warm, seconds / len(chosen)),
        kind=kind,
        seconds=seconds,
        classes=classes if len(classes) > 1 else (),
        weights=_weights(table, classes),
        seen=sum(call.count for call in table),
        held_out=plan.held_out,
    )


def _probe(
    original: Zygote, calls: Sequence[int], kind: str
) -> tuple[str, list[tuple[int, float]]]:
    """Return the kind of the target as its results show it, and the seconds of each call."""
    request = {"op": "probe", "calls": list(calls), "kind": kind, "seconds": _PROBE_SECONDS}
    answer = original.ask(request)
    times = [(int(index), nanoseconds / 1e9) for index, nanoseconds in answer["times"]]
    return "drain" if answer["lazy"] else kind, times


def _classes(chosen: Sequence[int], groups: Mapping[int, str]) -> Classes:
    """Part the calls into the largest classes; the small ones are taken together."""
    members: dict[str, list[int]] = {}
    for index in chosen:
        members.setdefault(groups[index], []).append(index)
    ranked = sorted(members.items(), key=lambda member: -len(member[1]))
    most = len(ranked) if len(ranked) <= _CLASSES else _CLASSES - 1
    rest = sorted(index for _, calls in ranked[most:] for index in calls)
    found = [(label, tuple(calls)) for label, calls in ranked[:most]]
    return (*found, (_OTHER, tuple(rest))) if rest else tuple(found)


def _weights(table: Sequence[plans.Call], classes: Classes) -> tuple[float, ...]:
    """Say for how many calls of the workload one timed call of each class stands."""
    groups = {call.index: call.group for call in table}
    weights = []
    for _, calls in classes:
        own = {groups[index] for index in calls}
        weights.append(sum(call.count for call in table if call.group in own) / len(calls))
    return tuple(weights)


def _label_of(index: int, classes: Classes) -> str:
    return next(label for label, calls in classes if index in calls)


def _warm(calls: Sequence[int], pace: float) -> tuple[int, ...]:
    """Choose the calls that warm up; their number rests on the original, ``pace`` seconds a call.

    Both versions make the same ones, or what one of them prepares would not show.
    """
    if not calls:
        return ()
    fewest = 1 if pace >= _SLOW_CALL else _FEWEST_WARM
    most = max(_WARM_CALLS, min(len(calls), 64))
    count = max(fewest, min(most, math.ceil(_WARM_SECONDS / max(pace, 1e-9))))
    return tuple(calls[k % len(calls)] for k in range(count))


def _runs(chosen: Sequence[int], classes: Classes) -> list[tuple[int, ...]]:
    """Cut the pass where the class changes; the recorded order stays."""
    labels = {index: label for label, calls in classes for index in calls}
    return [tuple(run) for _, run in groupby(chosen, key=labels.__getitem__)]
