"""What is worth a remark at a line of a change, for annotations, SARIF and code quality alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from codeopt.model.evidence import Interval
from codeopt.model.inspection import FailOn, Inspected, Inspection, Suggestion
from codeopt.report.phrases import slower
from codeopt.report.printing import one_line, printable


class Level(StrEnum):
    """Say how much a remark weighs; only an error makes the change fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """Name a kind of remark; ``id`` is stable."""

    id: str
    title: str
    text: str


SLOWER = Rule(
    "slower",
    "A function became slower",
    "Both versions were timed on the same recorded calls, and the new one is slower for sure.",
)
DIFFERENT = Rule(
    "different",
    "A function behaves otherwise",
    "On recorded calls, or on inputs made from them, the two versions end differently.",
)
FASTER = Rule(
    "suggestion",
    "A function can be faster",
    "A rewrite was verified to be the same and measured to be faster.",
)
RULES = (SLOWER, DIFFERENT, FASTER)


@dataclass(frozen=True, slots=True)
class Remark:
    """Hold one remark: on one line, control characters replaced, not yet escaped for a format."""

    rule: Rule
    level: Level
    path: str
    line: int
    function: str
    text: str


def remarks(found: Inspection, on: FailOn) -> tuple[Remark, ...]:
    """List the remarks, those that weigh most first."""
    listed = [_slower(each, on) for each in found.regressions]
    listed += [_different(each, found, on) for each in found.different]
    listed += [_suggested(each) for each in found.suggestions]
    order = list(Level)
    return tuple(sorted(listed, key=lambda each: order.index(each.level)))


def slowdown(ratio: Interval) -> str:
    """Say how much slower something became, with its interval; ``ratio`` is old time over new."""
    found = ratio.inverse
    bounds = f"95 % CI {found.low:.2f}–{found.high:.2f}"
    return f"{found.estimate:.2f}× slower ({bounds}, {found.pairs} pairs)"


def share(value: float | None) -> str:
    """Say what part of the workload a function has; "" where that is not known."""
    return f"{value:.0%} of the workload" if value is not None else ""


def gain(each: Suggestion) -> str:
    """Say how much faster a suggestion is, and on which inputs it is not."""
    return "; ".join(part for part in (str(each.speedup), slower(each.measurement)) if part)


def outcome(each: Inspected) -> str:
    """Say what becomes what on the input that shows a difference best."""
    shown = each.difference
    return one_line(f"at {shown.what}: {shown.change}") if shown else "on recorded calls"


def noticed(found: Inspection) -> str:
    """Say whether the tests tell the versions apart; "" where they were not asked."""
    if found.noticed is None:
        return ""
    if found.noticed == 0:
        return f"all {found.tests} tests pass on the old code, too: no test tells them apart"
    return f"{found.noticed} of {found.tests} tests tell the versions apart"


def _slower(each: Inspected, on: FailOn) -> Remark:
    level = Level.WARNING if on is FailOn.NEVER else Level.ERROR
    ratio = slowdown(each.speedup) if each.speedup else "slower"
    part = f"; it has {share(each.share)}" if each.share is not None else ""
    return _remark(SLOWER, level, each, f"{each.target} is {ratio}{part}")


def _different(each: Inspected, found: Inspection, on: FailOn) -> Remark:
    fails = on is FailOn.DIFFERENT and each in found.unnoticed
    told = noticed(found)
    text = f"{each.target} behaves otherwise {outcome(each)}" + (f"; {told}" if told else "")
    return _remark(DIFFERENT, Level.ERROR if fails else Level.NOTE, each, text)


def _suggested(each: Suggestion) -> Remark:
    text = f"{each.target} can be {gain(each)}: {each.technique}"
    return _remark(FASTER, Level.NOTE, each, text)


def _remark(rule: Rule, level: Level, at: Inspected | Suggestion, text: str) -> Remark:
    return Remark(rule, level, printable(at.target.path), at.line, str(at.target), one_line(text))
