"""Time a target inside the workload, where its calls cannot be made again.

Both versions run the whole workload in fresh processes, in turns, with a stopwatch around the
target. The statistics are those of the confirmation: a pair of runs counts once, looks are paid for
from the error budget. The claim is checked from outside: what the target saves by its own clock
must be missing from the time of the whole run, too.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from codeopt.measure import stats
from codeopt.measure.bench import shortfall
from codeopt.measure.confirming import CENTRE, Confirmed, Rules
from codeopt.measure.lock import exclusive
from codeopt.measure.looks import Looks
from codeopt.measure.machine import fingerprint
from codeopt.measure.runs import Run, Runner
from codeopt.measure.trial import MAX_SEED, as_interval, exp, hash_seeds
from codeopt.model.code import FunctionId
from codeopt.model.evidence import AsyncSpeed, Interval, Measurement, Timed
from codeopt.model.project import Project
from codeopt.model.reasons import Code, Reason
from codeopt.worker import Place, WorkerFailed

_PATIENCE = 120.0
_MOST_PAIRS = 108
_GROWTH = 1.5
_SHORT_SECONDS = 0.25  # runs below it are made in units of ABBA
_WAITS = 0.2  # share of the time that a target waits, from which on wall time counts
_SHOWN = 0.5  # part of the claimed saving that the whole run must show
_HANGS = 10.0  # times as long as the original's first run, and a run hangs
_SLACK_SECONDS = 10.0
_TAIL = 0.025
_TIMES = ("calls", "cpu", "wall", "waiting")
_ASYNC = ("coroutine", "async_generator")


@dataclass(frozen=True, slots=True)
class Versions:
    """Name the trees of two versions of a target; the workload may write to both."""

    original: Place
    candidate: Place
    project: Project
    target: FunctionId
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what some runs took: seconds in the target's calls, and of the runs as a whole.

    ``waiting`` are the seconds in which the target's calls waited of their own will.
    """

    calls: int
    cpu: float
    wall: float
    whole_cpu: float
    whole_wall: float
    peak: int
    kind: str
    waiting: float = 0.0
    gave_way: bool = False

    def time(self, clock: str) -> float:
        """Return the seconds in the target by a clock."""
        return self.wall if clock == "wall" else self.cpu

    def whole(self, clock: str) -> float:
        """Return the seconds of the whole by a clock."""
        return self.whole_wall if clock == "wall" else self.whole_cpu


Pair = tuple[Reading, Reading]


def read_run(run: Run) -> Reading:
    """Add up what the processes of a run saw of the target; WorkerFailed when it was not called."""
    try:
        rows = [tuple(int(r[name]) for name in _TIMES) for r in run.seen]
        kinds = [str(r["kind"]) for r in run.seen if int(r["calls"])]
    except (ValueError, TypeError, LookupError) as error:
        raise WorkerFailed(f"what was timed inside the workload makes no sense: {error}") from error
    calls, cpu, wall, waiting = (sum(row[place] for row in rows) for place in range(4))
    if not calls:
        raise WorkerFailed("the workload ended without a call of the target that could be timed")
    return Reading(
        calls,
        cpu / 1e9,
        wall / 1e9,
        run.cpu,
        run.wall,
        run.peak,
        kinds[0],
        waiting / 1e9,
        run.gave_way,
    )


def measure_inside(versions: Versions, rules: Rules) -> Measurement:
    """Time a candidate against the original until sure either way, or until the time is up."""
    started = time.monotonic()
    try:
        with exclusive(_PATIENCE):
            timing = _Timing(versions, rules)
            timing.run()
    except WorkerFailed as failure:
        code = Code.TIMEOUT if failure.late else Code.CRASH
        return _unmeasured(Reason(code, f"it cannot be timed inside the workload: {failure}"))
    machine = fingerprint(versions.original.interpreter)
    seconds = time.monotonic() - started
    return replace(timing.measurement(), seconds=seconds, fingerprint=machine)


def control_inside(versions: Versions, rules: Rules) -> Confirmed:
    """Time what should be twice the same: the differences decide whether it is."""
    try:
        with exclusive(_PATIENCE):
            timing = _Timing(versions, replace(rules, looks=1))
            timing.run()
    except WorkerFailed as failure:
        return Confirmed("cpu", (), -math.inf, (), None, Reason(Code.CRASH, str(failure)))
    return Confirmed(timing.clock, tuple(timing.series()[0]), timing.looks.bound, (), None, None)


