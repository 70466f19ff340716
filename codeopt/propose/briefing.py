"""Put into words what a model is told about a target: figures, inputs, earlier attempts.

Figures are rounded coarsely: they vary from run to run, and a model gains nothing from the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import indent

from codeopt.model.candidate import FunctionSource
from codeopt.model.evidence import Attempt, Difference, Hotspot, Measurement, Recording
from codeopt.ports import Assignment
from codeopt.propose.companions import companions
from codeopt.propose.context import context_of, function_text, text_of
from codeopt.propose.techniques import Technique

_HOT_LINES = 12
_EXAMPLES = 6
_ATTEMPTS = 8
_LONGEST = 300
_LONGEST_SNIPPET = 1_500


def brief(
    assignment: Assignment,
    technique: Technique,
    attempts: Sequence[Attempt],
    *,
    goal: float,
    unbounded_caches: bool,
) -> dict[str, str]:
    """Return the variables of the rewrite prompt."""
    known = situation(assignment, attempts, goal=goal, unbounded_caches=unbounded_caches)
    return {**known, "technique": technique.name, "technique_text": technique.text}


def situation(
    assignment: Assignment, attempts: Sequence[Attempt], *, goal: float, unbounded_caches: bool
) -> dict[str, str]:
    """Return what is known of a target, as the variables that all prompts share."""
    target, free = assignment.target.id, companions(assignment)
    return {
        "target": str(target),
        "name": target.name,
        "goal": f"{goal:g}",
        "share": _share(assignment.hotspot),
        "packages": ", ".join(sorted(assignment.project_packages)[:20]),
        "caches": _caches(unbounded=unbounded_caches),
        "function": function_text(assignment),
        "context": context_of(assignment, [each.id for each in free]),
        "along": along(free),
        "hot_lines": _hot_lines(assignment),
        "inputs": _inputs(assignment.recording),
        "history": history(attempts),
        "guidance": assignment.guidance,
    }


def along(functions: Sequence[FunctionSource]) -> str:
    """Show what may change along with a target, each with its file, methods in their class."""
    shown = []
    for (path, owner), group in groupby(functions, key=lambda f: (f.id.path, f.id.class_name)):
        texts = [each.source for each in group]
        if owner is None:
            shown += [f"# {path}\n{text}" for text in texts]
        else:
            inner = "\n\n".join(indent(text.strip("\n"), "    ") for text in texts)
            shown.append(f"# {path}\nclass {owner}:\n{inner}")
    return "\n\n\n".join(shown)


def result_of(attempt: Attempt | None) -> dict[str, str]:
    """Return what a next attempt is told about one: its code, what came of it, where it is slow.

    ``counterexample`` is a runnable input on which it was wrong.
    """
    if attempt is None:
        return {}
    measured = attempt.measurement
    difference = _difference(attempt)
    return {
        "attempt": attempt.code,
        "outcome": outcome(attempt),
        "attempt_lines": _lines_of(measured),
        "slowest": measured.slowest if measured else "",
        "counterexample": difference.snippet[:_LONGEST_SNIPPET] if difference else "",
    }


def known_attempts(assignment: Assignment, observed: Sequence[Attempt]) -> tuple[Attempt, ...]:
    """Return what was tried on a target before this run and in it, each once."""
    attempts = [*assignment.history, *observed]
    return tuple({each.candidate_digest: each for each in attempts}.values())


def history(attempts: Sequence[Attempt]) -> str:
    """List earlier attempts: wrong ones first, then slow ones, then those that were kept."""
    worst_first = sorted(attempts, key=_badness)[:_ATTEMPTS]
    return "\n".join(f"- {_attempt(attempt)}" for attempt in worst_first)


def _share(spot: Hotspot | None) -> str:
    if spot is None:
        return ""
    percent = max(5, 5 * round(spot.cumulative_share * 20))
    return f"{percent} %"


def _caches(*, unbounded: bool) -> str:
    kept = (
        "Results may be remembered from one call to the next only if that cannot change any result"
    )
    if unbounded:
        return f"{kept}."
    return f"{kept}, and only in a bounded cache (functools.lru_cache with a maxsize)."


def _hot_lines(assignment: Assignment) -> str:
    spot = assignment.hotspot
    total = sum(line.seconds for line in spot.lines) if spot else 0.0
    if spot is None or total <= 0:
        return ""
    text = text_of(assignment.sources[spot.id.path]).split("\n")
    hottest = sorted(spot.lines, key=lambda line: -line.seconds)[:_HOT_LINES]
    shown = []
    for line in sorted(hottest, key=lambda line: line.line):
        percent = 5 * round(20 * line.seconds / total)
        code = text[line.line - 1].rstrip() if line.line <= len(text) else ""
        if percent:
            shown.append(f"{percent:3d} %  {code[:160]}")
    return "\n".join(shown)


def _inputs(recording: Recording | None) -> str:
    if recording is None or not recording.calls:
        return ""
    kinds = sorted(recording.classes, key=lambda each: -len(each.calls))[:_EXAMPLES]
    lines = [f"{_portion(len(each.calls), recording.calls)}: {each.label}" for each in kinds]
    return "\n".join(_cut(line) for line in [*lines, *recording.examples[:_EXAMPLES]])


def _portion(part: int, whole: int) -> str:
    percent = 10 * round(10 * part / whole)
    return f"about {percent} % of the calls" if percent else "a few calls"


def _badness(attempt: Attempt) -> tuple[int, str, str]:
    """Order attempts; digests settle ties so that the order is always the same."""
    if attempt.decision.keep:
        rank = 4
    elif attempt.measurement is not None:
        rank = 3
    elif attempt.verdict is None:
        rank = 2
    else:
        rank = 0 if attempt.verdict.same is False else 1
    return rank, attempt.technique, attempt.candidate_digest


def _attempt(attempt: Attempt) -> str:
    return _cut(f"{attempt.technique or attempt.strategy}: {outcome(attempt)}")


def outcome(attempt: Attempt) -> str:
    """Say in one line what came of an attempt, with the difference where it was wrong."""
    reason = attempt.decision.reason
    measured = attempt.measurement
    found = "kept" if attempt.decision.keep else str(reason.text if reason else "rejected")
    speed = f" (about {measured.screened.estimate:.1f} times as fast)" if measured else ""
    difference = _difference(attempt)
    shown = f": {_difference_text(difference)}" if difference else ""
    return _cut(f"{found}{speed}{shown}")


def _lines_of(measured: Measurement | None) -> str:
    shown = []
    for line in measured.lines if measured else ():
        percent = 5 * round(20 * line.share)
        if percent:
            shown.append(f"{percent:3d} %  {line.text[:160]}")
    return "\n".join(shown)


def _difference(attempt: Attempt) -> Difference | None:
    checks = attempt.verdict.checks if attempt.verdict else ()
    return next((c.difference for c in checks if c.difference and not c.same), None)


def _difference_text(difference: Difference) -> str:
    return f"{difference.what}; original {difference.original}, rewrite {difference.candidate}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
