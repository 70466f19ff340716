"""Values that hold what ``codeopt ci`` found about the functions that a change touches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Difference, Interval, Measurement
from codeopt.model.policy import FailOn as FailOn


class Speed(StrEnum):
    """Say what became of a function's speed; all but ``unknown`` rest on a measurement."""

    SLOWER = "slower"
    FASTER = "faster"
    ALIKE = "alike"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Inspected:
    """Hold what was found about one function that is there before and after, and differs.

    ``line`` is where it begins now. ``speedup`` is old time over new. ``same`` is None where no
    call could be compared; ``difference`` has the old outcome as its original. ``share`` is its
    part of the workload (0 to 1), None where no workload is known. ``note`` says what is missing.
    """

    target: FunctionId
    line: int
    speed: Speed = Speed.UNKNOWN
    speedup: Interval | None = None
    same: bool | None = None
    compared: int = 0
    difference: Difference | None = None
    new_signature: bool = False
    share: float | None = None
    matters: bool = True
    note: str = ""

    @property
    def is_regression(self) -> bool:
        """Tell whether a function that matters is slower for sure."""
        return self.speed is Speed.SLOWER and self.matters


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Hold a verified speed-up of a changed function; ``lines`` counts those the diff touches."""

    target: FunctionId
    line: int
    speedup: Interval
    technique: str
    commit: str
    diff: str
    lines: int
    share: float | None = None
    measurement: Measurement | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """Hold all that was found about a change.

    ``noticed`` counts the tests of the new version that end otherwise on the old code, None where
    that was not asked; ``tests`` counts those that were run for it. ``left_out`` says which
    suggestions were found and not shown. ``unreadable`` are changed files that can't be parsed.
    """

    base: str
    head: str
    functions: tuple[Inspected, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    left_out: tuple[str, ...] = ()
    noticed: int | None = None
    tests: int = 0
    workload: str = ""
    notes: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def regressions(self) -> tuple[Inspected, ...]:
        """List the functions that matter and are slower for sure."""
        return tuple(each for each in self.functions if each.is_regression)

    @property
    def different(self) -> tuple[Inspected, ...]:
        """List the functions that behave otherwise than before."""
        return tuple(each for each in self.functions if each.same is False)

    @property
    def unnoticed(self) -> tuple[Inspected, ...]:
        """List the functions that behave otherwise while no test tells the versions apart."""
        return self.different if self.noticed == 0 else ()

    def fails(self, on: FailOn) -> bool:
        """Tell whether the change fails by a rule."""
        if on is FailOn.NEVER:
            return False
        return bool(self.regressions or (on is FailOn.DIFFERENT and self.unnoticed))