class _Timing:
    def __init__(self, versions: Versions, rules: Rules) -> None:
        self.versions, self.rules = versions, rules
        self.rng = hash_seeds(versions.seed, "inside")
        self.pairs: list[Pair] = []
        self.looks = Looks(max(rules.least, CENTRE))
        self.deadline = time.monotonic() + rules.seconds
        self.short = True

    def run(self) -> None:
        """Add pairs of runs and look, until done."""
        v = self.versions
        observer = {"job": "stopwatch", "target": _named(v)}
        with (
            Runner(v.original, v.project, v.project.workload, observer) as a,
            Runner(v.candidate, v.project, v.project.workload, observer) as b,
        ):
            self._warm(a, b)
            wanted = 0
            for look in range(1, self.rules.looks + 1):
                alpha = stats.spend(self.rules.alpha, look)
                wanted = max(math.ceil(wanted * _GROWTH), stats.fewest(alpha / self._tests))
                wanted = min(wanted, _MOST_PAIRS)
                self._more(a, b, wanted)
                done = self.looks.look(self.series(), alpha) if self.pairs else True
                if done or len(self.pairs) < wanted or len(self.pairs) >= _MOST_PAIRS:
                    return

    @property
    def _tests(self) -> int:
        return len(self.looks.bounds)

    def _warm(self, a: Runner, b: Runner) -> None:
        """Fill caches on disk; see what kind of target it is, and how long a run takes."""
        first = read_run(a.run(0))
        a.limit = b.limit = min(a.limit, _HANGS * first.whole_wall + _SLACK_SECONDS)
        read_run(b.run(0))
        if first.kind in _ASYNC:
            self.looks = Looks(self.looks.least, series=2)
        self.short = first.whole_wall < _SHORT_SECONDS

    def _more(self, a: Runner, b: Runner, wanted: int) -> None:
        while len(self.pairs) < wanted and time.monotonic() < self.deadline:
            number = self.rng.randint(1, MAX_SEED)
            self.pairs.append(_pair(a, b, number, self._order()))
            if len(self.pairs) < wanted and self.looks.is_futile(self.series()):
                return

    def _order(self) -> str:
        if self.short:
            return "abba" if self.rng.random() < 0.5 else "baab"
        return "ab" if self.rng.random() < 0.5 else "ba"

    @property
    def clock(self) -> str:
        """Return the clock by which the target is timed."""
        return clock_of(self.pairs)

    def series(self) -> list[list[float]]:
        """Return the log ratios a pair: of the target, and of the whole beside a coroutine."""
        found = [differences(self.pairs, self.clock)]
        if self._tests > 1:
            clock = whole_clock_of(self.pairs)
            found.append([math.log(old.whole(clock) / new.whole(clock)) for old, new in self.pairs])
        return found

    def measurement(self) -> Measurement:
        """Gather what decides."""
        if not self.pairs:
            return _unmeasured(_no_time())
        series = self.series()
        shown = [as_interval(values) for values in series]
        values = series[self.looks.best]
        memory = _memory(self.pairs)
        found = Measurement(
            clock=self.clock,
            screened=shown[self.looks.best],
            speedup=shown[self.looks.best],
            bound=exp(self.looks.bound),
            ratios=tuple(exp(value) for value in values),
            memory_ratio=memory[1] / memory[0] if memory else None,
            memory_bytes=memory,
            timed=Timed.WORKLOAD,
            concurrent=AsyncSpeed(shown[0], shown[1]) if len(shown) > 1 else None,
        )
        return replace(found, reason=self._problem() or self._shortfall(shown[self.looks.best]))

    def _problem(self) -> Reason | None:
        kind = self.pairs[0][0].kind
        return _miscounted(self.pairs) or (
            None
            if kind in _ASYNC
            else unseen_outside(self.pairs, "cpu") or unseen_outside(self.pairs, self.clock)
        )

    def _shortfall(self, found: Interval) -> Reason | None:
        if math.isinf(self.looks.bound) and not self.looks.is_futile(self.series()):
            return _no_time(found)
        return shortfall(found, exp(self.looks.bound), exp(self.rules.least))


