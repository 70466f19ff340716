"""The report of a run as Markdown, fit for a pull request and for ``$GITHUB_STEP_SUMMARY``."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from codeopt.model.evidence import Attempt
from codeopt.model.run import RunRecord
from codeopt.report import phrases
from codeopt.report.printing import one_line, printable
from codeopt.report.talk import turns

_AT = re.compile(r"@(?=\w)")  # followed by a word joiner it mentions nobody
_BLOCK = re.compile(r"^([ \t]*)([-+=])|^([ \t]*\d+)([.)])(?=\s|$)", re.MULTILINE)  # lists, rules
_LONG = 60  # lines of a diff
LIMIT = 65_000  # bytes; GitHub takes 65,536 characters in a comment, 1 MiB in a job summary


@dataclass(frozen=True, slots=True)
class _Detail:
    """Say how much is told: patches with their diffs, and how many rejected candidates."""

    patches: bool = True
    diffs: bool = True
    rows: int = 1_000_000


_DETAILS = (_Detail(), _Detail(rows=20), _Detail(diffs=False, rows=20), _Detail(False, False, 0))


def render(record: RunRecord, *, limit: int = LIMIT) -> str:
    """Return the report; what would make it longer than ``limit`` bytes is left out, and named."""
    texts = (_render(record, detail) for detail in _DETAILS)
    return next((text for text in texts if len(text.encode()) <= limit), _summary(record) + "\n")


def _render(record: RunRecord, detail: _Detail) -> str:
    parts = [
        _summary(record),
        _table(record),
        *(_patch(record, each, detail) for each in record.kept if detail.patches),
        _talk(record) if detail.patches else "",
        _trees(record) if detail.patches else "",
        _rejected(record, detail.rows),
        _method(record),
        "" if detail == _Detail() else f"Cut short; all of it: `codeopt report {record.meta.run}`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(record: RunRecord) -> str:
    kept, rejected = len(record.kept), len(record.rejected)
    state = "" if record.outcome else " (not finished)"
    lines = [
        f"## codeopt: {kept} kept, {rejected} rejected{state}",
        "",
        f"Run `{record.meta.run}` on commit `{record.meta.commit[:12]}`; {phrases.cost(record)}.",
    ]
    return "\n".join(lines)


def _table(record: RunRecord) -> str:
    """Return one row a kept patch."""
    rows = []
    for attempt in record.kept:
        found = attempt.measurement
        speed = str(found.speedup) if found and found.speedup else "–"
        speed = "; ".join(part for part in (speed, phrases.slower(found)) if part)
        share = phrases.share(record.profile, attempt)
        rows.append(f"| {cell(str(attempt.target))} | {cell(speed)} | {share} |")
    head = ["| function | speed-up | share of the workload |", "|---|---|---|"]
    return "\n".join([*head, *rows]) if rows else ""


def _talk(record: RunRecord) -> str:
    """List what people asked for and decided, and what came of it."""
    lines = [f"- {code(turn.target)}: {escape(turn.text)}" for turn in turns(record)]
    return "\n".join(["### What people said", "", *lines]) if lines else ""


def _patch(record: RunRecord, attempt: Attempt, detail: _Detail) -> str:
    share = phrases.share(record.profile, attempt)
    lines = [
        f"### {code(str(attempt.target))}",
        "",
        phrases.verdict(attempt),
        "",
        f"Share of the workload: {share}. Technique: {escape(attempt.technique)}. "
        f"Commit `{(attempt.commit or '')[:12]}`.",
        *_speeds(attempt),
        *_classes(attempt),
        *(["", escape(attempt.explanation)] if attempt.explanation else []),
        *_remarks(attempt),
        *(_diff(attempt.diff) if detail.diffs else []),
    ]
    return "\n".join(lines)


def _speeds(attempt: Attempt) -> list[str]:
    """List what was timed beside the function itself."""
    whole = phrases.whole(attempt)
    counted = phrases.witness(attempt)
    texts = [text for text in (whole, counted) if text]
    texts += [*phrases.benchmarks(attempt), *phrases.concurrency(attempt.measurement)]
    return ["", *(f"- {cell(text[:1].upper() + text[1:])}" for text in texts)] if texts else []


def _classes(attempt: Attempt) -> list[str]:
    """Return the table of what each class of inputs gains, where there are several."""
    found = attempt.measurement.classes if attempt.measurement else ()
    if not found:
        return []
    rows = [f"| {cell(each.label)} | {each.calls} | {each.speedup} |" for each in found]
    return ["", "| inputs | calls | speed-up |", "|---|---|---|", *rows]


def _diff(diff: str) -> list[str]:
    """Return a fenced diff, folded when it is long."""
    mark, text = fence(diff), printable(diff.replace("\r", "").rstrip("\n"))
    block = ["", f"{mark}diff", text, mark]
    if text.count("\n") <= _LONG:
        return block
    return ["", "<details><summary>The change</summary>", *block, "", "</details>"]


def _remarks(attempt: Attempt) -> list[str]:
    """List what a person must accept, with the snippets that show it."""
    lines = [f"- {cell(remark)}" for remark in phrases.remarks(attempt)]
    for each in attempt.edges:
        if each.snippet:
            mark = fence(each.snippet)
            lines += ["", f"{mark}python", printable(each.snippet.rstrip("\n")), mark]
    return ["", *lines] if lines else []


def _trees(record: RunRecord) -> str:
    """Show how targets were divided, and what became of each part."""
    lines = []
    for tree in record.trees:
        lines += ["", f"{code(str(tree.target))}:"]
        for depth, node in tree.root.walk():
            text = f"{code(node.name)}: {cell(phrases.node(node))}"
            lines.append(f"{'  ' * depth}- {text}")
    if not lines:
        return ""
    return "\n".join(["<details><summary>Function trees</summary>", *lines, "", "</details>"])


def _rejected(record: RunRecord, limit: int) -> str:
    if not record.rejected:
        return ""
    rows = [
        f"| {cell(str(a.target))} | {cell(a.technique)} | {cell(phrases.rejection(a))} |"
        for a in record.rejected[:limit]
    ]
    more = len(record.rejected) - len(rows)
    rows += [f"| {more} more | | |"] if more else []
    counts = Counter(str(a.decision.reason.code) for a in record.rejected if a.decision.reason)
    counted = ", ".join(f"{count} {code}" for code, count in counts.most_common())
    head = ["| target | technique | reason |", "|---|---|---|"]
    return "\n".join(
        [f"<details><summary>Rejected: {counted}</summary>", "", *head, *rows, "", "</details>"]
    )


def _method(record: RunRecord) -> str:
    notes = [f"- {escape(note)}" for note in record.notes]
    return "\n".join([f"Control: {phrases.control(record)}.", *notes])


def escape(text: str) -> str:
    """Keep text from a model or a repository from being read as markup, or calling people."""
    plain = printable(text.replace("\r", ""))
    marked = "".join(f"\\{c}" if c in "\\`*_{}[]<>#|&~" else c for c in plain)
    return _AT.sub("@\u2060", _BLOCK.sub(_escaped, marked))


def _escaped(found: re.Match[str]) -> str:
    before, mark = (part for part in found.groups() if part is not None)
    return f"{before}\\{mark}"


def cell(text: str) -> str:
    """Return text on one line, fit for a table."""
    return escape(" ".join(text.split()))


def code(text: str) -> str:
    """Return text as code in a line, whatever backticks it has."""
    line = one_line(text)
    return f"{fence(line)} {line} {fence(line)}" if "`" in line else f"`{line}`"


def fence(text: str) -> str:
    """Return a code fence longer than any run of backticks in the text."""
    longest = max((len(run) for run in _runs(text)), default=0)
    return "`" * max(3, longest + 1)


def _runs(text: str) -> list[str]:
    kept = "".join(c if c == "`" else " " for c in text)
    return kept.split()
