"""Choose, among what a run kept, the few suggestions that a reviewer is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from codeopt.model.candidate import changed_lines
from codeopt.model.evidence import Attempt
from codeopt.model.inspection import Inspected, Inspection, Suggestion


@dataclass(frozen=True, slots=True)
class Limits:
    """Say what is worth a reviewer's time: how many, how fast, how hot (0 to 1), how long."""

    most: int = 3
    min_speedup: float = 1.05
    min_share: float = 0.01
    diff_lines: int = 40


def worthwhile(found: Inspection, limits: Limits) -> tuple[Inspected, ...]:
    """List the changed functions for which a speed-up is looked for, the hottest first."""
    shares = [(each.share or 0.0, each) for each in found.functions if _is_hot(each.share, limits)]
    return tuple(each for _, each in sorted(shares, key=lambda pair: -pair[0]))


def choose(found: Inspection, kept: tuple[Attempt, ...], limits: Limits) -> Inspection:
    """Add the suggestions to what was found, those that save most first; say what is left out."""
    shown: list[Suggestion] = []
    left_out: list[str] = []
    for each in filter(None, (_suggestion(found, attempt) for attempt in kept)):
        why = _against(each, limits)
        if why:
            left_out.append(f"{each.target}: {why}")
        else:
            shown.append(each)
    shown.sort(key=_saved, reverse=True)
    more = [f"{each.target}: there are {limits.most} already" for each in shown[limits.most :]]
    return replace(found, suggestions=tuple(shown[: limits.most]), left_out=(*left_out, *more))


def _against(each: Suggestion, limits: Limits) -> str:
    if each.speedup.estimate < limits.min_speedup:
        return f"{each.speedup.estimate:.2f}× is less than {limits.min_speedup:.2f}×"
    if not _is_hot(each.share, limits):
        return f"{each.share:.1%} of the workload is less than {limits.min_share:.1%}"
    if each.lines > limits.diff_lines:
        return f"{each.lines} changed lines are more than {limits.diff_lines}"
    return ""


def _is_hot(share: float | None, limits: Limits) -> bool:
    return share is None or share >= limits.min_share


def _suggestion(found: Inspection, attempt: Attempt) -> Suggestion | None:
    speedup = attempt.measurement.speedup if attempt.measurement else None
    place = next((each for each in found.functions if each.target == attempt.target), None)
    if speedup is None or place is None or attempt.commit is None:
        return None
    return Suggestion(
        target=attempt.target,
        line=place.line,
        speedup=speedup,
        technique=attempt.technique,
        commit=attempt.commit,
        diff=attempt.diff,
        lines=sum(changed_lines(attempt.diff)),
        share=place.share,
        measurement=attempt.measurement,
    )


def _saved(each: Suggestion) -> float:
    """Return the part of the workload that a suggestion saves; without shares, of the function."""
    return (each.share or 1.0) * (1 - 1 / each.speedup.estimate)