def _pair(a: Runner, b: Runner, number: int, order: str) -> Pair:
    """Run both versions in an order, with one new hash seed for all."""
    readings: dict[str, list[Reading]] = {"a": [], "b": []}
    for side in order:
        readings[side].append(read_run((a if side == "a" else b).run(number)))
    return _sum(readings["a"]), _sum(readings["b"])


def _sum(readings: Sequence[Reading]) -> Reading:
    return Reading(
        calls=sum(r.calls for r in readings),
        cpu=sum(r.cpu for r in readings),
        wall=sum(r.wall for r in readings),
        whole_cpu=sum(r.whole_cpu for r in readings),
        whole_wall=sum(r.whole_wall for r in readings),
        peak=max(r.peak for r in readings),
        kind=readings[0].kind,
        waiting=sum(r.waiting for r in readings),
        gave_way=all(r.gave_way for r in readings),
    )


def clock_of(pairs: Sequence[Pair]) -> str:
    """Take wall time when either version waits in its calls, in the least disturbed pair, too."""
    waited = [max(old.waiting, new.waiting) / max(1e-9, old.wall, new.wall) for old, new in pairs]
    return "wall" if waited and min(waited) > _WAITS else "cpu"


def whole_clock_of(pairs: Sequence[Pair]) -> str:
    """Take wall time when the whole run mostly waits."""
    runs = [reading for pair in pairs for reading in pair]
    given = sum(r.gave_way for r in runs) > len(runs) / 2
    quiet = max(r.whole_cpu / max(1e-9, r.whole_wall) for r in runs)
    return "wall" if given and quiet <= 0.5 else "cpu"


def differences(pairs: Sequence[Pair], clock: str) -> list[float]:
    """Return one log ratio a pair: seconds a call, old over new."""
    return [math.log(_a_call(old, clock) / _a_call(new, clock)) for old, new in pairs]


def _a_call(reading: Reading, clock: str) -> float:
    return max(1e-9, reading.time(clock)) / reading.calls


def unseen_outside(pairs: Sequence[Pair], clock: str) -> Reason | None:
    """Say that the whole runs lack what the target is said to save, where that is sure.

    Work that moves to the import, to threads, to lazy results or to the end of the process leaves
    the target's calls and stays in the run. Calls that overlap in threads add up to more than the
    run and are not judged in this way.
    """
    if any(old.time(clock) > old.whole(clock) for old, _ in pairs):
        return None
    claimed = [old.time(clock) - new.time(clock) for old, new in pairs]
    shown = [old.whole(clock) - new.whole(clock) for old, new in pairs]
    lacking = [_SHOWN * one - two for one, two in zip(claimed, shown, strict=True)]
    if median(claimed) <= 0 or stats.lower_bound(lacking, _TAIL) <= 0:
        return None
    text = (
        f"the target's calls take {median(claimed) * 1e3:.1f} ms less, "
        f"the whole run only {median(shown) * 1e3:.1f} ms"
    )
    return Reason(Code.CLOCK_DISAGREES, text)


def _miscounted(pairs: Sequence[Pair]) -> Reason | None:
    """Say that the workload calls the candidate more or less often, where the original is steady.

    A workload that goes on for a given time makes as many calls as fit, and is left alone.
    """
    before, after = {old.calls for old, _ in pairs}, {new.calls for _, new in pairs}
    if len(before) > 1 or before == after:
        return None
    text = f"the workload makes {median(after):.0f} calls of it instead of {median(before):.0f}"
    return Reason(Code.UNVERIFIED, text)


def _memory(pairs: Sequence[Pair]) -> tuple[int, int] | None:
    before, after = (int(median(pair[side].peak for pair in pairs)) for side in (0, 1))
    return (before, after) if before and after else None


def _named(versions: Versions) -> Mapping[str, Any]:
    target = versions.target
    module = versions.project.module_name(target.path)
    return {"path": target.path, "qualname": target.qualname, "module": module}


def _unmeasured(reason: Reason) -> Measurement:
    nothing = Interval(1.0, 0.0, math.inf, 0)
    return Measurement("cpu", nothing, None, 0.0, reason=reason, timed=Timed.WORKLOAD)


def _no_time(found: Interval | None = None) -> Reason:
    so_far = f"{found} so far: " if found is not None else ""
    text = f"{so_far}the workload is too long to be run often enough in the time allowed"
    return Reason(Code.TOO_NOISY, text, "raise --workload-seconds, or name a shorter --bench")
