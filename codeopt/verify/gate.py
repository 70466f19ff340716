"""The static gate: what a candidate may change, decided on syntax trees before anything runs."""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from codeopt.config import JudgeSettings
from codeopt.model.evidence import Check, CheckResult
from codeopt.model.reasons import Code, Reason
from codeopt.verify.change import Change, FileDiff, FileText, compare, same_code
from codeopt.verify.effects import Effect, effects_of
from codeopt.verify.locks import is_locked
from codeopt.verify.rules import RULES

UNBOUNDED = "unbounded-cache"


def check(change: Change, settings: JudgeSettings) -> CheckResult:
    """Hold a change against all rules; the first violation is the reason.

    The state that the new code keeps between calls is in ``effects``, whatever the outcome.
    """
    started = time.perf_counter()
    result = _judge(change, settings)
    return replace(result, seconds=time.perf_counter() - started)


def violations(change: Change, settings: JudgeSettings) -> tuple[Reason, ...]:
    """List every violation, where ``check`` stops at the first."""
    found = [(file, _file_reason(file, change)) for file in change.files]
    reasons = [reason for _, reason in found if reason]
    diffs: list[FileDiff] = []
    for file in (file for file, reason in found if reason is None):
        try:
            diffs.append(compare(file, change.targets))
        except (SyntaxError, ValueError, RecursionError) as error:
            reasons.append(_unparsable(file, error))
    effects = tuple(effect for diff in diffs for effect in effects_of(diff))
    return (*reasons, *_reasons(diffs, effects, change, settings))


def _judge(change: Change, settings: JudgeSettings) -> CheckResult:
    for file in change.files:
        reason = _file_reason(file, change)
        if reason:
            return CheckResult(Check.GATE, False, reason=reason)
    diffs: list[FileDiff] = []
    for file in change.files:
        try:
            diffs.append(compare(file, change.targets))
        except (SyntaxError, ValueError, RecursionError) as error:
            return CheckResult(Check.GATE, False, reason=_unparsable(file, error))
    effects = tuple(effect for diff in diffs for effect in effects_of(diff))
    reason = next(_reasons(diffs, effects, change, settings), None)
    texts = tuple(dict.fromkeys(effect.text for effect in effects))
    compared = sum(len(diff.functions) for diff in diffs)
    return CheckResult(Check.GATE, reason is None, compared, reason, effects=texts)


def _reasons(
    diffs: list[FileDiff], effects: tuple[Effect, ...], change: Change, settings: JudgeSettings
) -> Iterator[Reason]:
    if not any(_differs(diff) for diff in diffs):
        yield Reason(Code.NO_CHANGE, "the code is the same as before")
    for rule in RULES:
        for diff in diffs:
            yield from rule.violations(diff, change)
    if UNBOUNDED not in settings.allow:
        for effect in effects:
            if not effect.bounded:
                hint = f"bound it, or allow it with --allow {UNBOUNDED}"
                yield Reason(Code.UNBOUNDED_CACHE, f"{effect.text}, which grows for ever", hint)


def _file_reason(file: FileText, change: Change) -> Reason | None:
    """Judge a file as a whole: locked, not Python, added or removed."""
    if is_locked(file.path, change.locked):
        text = f"{file.path} is test code or configuration, which no rewrite may touch"
        return Reason(Code.LOCKED_FILE, text)
    if not file.path.endswith(".py"):
        return Reason(Code.LOCKED_FILE, f"{file.path} is not Python code")
    if file.before is None:
        return Reason(
            Code.OTHER_CODE, f"{file.path} is a new file", "put helpers beside the target"
        )
    if file.after is None:
        return Reason(Code.OTHER_CODE, f"{file.path} is removed")
    return None


def _differs(diff: FileDiff) -> bool:
    functions = any(not same_code(f.before, f.after) for f in diff.functions)
    return functions or bool(diff.helpers or diff.methods or diff.imports or diff.foreign)


def _unparsable(file: FileText, error: Exception) -> Reason:
    version = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    try:
        ast.parse(file.before or "")
    except (SyntaxError, ValueError, RecursionError):
        text = f"{file.path} can't be read by {version}, even before the change: {error}"
        return Reason(Code.UNPARSABLE, text, "run codeopt with the Python of the project")
    return Reason(Code.UNPARSABLE, f"{file.path} can't be parsed: {_told(error)}")


def _told(error: Exception) -> str:
    """Say what a parser found without the name that it has for a text of no file."""
    if isinstance(error, SyntaxError) and error.lineno:
        return f"line {error.lineno}: {error.msg}"
    return str(error)
