"""Lay out a sample: which recorded calls it times, in which segments, after which warm-up."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codeopt.measure import plan as plans
from codeopt.measure.trial import Zygote

_PASS_SECONDS = 0.1
_PROBE_SECONDS = 3.0
_SLOW_SECONDS = 0.25  # from here on a unit is AB or BA, to save time
_UNIT_SECONDS = 0.04
_SAMPLE_SECONDS = 0.002  # what a sample costs beside the timed pass
_WARM_CALLS = 24
_CLASSES = 6
_SEGMENT_SECONDS = 20e-6  # from this time a call on, classes are timed inside the pass


@dataclass(frozen=True, slots=True)
class Layout:
    """Say what a sample runs: segments of call indices, the class of each, and the warm-up.

    ``classes`` pairs labels with their calls; ``seen`` counts the calls that the workload makes.
    """

    segments: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...]
    warm: tuple[int, ...]
    kind: str
    seconds: float
    classes: tuple[tuple[str, tuple[int, ...]], ...]
    seen: int
    held_out: bool

    @property
    def calls(self) -> tuple[int, ...]:
        """Return the timed calls in order."""
        return tuple(index for segment in self.segments for index in segment)

    @property
    def inside(self) -> bool:
        """Tell whether the classes are timed as segments of the pass."""
        return len(self.segments) > 1

    @property
    def units(self) -> int:
        """Return how many units a pair of processes makes."""
        return max(1, min(6, int(_UNIT_SECONDS / (4 * (self.seconds + _SAMPLE_SECONDS)))))

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
        }


def lay_out(original: Zygote, seed: int) -> Layout:
    """Time the calls of the original once each and choose what is timed from then on."""
    ready = original.ready()
    table = plans.read_table(ready)
    plan = plans.split(table, seed)
    if not plan.timed:
        raise ValueError("no recorded call can be loaded")
    groups = {call.index: call.group for call in table}
    kind, times = _probe(original, plan.timed, str(ready["kind"]))
    chosen = plans.within(times, groups, _PASS_SECONDS)
    seconds = sum(duration for index, duration in times if index in set(chosen))
    names = sorted({groups[index] for index in chosen})
    long = seconds / len(chosen) >= _SEGMENT_SECONDS and len(names) > 1
    runs = _runs(chosen, groups) if long else [tuple(chosen)]
    return Layout(
        segments=tuple(runs),
        labels=tuple(groups[run[0]] for run in runs),
        warm=_warm(plan.warm),
        kind=kind,
        seconds=seconds,
        classes=_classes(chosen, groups) if len(names) > 1 else (),
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


def _classes(
    chosen: Sequence[int], groups: Mapping[int, str]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return the largest classes with their calls."""
    members: dict[str, list[int]] = {}
    for index in chosen:
        members.setdefault(groups[index], []).append(index)
    largest = sorted(members.items(), key=lambda member: -len(member[1]))[:_CLASSES]
    return tuple((label, tuple(calls)) for label, calls in largest)


def _warm(calls: Sequence[int]) -> tuple[int, ...]:
    if not calls:
        return ()
    return tuple(calls[k % len(calls)] for k in range(max(_WARM_CALLS, min(len(calls), 64))))


def _runs(chosen: Sequence[int], groups: Mapping[int, str]) -> list[tuple[int, ...]]:
    """Cut the pass where the class changes; the recorded order stays."""
    runs: list[list[int]] = []
    for index in chosen:
        if runs and groups[runs[-1][0]] == groups[index]:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [tuple(run) for run in runs]
