"""What ``codeopt ci`` found about a change: as a JSON document (version 1), Markdown and lines."""

from __future__ import annotations

from typing import Any

from codeopt.model.inspection import FailOn, Inspected, Inspection, Speed, Suggestion
from codeopt.report import json
from codeopt.report.markdown import LIMIT, cell, code, escape, fence
from codeopt.report.phrases import counted, slower_on
from codeopt.report.printing import one_line, printable
from codeopt.report.remarks import gain, noticed, outcome, share, slowdown

_LONG = 20  # lines of a diff from which on it is folded
_ROWS = 100  # functions in the table


# ---------------------------------------------------------------------------- JSON
def document(found: Inspection, on: FailOn) -> dict[str, Any]:
    """Return the document as JSON values."""
    return {
        "version": 1,
        "base": found.base,
        "head": found.head,
        "workload": found.workload or None,
        "fail_on": str(on),
        "failed": found.fails(on),
        "functions": [_function(each) for each in found.functions],
        "tests": {"run": found.tests, "telling_apart": found.noticed},
        "suggestions": [_suggestion(each) for each in found.suggestions],
        "left_out": list(found.left_out),
        "notes": notes(found),
    }


def _function(each: Inspected) -> dict[str, Any]:
    shown = each.difference
    return {
        "target": str(each.target),
        "path": each.target.path,
        "line": each.line,
        "speed": str(each.speed),
        "speedup": json.interval(each.speedup),
        "same": each.same,
        "compared": each.compared,
        "difference": json.edge(shown) if shown else None,
        "new_signature": each.new_signature,
        "share": None if each.share is None else round(each.share, 4),
        "matters": each.matters,
        "note": each.note or None,
    }


def _suggestion(each: Suggestion) -> dict[str, Any]:
    return {
        "target": str(each.target),
        "path": each.target.path,
        "line": each.line,
        "speedup": json.interval(each.speedup),
        "slower_on": slower_on(each.measurement),
        "share": None if each.share is None else round(each.share, 4),
        "technique": each.technique,
        "commit": each.commit,
        "diff": each.diff,
    }


# ---------------------------------------------------------------------------- sentences
def headline(found: Inspection) -> str:
    """Return what was found in one line."""
    if not found.functions and found.unreadable:
        files = counted((len(found.unreadable), "changed file"))
        return f"nothing was compared: {files} can't be parsed"
    if not found.functions:
        return "no existing function was changed, so there is nothing to compare"
    faster = [each for each in found.functions if each.speed is Speed.FASTER]
    parts = [
        f"{len(found.regressions)} slower",
        f"{len(faster)} faster",
        f"{len(found.different)} with another behaviour",
    ]
    functions = counted((len(found.functions), "changed function"))
    more = counted((len(found.suggestions), "suggestion"))
    return f"{functions}: {', '.join(parts)}" + (f"; {more}" if more else "")


def notes(found: Inspection) -> list[str]:
    """List what a reader has to know beside the functions."""
    broken = [f"{path} can't be parsed: nothing in it was compared" for path in found.unreadable]
    return [*broken, *found.notes]


def speed(each: Inspected) -> str:
    """Say what became of the speed of a function."""
    if each.speedup is None:
        return "–"
    if each.speed is Speed.SLOWER:
        return slowdown(each.speedup)
    if each.speed is Speed.FASTER:
        return str(each.speedup)
    return f"no sure difference ({each.speedup.estimate:.2f}× in {each.speedup.pairs} pairs)"


def behaviour(each: Inspected) -> str:
    """Say whether a function behaves as before."""
    signature = "new signature; " if each.new_signature else ""
    if each.same is None:
        return f"{signature}not compared"
    if each.same:
        return f"{signature}the same on {counted((each.compared, 'input'))}"
    return f"{signature}otherwise {outcome(each)}"


def lines(found: Inspection) -> list[str]:
    """Return what was found, for a terminal or a log: one line a thing, none begins with a name."""
    told = []
    for each in found.functions:
        parts = [speed(each), behaviour(each), share(each.share), each.note]
        told.append(f"{each.target}: " + "; ".join(part for part in parts if part not in ("", "–")))
    if noticed(found):
        told.append(f"tests: {noticed(found)}")
    for suggestion in found.suggestions:
        look = f"git show {suggestion.commit[:12]}"
        told.append(f"suggestion: {suggestion.target} can be {gain(suggestion)}: {look}")
    told += [f"suggestion left out: {text}" for text in found.left_out]
    told += [f"note: {text}" for text in notes(found)]
    return [f"  {one_line(text)}" for text in told]


# ---------------------------------------------------------------------------- Markdown
def render(found: Inspection, on: FailOn, *, limit: int = LIMIT) -> str:
    """Return a summary fit for a pull request; diffs are left out beyond ``limit`` bytes."""
    full = _render(found, on, diffs=True)
    return full if len(full.encode()) <= limit else _render(found, on, diffs=False)


def _render(found: Inspection, on: FailOn, *, diffs: bool) -> str:
    mark = "✗" if found.fails(on) else "✓"
    between = f"`{found.base[:12]}` to `{found.head[:12]}`"
    workload = f", calls from {code(found.workload)}" if found.workload else ""
    parts = [
        f"## {mark} codeopt: {headline(found)}",
        f"{between}{workload}.",
        _table(found),
        *(_difference(each) for each in found.different[:10]),
        escape(noticed(found)[:1].upper() + noticed(found)[1:]),
        *(_proposal(each, diffs=diffs) for each in found.suggestions),
        "\n".join(f"- suggestion left out: {cell(text)}" for text in found.left_out),
        "\n".join(f"- {cell(text)}" for text in notes(found)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(found: Inspection) -> str:
    if not found.functions:
        return ""
    head = ["| function | speed | behaviour | share | |", "|---|---|---|---|---|"]
    rows = [_row(each) for each in found.functions[:_ROWS]]
    more = len(found.functions) - len(rows)
    return "\n".join([*head, *rows, *([f"| {more} more | | | | |"] if more else [])])


def _row(each: Inspected) -> str:
    name = code(str(each.target)).replace("|", "\\|")
    texts = (speed(each), behaviour(each), share(each.share), each.note)
    return f"| {name} | {' | '.join(cell(text) for text in texts)} |"


def _difference(each: Inspected) -> str:
    """Show the input on which a function ends otherwise, to be run on both versions."""
    snippet = each.difference.snippet if each.difference else ""
    if not snippet:
        return ""
    mark = fence(snippet)
    shown = f"{mark}python\n{printable(snippet.rstrip(chr(10)))}\n{mark}"
    return f"{code(str(each.target))} {cell(outcome(each))}:\n\n{shown}"


def _proposal(each: Suggestion, *, diffs: bool) -> str:
    part = f", {share(each.share)}" if each.share is not None else ""
    parts = [
        f"### Suggestion: {code(str(each.target))}",
        f"{escape(gain(each))}{part}; the same on all that was compared, and the tests agree. "
        f"Technique: {escape(one_line(each.technique))}.",
    ]
    if diffs:
        mark, text = fence(each.diff), printable(each.diff.replace("\r", "").rstrip("\n"))
        block = f"{mark}diff\n{text}\n{mark}"
        long = text.count("\n") > _LONG
        folded = f"<details><summary>The change</summary>\n\n{block}\n\n</details>"
        parts.append(folded if long else block)
    return "\n\n".join(parts)
