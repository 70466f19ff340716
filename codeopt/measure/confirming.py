"""Confirm a candidate in separate processes: the only timing from which a claim is made.

Pairs of zygotes, one for each version, get a new hash seed each; within a pair samples alternate
ABBA. A pair counts once: identical code differs from process to process by more than it does inside
one, so the pairs are what is independent. Looks at the data are paid for from the error budget.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from codeopt.measure import plan as plans
from codeopt.measure import stats
from codeopt.measure.trial import MAX_SEED, Trial, Zygote, hash_seeds
from codeopt.model.reasons import Code, Reason

_CENTRE = 0.01  # log ratio by which identical code may differ after averaging over processes
_MOST_PAIRS = 48
_WAVE = 4  # pairs of processes that are alive at once
_PASS_SECONDS = 0.1
_SLOW_SECONDS = 0.25  # from here on a unit is AB or BA, to save time
_UNIT_SECONDS = 0.04
_CALLS_CHECKED = 8
_WARM_CALLS = 24
_CLASSES = 6
_SEGMENT_SECONDS = 20e-6  # from this time a call on, classes are timed inside the pass
_AUDIT_NS = 20_000_000
_AUDIT_CALLS = 5_000


@dataclass(slots=True)
class Sample:
    """Hold one reading: nanoseconds over the whole pass and by segment, and what else was seen."""

    cpu: int
    wall: int
    parts: tuple[tuple[int, int], ...]
    first: int
    switches: int
    process: int
    changed: tuple[str, ...]
    digests: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class Pair:
    """Collect the samples of one pair of processes."""

    a: list[Sample] = field(default_factory=list)
    b: list[Sample] = field(default_factory=list)
    classes: dict[str, tuple[list[Sample], list[Sample]]] = field(default_factory=dict)
    imports: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Layout:
    """Say what a sample runs: segments of call indices, the class of each, and the warm-up."""

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


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Hold what confirmation found: one log ratio a pair of processes, and the lower bound."""

    clock: str
    differences: tuple[float, ...]
    bound: float
    classes: tuple[tuple[str, int, tuple[float, ...]], ...]
    memory: tuple[int, int] | None
    reason: Reason | None
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Say what confirmation has to show: least log ratio, error budget, time."""

    least: float
    alpha: float
    seconds: float


def confirm(trial: Trial, rules: Rules) -> Confirmed:
    """Time both versions in separate processes until sure either way, or until the time is up."""
    return _Confirmation(trial, rules).run()


class _Confirmation:
    def __init__(self, trial: Trial, rules: Rules) -> None:
        self.trial, self.rules = trial, rules
        self.rng = hash_seeds(trial.seed, "confirm")
        self.pairs: list[Pair] = []
        self.bound = -math.inf
        self.memory: tuple[int, int] | None = None
        self.layout: Layout | None = None
        self.deadline = time.monotonic() + rules.seconds

    def run(self) -> Confirmed:
        look, wanted = 1, stats.fewest(stats.spend(self.rules.alpha, 1))
        while True:
            reason = self._measure(wanted)
            done = len(self.pairs) < wanted
            if reason is None and not done:
                done = self._look(stats.spend(self.rules.alpha, look))
            if reason is not None or done:
                return self._result(reason)
            look += 1
            wanted = max(wanted + 3, stats.fewest(stats.spend(self.rules.alpha, look)))

    def _measure(self, wanted: int) -> Reason | None:
        """Run more pairs of processes, some of them alive at once."""
        while len(self.pairs) < min(wanted, _MOST_PAIRS) and not self._late():
            count = min(_WAVE, wanted - len(self.pairs))
            with _zygotes(self.trial, self.rng, count) as started:
                for a, b in started:
                    reason = self._pair(a, b)
                    if reason is not None or self._late():
                        return reason
        return None

    def _late(self) -> bool:
        """Tell whether time is up; the first pairs are always made."""
        return time.monotonic() > self.deadline

    def _look(self, alpha: float) -> bool:
        """Update the bound, and say whether to stop: sure of the gain, or sure of too little."""
        found = self._differences(self._clock())
        self.bound = max(self.bound, stats.lower_bound(found, alpha))
        least = max(self.rules.least, _CENTRE)
        sure = self.bound > least
        futile = stats.upper_bound(found, 0.01) < least
        return sure or futile or len(found) >= _MOST_PAIRS or self._late()

    def _pair(self, a: Zygote, b: Zygote) -> Reason | None:
        pair = Pair(imports=(int(a.ready()["import"]), int(b.ready()["import"])))
        if self.layout is None:
            self.layout = _layout(a, self.trial.seed)
            self.memory = _memory(a, b, self.layout)
        layout = self.layout
        for number in range(_units(layout.seconds)):
            order = _order(layout, self.rng, len(self.pairs) + number)
            check = layout.calls if number == 0 else self._some(layout.calls)
            request = _request(layout, layout.segments, check)
            for side in order:
                _take(a if side == "a" else b, request, pair.a if side == "a" else pair.b)
        if not layout.inside:
            self._classes(a, b, pair, layout)
        reason = _odd(pair) or (audit(a, b, pair, layout) if len(self.pairs) < 2 else None)
        self.pairs.append(pair)
        return reason

    def _classes(self, a: Zygote, b: Zygote, pair: Pair, layout: Layout) -> None:
        for label, calls in layout.classes:
            samples: tuple[list[Sample], list[Sample]] = ([], [])
            for side in _order(layout, self.rng, 0):
                request = _request(layout, (calls,), ())
                _take(a if side == "a" else b, request, samples[side == "b"])
            pair.classes[label] = samples

    def _some(self, calls: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted(self.rng.sample(calls, min(len(calls), _CALLS_CHECKED))))

    def _clock(self) -> str:
        """Take wall time when either version waits of its own will, CPU time otherwise."""
        return "wall" if any(_waits(_all(self.pairs, side)) for side in "ab") else "cpu"

    def _differences(self, clock: str) -> list[float]:
        """Return one log ratio a pair; what the candidate does only once is charged to it."""
        charge = _charge(self.pairs, self.layout)
        found = []
        for pair in self.pairs:
            new = _mean(pair.b, clock)
            found.append(median(_unit_ratios(pair, clock)) - math.log1p(charge / max(1.0, new)))
        return found

    def _result(self, reason: Reason | None) -> Confirmed:
        clock = self._clock()
        found = tuple(self._differences(clock))
        classes = _class_differences(self.pairs, self.layout, clock) if self.layout else ()
        return Confirmed(clock, found, self.bound, classes, self.memory, reason, self.layout)


@contextmanager
def _zygotes(trial: Trial, rng: random.Random, count: int) -> Iterator[list[tuple[Zygote, Zygote]]]:
    """Start pairs of zygotes, all at once; both of a pair get the same new hash seed."""
    started: list[Zygote] = []
    try:
        for _ in range(count):
            seed = rng.randint(1, MAX_SEED)
            sides = [trial.original, trial.candidate]
            flip = rng.random() < 0.5
            two = [Zygote(trial, sides[k], seed) for k in ((1, 0) if flip else (0, 1))]
            started += reversed(two) if flip else two
        for zygote in started:
            zygote.ready()
        yield list(zip(started[::2], started[1::2], strict=True))
    finally:
        for zygote in started:
            zygote.close()


def _layout(a: Zygote, seed: int) -> Layout:
    """Time the calls of the original once each and choose what is timed from then on."""
    ready = a.ready()
    table = plans.read_table(ready)
    plan = plans.split(table, seed)
    kind, groups = str(ready["kind"]), {call.index: call.group for call in table}
    probe = a.ask({"op": "probe", "calls": list(plan.timed), "kind": kind, "seconds": 3.0})
    times = [(int(index), ns / 1e9) for index, ns in probe["times"]]
    chosen = plans.within(times, groups, _PASS_SECONDS)
    kind = "drain" if probe["lazy"] else kind
    seconds = sum(t for index, t in times if index in set(chosen))
    names = sorted({groups[index] for index in chosen})
    members = [(name, tuple(i for i in chosen if groups[i] == name)) for name in names]
    long = seconds / len(chosen) >= _SEGMENT_SECONDS and len(names) > 1
    runs = _runs(chosen, groups) if long else [tuple(chosen)]
    largest = sorted(members, key=lambda member: -len(member[1]))[:_CLASSES]
    return Layout(
        segments=tuple(runs),
        labels=tuple(groups[run[0]] for run in runs),
        warm=_warm(plan.warm),
        kind=kind,
        seconds=seconds,
        classes=tuple(largest) if len(names) > 1 else (),
        seen=sum(call.count for call in table),
        held_out=plan.held_out,
    )


def _warm(calls: Sequence[int]) -> tuple[int, ...]:
    if not calls:
        return ()
    return tuple(calls[k % len(calls)] for k in range(max(_WARM_CALLS, min(len(calls), 64))))


def _runs(chosen: Sequence[int], groups: dict[int, str]) -> list[tuple[int, ...]]:
    """Cut the pass where the class changes; the recorded order stays."""
    runs: list[list[int]] = []
    for index in chosen:
        if runs and groups[runs[-1][0]] == groups[index]:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [tuple(run) for run in runs]


def _units(seconds: float) -> int:
    return max(1, min(6, int(_UNIT_SECONDS / (4 * (seconds + 0.002)))))


def _order(layout: Layout, rng: random.Random, number: int) -> str:
    if layout.seconds >= _SLOW_SECONDS:
        return "ab" if number % 2 else "ba"
    return "abba" if rng.random() < 0.5 else "baab"


def _request(
    layout: Layout, segments: Sequence[Sequence[int]], check: Sequence[int]
) -> dict[str, Any]:
    places = {index: place for place, index in enumerate(layout.calls)}
    return {
        "op": "sample",
        "kind": layout.kind,
        "warm": list(layout.warm),
        "segments": [list(segment) for segment in segments],
        "check": [places[index] for index in check],
    }


def _take(zygote: Zygote, request: dict[str, Any], into: list[Sample]) -> None:
    into.append(read_sample(zygote.ask(request)))


def read_sample(frame: dict[str, Any]) -> Sample:
    """Check a sample that the harness sent."""
    parts = tuple((int(cpu), int(wall)) for cpu, wall in frame["readings"])
    return Sample(
        cpu=sum(cpu for cpu, _ in parts),
        wall=sum(wall for _, wall in parts),
        parts=parts,
        first=int(frame["first"]),
        switches=int(frame["switches"]),
        process=int(frame.get("process", 0)),
        changed=tuple(str(name) for name in frame["changed"]),
        digests=tuple((int(place), str(text)) for place, text in frame["digests"]),
    )


def _odd(pair: Pair) -> Reason | None:
    """Say what the candidate did while it was timed that the original did not."""
    changed = {name for sample in pair.b for name in sample.changed}
    changed -= {name for sample in pair.a for name in sample.changed}
    if changed:
        text = f"the candidate changes {', '.join(sorted(changed))} while it is timed"
        return Reason(Code.GLOBAL_STATE, text)
    known: dict[int, set[str]] = {}
    for sample in pair.a:
        for place, text in sample.digests:
            known.setdefault(place, set()).add(text)
    for sample in pair.b:
        for place, text in sample.digests:
            found = known.get(place, set())
            if len(found) == 1 and "" not in found and text not in found:
                said = f"timed call {place + 1} gives another outcome than the original's"
                return Reason(Code.RESULT, said, "it behaves differently when it is timed")
    return None


def audit(a: Zygote, b: Zygote, pair: Pair, layout: Layout) -> Reason | None:
    """Compare what the candidate's process says with what its parents see, over a long sample."""
    old, new = _mean(pair.a, "wall"), _mean(pair.b, "wall")
    repeat = max(1, min(int(_AUDIT_NS / max(1.0, new)), _AUDIT_CALLS // len(layout.calls)))
    request = _request(layout, [layout.calls * repeat], ())
    problem = ""
    for _ in range(3):
        theirs, seen = _marked(b, request)
        ours, _seen = _marked(a, request)
        problem = _disagreement(theirs, seen, ours) or _relapse(
            theirs.wall / repeat / new, ours.wall / repeat / max(1.0, old)
        )
        if not problem:
            return None
    return Reason(Code.CLOCK_DISAGREES, f"{problem}, three times in a row")


def _marked(zygote: Zygote, request: dict[str, Any]) -> tuple[Sample, float]:
    """Take a sample and the nanoseconds between its marks by this process's clock."""
    zygote.send({**request, "marks": True})
    marks: list[int] = []
    while True:
        frame = zygote.receive()
        if "mark" not in frame:
            seen = marks[1] - marks[0] if len(marks) == 2 else 0
            return read_sample(frame), float(seen)
        marks.append(time.perf_counter_ns())


def _disagreement(theirs: Sample, seen: float, ours: Sample) -> str:
    if theirs.wall < 0.7 * seen - 10e6:
        return (
            f"the candidate's process reports {theirs.wall / 1e6:.1f} ms where {seen / 1e6:.1f} ms "
            "went by outside"
        )
    hidden, usual = theirs.process - theirs.cpu, ours.process - ours.cpu
    if theirs.process and hidden > 1.5 * usual + 0.5 * theirs.cpu + 10e6:
        return (
            f"the candidate's process used {hidden / 1e6:.1f} ms of CPU time outside of the timed "
            f"calls, the original's {usual / 1e6:.1f} ms"
        )
    return ""


def _relapse(theirs: float, ours: float) -> str:
    """Compare time a pass in a long sample with that in the short ones, new and old."""
    if theirs > 2.0 * max(1.0, ours):
        return f"the candidate takes {theirs:.1f} times as long a pass when passes are repeated"
    return ""


def _memory(a: Zygote, b: Zygote, layout: Layout) -> tuple[int, int]:
    request = {"op": "memory", "kind": layout.kind, "segments": [list(layout.calls)]}
    return int(a.ask(request)["peak"]), int(b.ask(request)["peak"])


def _all(pairs: Sequence[Pair], side: str) -> list[Sample]:
    return [sample for pair in pairs for sample in (pair.a if side == "a" else pair.b)]


def _waits(samples: Sequence[Sample]) -> bool:
    if not samples:
        return False
    often = sum(sample.switches > 0 for sample in samples) > len(samples) / 2
    return often and sum(s.cpu for s in samples) < 0.9 * sum(s.wall for s in samples)


def _mean(samples: Sequence[Sample], clock: str) -> float:
    return sum(_reading(sample, clock) for sample in samples) / len(samples)


def _reading(sample: Sample, clock: str) -> int:
    return max(1, sample.wall if clock == "wall" else sample.cpu)


def _unit_ratios(pair: Pair, clock: str) -> list[float]:
    """Return log(sum of A / sum of B) of each unit: two samples a side, or one."""
    width = 2 if len(pair.a) % 2 == 0 else 1
    return [
        math.log(
            sum(_reading(s, clock) for s in pair.a[k : k + width])
            / sum(_reading(s, clock) for s in pair.b[k : k + width])
        )
        for k in range(0, len(pair.a), width)
    ]


def _charge(pairs: Sequence[Pair], layout: Layout | None) -> float:
    """Return nanoseconds a pass for what the candidate does once: at import, in its first call.

    It is spread over as many calls as the workload makes.
    """
    if layout is None:
        return 0.0
    firsts = [median(s.first for s in p.b) - median(s.first for s in p.a) for p in pairs]
    imports = [float(new - old) for old, new in (pair.imports for pair in pairs)]
    once = _surely(firsts, 50e3) + _surely(imports, 1e6)
    return once * len(layout.calls) / max(layout.seen, len(layout.calls))


def _surely(extra: Sequence[float], noticeable: float) -> float:
    """Return the centre of some extra costs when it is there without doubt, 0 otherwise."""
    if len(extra) < 5 or stats.signed_rank_p(extra, noticeable) > 0.05:
        return 0.0
    return stats.hodges_lehmann(extra)


def _class_differences(
    pairs: Sequence[Pair], layout: Layout, clock: str
) -> tuple[tuple[str, int, tuple[float, ...]], ...]:
    column = 1 if clock == "wall" else 0
    rows = []
    for label, calls in layout.classes:
        found = []
        for pair in pairs:
            if layout.inside:
                places = [k for k, name in enumerate(layout.labels) if name == label]
                old = sum(s.parts[k][column] for s in pair.a for k in places) / len(pair.a)
                new = sum(s.parts[k][column] for s in pair.b for k in places) / len(pair.b)
            else:
                old, new = (_mean(samples, clock) for samples in pair.classes[label])
            found.append(math.log(max(1.0, old) / max(1.0, new)))
        rows.append((label, len(calls), tuple(found)))
    return tuple(rows)
