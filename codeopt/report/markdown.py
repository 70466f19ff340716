"""The report of a run as Markdown, fit for a pull request."""

from __future__ import annotations

from collections import Counter

from codeopt.model.evidence import Attempt
from codeopt.model.run import RunRecord
from codeopt.report import phrases
from codeopt.report.phrases import printable


def render(record: RunRecord) -> str:
    """Return the whole report."""
    parts = [
        _summary(record),
        _kept(record),
        _trees(record),
        _rejected(record),
        _method(record),
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


def _kept(record: RunRecord) -> str:
    return "\n\n".join(_patch(record, attempt) for attempt in record.kept)


def _patch(record: RunRecord, attempt: Attempt) -> str:
    mark = fence(attempt.diff)
    share = phrases.share(record.profile, attempt)
    lines = [
        f"### `{attempt.target}`",
        "",
        phrases.verdict(attempt),
        "",
        f"Share of the workload: {share}. Technique: {escape(attempt.technique)}. "
        f"Commit `{(attempt.commit or '')[:12]}`.",
        *_speeds(attempt),
        *_classes(attempt),
        *(["", escape(attempt.explanation)] if attempt.explanation else []),
        *_remarks(attempt),
        "",
        f"{mark}diff",
        printable(attempt.diff.replace("\r", "").rstrip("\n")),
        mark,
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


def _remarks(attempt: Attempt) -> list[str]:
    """List what a person must accept, with the snippets that show it."""
    lines = [f"- {cell(remark)}" for remark in phrases.remarks(attempt)]
    for each in attempt.edges:
        if each.snippet:
            mark = fence(each.snippet)
            lines += ["", f"{mark}python", each.snippet.rstrip("\n"), mark]
    return ["", *lines] if lines else []


def _trees(record: RunRecord) -> str:
    """Show how targets were divided, and what became of each part."""
    lines = []
    for tree in record.trees:
        lines += ["", f"`{tree.target}`:"]
        for depth, node in tree.root.walk():
            text = f"`{node.name}`: {cell(phrases.node(node))}"
            lines.append(f"{'  ' * depth}- {text}")
    if not lines:
        return ""
    return "\n".join(["<details><summary>Function trees</summary>", *lines, "", "</details>"])


def _rejected(record: RunRecord) -> str:
    if not record.rejected:
        return ""
    rows = [
        f"| `{a.target}` | {cell(a.technique)} | {cell(phrases.rejection(a))} |"
        for a in record.rejected
    ]
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
    """Keep text from a model or a repository from being read as markup."""
    return "".join(
        f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in printable(text.replace("\r", ""))
    )


def cell(text: str) -> str:
    """Return text on one line, fit for a table."""
    return escape(" ".join(text.split()))


def fence(text: str) -> str:
    """Return a code fence longer than any run of backticks in the text."""
    longest = max((len(run) for run in _runs(text)), default=0)
    return "`" * max(3, longest + 1)


def _runs(text: str) -> list[str]:
    kept = "".join(c if c == "`" else " " for c in text)
    return kept.split()
