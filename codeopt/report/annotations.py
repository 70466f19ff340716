"""Remarks as workflow commands of GitHub Actions, which shows them at the lines of a change."""

from __future__ import annotations

from collections.abc import Iterable

from codeopt.report.remarks import Level, Remark

MOST = 10  # of each kind that GitHub shows for a step
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def commands(listed: Iterable[Remark]) -> list[str]:
    """Return one command a remark, as many of each kind as are shown."""
    counts = dict.fromkeys(Level, 0)
    lines = []
    for each in listed:
        counts[each.level] += 1
        if counts[each.level] <= MOST:
            lines.append(_command(each))
    return lines


def harmless(text: str) -> str:
    """Keep text that is printed in a job from being read as a workflow command."""
    lines = text.replace("##[", "## [").split("\n")
    return "\n".join(f"\u200b{line}" if line.lstrip().startswith("::") else line for line in lines)


def _command(remark: Remark) -> str:
    values = {
        "file": remark.path,
        "line": str(remark.line),
        "title": f"codeopt: {remark.rule.title}",
    }
    properties = ",".join(f"{name}={_escape(value, _PROPERTY)}" for name, value in values.items())
    return f"::{_COMMANDS[remark.level]} {properties}::{_escape(remark.text, _DATA)}"


def _escape(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(c, c) for c in text)
