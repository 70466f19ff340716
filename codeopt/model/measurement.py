"""Values that hold what was measured: intervals, speeds of kinds of input, the control."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from codeopt.model.lines import HotLine
from codeopt.model.machine import Fingerprint, Noise, Witness
from codeopt.model.reasons import Reason


@dataclass(frozen=True, slots=True)
class Interval:
    """Hold a ratio old/new with its confidence bounds: above 1 is faster."""

    estimate: float
    low: float
    high: float
    pairs: int

    @property
    def inverse(self) -> Interval:
        """Return the ratio new/old with its bounds: above 1 is slower."""
        low, high = (1 / bound if bound else math.inf for bound in (self.high, self.low))
        return Interval(1 / self.estimate, low, high, self.pairs)

    def __str__(self) -> str:
        word = "faster" if self.estimate >= 1 else "as fast"
        return (
            f"{self.estimate:.2f}× {word} "
            f"(95 % CI {self.low:.2f}–{self.high:.2f}, {self.pairs} pairs)"
        )


_SLOWER = 0.99


@dataclass(frozen=True, slots=True)
class ClassSpeed:
    """Give the speed-up on one class of inputs.

    ``call_seconds`` is what one of its calls takes in the original, ``share`` the part of the
    original's time that all of them take in the workload (0 to 1); None: not known.
    """

    label: str
    calls: int
    speedup: Interval
    call_seconds: float | None = None
    share: float | None = None

    @property
    def is_slower(self) -> bool:
        """Tell whether it is slower beyond doubt, and beyond what identical code may differ by."""
        return self.speedup.high < _SLOWER


class Timed(StrEnum):
    """Say what was timed: recorded calls made again, or the calls that the workload makes."""

    REPLAY = "replay"
    WORKLOAD = "workload"


@dataclass(frozen=True, slots=True)
class BenchmarkSpeed:
    """Give the speed-up of one benchmark, by the timings of the benchmark itself."""

    name: str
    speedup: Interval


@dataclass(frozen=True, slots=True)
class WholeSpeed:
    """Give the speed-up of the workload as a whole, start-up included.

    ``clock`` is ``cpu``, ``wall`` (it mostly waits) or ``benchmarks`` (their own timings, each
    taken to be equally long); ``wall`` is the ratio of wall times beside it. ``predicted`` is what
    Amdahl's law makes of the target's share and speed-up.
    """

    speedup: Interval
    clock: str = "cpu"
    wall: Interval | None = None
    benchmarks: tuple[BenchmarkSpeed, ...] = ()
    predicted: float | None = None


@dataclass(frozen=True, slots=True)
class AsyncSpeed:
    """Give both sides of a coroutine's speed: one call alone, and many in flight on one loop."""

    latency: Interval
    throughput: Interval
    in_flight: int = 0


@dataclass(frozen=True, slots=True)
class Measurement:
    """Hold the timing of a candidate against the original.

    ``speedup`` is the confirmed one (None: screening ended it); ``bound`` is the one-sided lower
    bound at the run's error budget, which alone decides. ``ratios`` are the paired ratios old/new.
    ``workload`` is the end-to-end ratio, None where it was not measured; ``memory_bytes`` are the
    peaks of original and candidate over the timed calls. ``share`` is the target's share of the
    workload before the patch, 0 to 1. ``concurrent`` is there for coroutines only, ``witness``
    where one was asked for. ``lines`` are the candidate's own hot lines and ``slowest`` labels
    the inputs it takes longest for: for the next attempt, not for the decision.
    """

    clock: str
    screened: Interval
    speedup: Interval | None
    bound: float
    ratios: tuple[float, ...] = ()
    classes: tuple[ClassSpeed, ...] = ()
    workload: WholeSpeed | None = None
    memory_ratio: float | None = None
    memory_bytes: tuple[int, int] | None = None
    reason: Reason | None = None
    seconds: float = 0.0
    fingerprint: Fingerprint | None = None
    timed: Timed = Timed.REPLAY
    share: float | None = None
    concurrent: AsyncSpeed | None = None
    witness: Witness | None = None
    lines: tuple[HotLine, ...] = ()
    slowest: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """Hold original against original on the same path; ``ok`` means that it claims nothing.

    ``noise`` is the machine's, measured at the same time; None where it could not be measured.
    """

    speedup: Interval
    ok: bool
    noise: Noise | None = None

    @property
    def claims(self) -> bool:
        """Tell whether speed-ups may be claimed at all."""
        return self.ok and (self.noise is None or self.noise.usable)
