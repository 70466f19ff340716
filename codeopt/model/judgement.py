"""Values that hold what ``codeopt judge`` found about a change that somebody else made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from codeopt.model.code import FunctionId
from codeopt.model.evidence import (
    Attempt,
    Check,
    CheckResult,
    Control,
    Decision,
    Difference,
    Interval,
    Measurement,
    Verdict,
)
from codeopt.model.reasons import Code, Reason


class Ruling(StrEnum):
    """Say what to do with a change; undecided is what more evidence may still settle."""

    KEEP = "keep"
    REJECT = "reject"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Hold the text of a file with a rewritten function and its helpers, and where it belongs."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold what was found about one changed function.

    ``faster`` is None where it was not measured or could not be told; ``slow`` is the reason why
    its speed is none to keep it for.
    """

    target: FunctionId
    verdict: Verdict = field(default_factory=lambda: Verdict(()))
    measurement: Measurement | None = None
    faster: bool | None = None
    slow: Reason | None = None

    @property
    def same(self) -> bool | None:
        """Tell whether it behaves as before, whatever else the change touches."""
        failed = self._failed
        if failed is not None:
            unclear = failed.reason is not None and failed.reason.code is Code.UNVERIFIED
            return None if unclear else False
        return True if any(check.same for check in self._behaviour) else None

    @property
    def reason(self) -> Reason | None:
        """Return why it is not known to be the same, with what becomes what."""
        found = next((check.reason for check in self._behaviour if check.reason), None)
        shown = self.difference
        if self.same or found is None or shown is None:
            return None if self.same else found
        return replace(found, text=f"{found.text}: {shown.change}")

    @property
    def difference(self) -> Difference | None:
        """Return the input that shows a difference best."""
        failed = (each for each in self._behaviour if each.same is False)
        found = [each.difference for each in failed if each.difference]
        return next((each for each in found if each.is_runnable), found[0] if found else None)

    @property
    def is_confirmed(self) -> bool:
        """Tell whether it went into confirmation, which the error budget pays for."""
        return self.measurement is not None and bool(self.measurement.ratios)

    @property
    def edges(self) -> tuple[Difference, ...]:
        """List the differences that no caller could mean."""
        return tuple(edge for check in self._behaviour for edge in check.edges)

    @property
    def speedup(self) -> Interval | None:
        """Return the ratio that was confirmed, or else that of the screening."""
        found = self.measurement
        shown = (found.speedup or found.screened) if found else None
        return shown if shown and shown.pairs else None

    @property
    def _behaviour(self) -> tuple[CheckResult, ...]:
        return tuple(each for each in self.verdict.checks if each.check in _BEHAVIOUR)

    @property
    def _failed(self) -> CheckResult | None:
        return next((check for check in self._behaviour if check.same is False), None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Hold the ruling on a change and all that it rests on.

    ``tests`` counts the tests compared, ``failed`` names those that end otherwise, ``effects`` what
    the new code keeps between calls.
    """

    ruling: Ruling
    reason: Reason | None
    findings: tuple[Finding, ...] = ()
    tests: int = 0
    failed: tuple[str, ...] = ()
    control: Control | None = None
    effects: tuple[str, ...] = ()


def as_attempt(
    found: Judgement, digest: str, target: FunctionId, *, strategy: str, technique: str
) -> Attempt:
    """Return a judgement as the evidence that a commit message carries.

    ``target`` is the function that it is about where nothing else is known; ``digest`` identifies
    the change.
    """
    shown = next((each for each in found.findings if each.faster), None)
    shown = shown or (found.findings[0] if found.findings else Finding(target))
    tests = CheckResult(Check.SUITE, not found.failed, found.tests, tests=found.failed)
    checks = (*shown.verdict.checks, *((tests,) if found.tests else ()))
    return Attempt(
        candidate_digest=digest,
        target=shown.target,
        strategy=strategy,
        technique=technique,
        decision=Decision(found.ruling is Ruling.KEEP, found.reason),
        verdict=Verdict(checks),
        measurement=shown.measurement,
    )


def ruling(reason: Reason | None) -> Ruling:
    """Tell what a reason against a change amounts to."""
    if reason is None:
        return Ruling.KEEP
    return Ruling.UNDECIDED if reason.code in OPEN else Ruling.REJECT


_BEHAVIOUR = frozenset({Check.ORACLE, Check.INPUTS})
OPEN = frozenset({Code.UNVERIFIED, Code.TOO_NOISY, Code.CLOCK_DISAGREES, Code.CONTROL_FAILED})
