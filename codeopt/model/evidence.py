"""Values that hold what was observed: profiles, recorded calls, verdicts, attempts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from codeopt.model.code import FunctionId
from codeopt.model.lines import HotLine as HotLine
from codeopt.model.measurement import AsyncSpeed as AsyncSpeed
from codeopt.model.measurement import BenchmarkSpeed as BenchmarkSpeed
from codeopt.model.measurement import ClassSpeed as ClassSpeed
from codeopt.model.measurement import Control as Control
from codeopt.model.measurement import Interval as Interval
from codeopt.model.measurement import Measurement as Measurement
from codeopt.model.measurement import Timed as Timed
from codeopt.model.measurement import WholeSpeed as WholeSpeed
from codeopt.model.project import Workload
from codeopt.model.reasons import Reason
from codeopt.model.spend import Spend as Spend


@dataclass(frozen=True, slots=True)
class LineTime:
    """Give the time spent on one line of a hot function."""

    line: int
    seconds: float
    share: float


@dataclass(frozen=True, slots=True)
class Hotspot:
    """Rank one function: seconds and shares of the workload (0 to 1), self and cumulative.

    ``self`` is its own code with the built-ins that it calls, ``own`` adds library code on its
    behalf: all that a rewrite of this function alone could save. ``lines`` include what they call.
    """

    id: FunctionId
    self_seconds: float
    cumulative_seconds: float
    self_share: float
    cumulative_share: float
    samples: int
    lines: tuple[LineTime, ...] = ()
    own_seconds: float = 0.0
    own_share: float = 0.0

    @property
    def share(self) -> float:
        """Return the cumulative share, kept between 0 and 1 where samples overlap."""
        return min(max(self.cumulative_share, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """Name one frame of a stack; ``path`` is relative for project code, absolute otherwise."""

    path: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Stack:
    """Weigh a stack (outermost frame first): how often it was seen, and its CPU seconds."""

    frames: tuple[Frame, ...]
    samples: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """Hold the ranking of one workload; ``hotspots`` is sorted by ``own`` time, hottest first.

    Seconds are CPU time of one run. ``total_seconds`` is what the project's code used, imports left
    out: shares are shares of it. ``process_seconds`` is everything, start-up included, and
    ``wall_seconds`` how long a run took. ``samples`` and the weights of ``stacks`` are of all runs.
    """

    workload: Workload
    hotspots: tuple[Hotspot, ...]
    total_seconds: float
    samples: int
    interval_seconds: float
    stacks: tuple[Stack, ...] = ()
    runs: int = 1
    process_seconds: float = 0.0
    wall_seconds: float = 0.0

    def hotspot(self, target: FunctionId) -> Hotspot | None:
        """Find the hotspot of a function."""
        return next((spot for spot in self.hotspots if spot.id == target), None)


@dataclass(frozen=True, slots=True)
class InputClass:
    """Group recorded calls by size and by the lines that ran; ``calls`` are their indices."""

    key: str
    label: str
    calls: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Omission:
    """Count calls that could not be recorded, with the reason."""

    reason: str
    calls: int


@dataclass(frozen=True, slots=True)
class Recording:
    """Point to the recorded calls of one target.

    ``file`` is opaque to codeopt: only the harness, inside the sandbox, reads it. ``calls`` is the
    number recorded, ``seen`` the number made; ``examples`` are short texts of a few arguments.
    ``from_tests`` counts those among ``calls`` that the tests made and not the workload: versions
    are compared on them, and never timed.
    """

    target: FunctionId
    file: Path
    digest: str
    calls: int
    seen: int
    classes: tuple[InputClass, ...] = ()
    omissions: tuple[Omission, ...] = ()
    examples: tuple[str, ...] = ()
    from_tests: int = 0

    @property
    def of_workload(self) -> int:
        """Count the recorded calls that the workload made."""
        return self.calls - self.from_tests


class Check(StrEnum):
    """Name the checks of the judge, in the order in which they run."""

    GATE = "gate"
    ORACLE = "oracle"
    INPUTS = "inputs"
    TESTS = "tests"
    SUITE = "suite"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Difference:
    """Show one input on which original and candidate differ; ``snippet`` is runnable."""

    what: str
    original: str
    candidate: str
    snippet: str = ""

    @property
    def is_runnable(self) -> bool:
        """Tell whether the snippet makes the call; values that are too large are only sketched."""
        lines = self.snippet.splitlines()
        return bool(lines) and not lines[-1].startswith("#")

    @property
    def change(self) -> str:
        """Return what becomes what, on one line."""
        return f"{_brief(self.original)} becomes {_brief(self.candidate)}"


_BRIEF = 80


def _brief(text: str) -> str:
    """Shorten what stands for a value to what a line of a table can take."""
    line = " ".join(text.split())
    return line if len(line) <= _BRIEF else line[: _BRIEF - 1] + "…"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Hold the outcome of one check: ``same`` is None when nothing could be compared.

    ``tests`` names the tests that end otherwise than on the original. ``gap`` says in a few words
    what was left out that could have been compared, and why.
    """

    check: Check
    same: bool | None
    compared: int = 0
    reason: Reason | None = None
    difference: Difference | None = None
    edges: tuple[Difference, ...] = ()
    effects: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    seconds: float = 0.0
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold all checks that ran on a candidate, in order; the first failure ends it."""

    checks: tuple[CheckResult, ...]

    @property
    def same(self) -> bool | None:
        """Tell whether the candidate behaves as the original: None is unverified."""
        if any(check.same is False for check in self.checks):
            return False
        compared = {check.check for check in self.checks if check.same}
        return True if Check.GATE in compared and compared & _BEHAVIOUR else None

    @property
    def reason(self) -> Reason | None:
        """Return the reason of the first check that did not pass."""
        return next((c.reason for c in self.checks if not c.same and c.reason), None)

    def compared(self, check: Check) -> int:
        """Count what a check compared (calls, inputs or tests)."""
        return sum(c.compared for c in self.checks if c.check is check)

    @property
    def gaps(self) -> tuple[str, ...]:
        """List what was left out that could have been compared."""
        return tuple(check.gap for check in self.checks if check.gap)


_BEHAVIOUR = {Check.ORACLE, Check.INPUTS}


@dataclass(frozen=True, slots=True)
class Decision:
    """Say whether a patch is kept, and why not."""

    keep: bool
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """Hold a candidate with everything that was found about it.

    ``code`` is what was proposed (imports, helpers, functions), ``request`` the digest of the
    model request that it answers. ``edited`` says what a person made of it, "" nothing.
    """

    candidate_digest: str
    target: FunctionId
    strategy: str
    technique: str
    decision: Decision
    verdict: Verdict | None = None
    measurement: Measurement | None = None
    diff: str = ""
    explanation: str = ""
    model: str | None = None
    commit: str | None = None
    spend: Spend = field(default_factory=Spend)
    code: str = ""
    request: str | None = None
    edited: str = ""

    @property
    def compared(self) -> tuple[int, int, int]:
        """Count the recorded calls, generated inputs and tests on which the versions agree."""
        kinds = (Check.ORACLE, Check.INPUTS, Check.SUITE)
        calls, inputs, tests = (self.verdict.compared(k) if self.verdict else 0 for k in kinds)
        return calls, inputs, tests

    @property
    def tests_alone(self) -> bool:
        """Tell whether only the tests have compared the versions: no call and no input did."""
        calls, inputs, tests = self.compared
        return bool(tests) and not calls and not inputs

    @property
    def edges(self) -> tuple[Difference, ...]:
        """List the differences on inputs that no caller could mean, for a person to accept."""
        return tuple(e for check in self._checks for e in check.edges)

    @property
    def effects(self) -> tuple[str, ...]:
        """List what the rewrite keeps between calls (caches, module-level state)."""
        return tuple(e for check in self._checks for e in check.effects)

    @property
    def _checks(self) -> tuple[CheckResult, ...]:
        return self.verdict.checks if self.verdict else ()
