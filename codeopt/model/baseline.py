"""Values that describe how the project's own tests end before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from codeopt.model.code import FunctionId


class Outcome(StrEnum):
    """Say how a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"
    ERROR = "error"

    @property
    def is_bad(self) -> bool:
        """Tell whether the test did not succeed."""
        return self in {Outcome.FAILED, Outcome.ERROR}


class Fault(StrEnum):
    """Say why a test is no evidence."""

    FLAKY = "flaky"
    ORDER_DEPENDENT = "order-dependent"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """Hold the outcome of one test, and what it said when it was a bad one."""

    __test__ = False  # not a test, whatever its name

    id: str
    outcome: Outcome
    error: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Name a test whose outcome is not compared, and why."""

    id: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Reach:
    """List the tests that reach a function; ``elsewhere``: also outside of any test."""

    function: FunctionId
    tests: tuple[str, ...]
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """Hold how the tests end on the original.

    ``outcomes`` is sorted by id and leaves out those set aside; ``sessions`` counts test runners,
    ``seed`` is that of the random order, ``seconds`` the longest run. ``locked`` are the digests of
    tests and configuration, ``restless`` the paths among them that the tests themselves write.
    """

    outcomes: tuple[TestOutcome, ...]
    set_aside: tuple[SetAside, ...]
    reach: tuple[Reach, ...]
    sessions: int
    returncode: int
    seconds: float
    seed: int
    locked: tuple[tuple[str, str], ...] = field(repr=False, default=())
    restless: tuple[str, ...] = ()

    def tests_of(self, function: FunctionId) -> tuple[str, ...]:
        """List the tests that reach a function."""
        return next((r.tests for r in self.reach if r.function == function), ())
