"""Values as rich tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from codeopt import config
from codeopt.cli.examine import Finding
from codeopt.model.evidence import Attempt, Profile
from codeopt.model.judgement import Judgement, Ruling
from codeopt.model.run import RunRecord
from codeopt.model.tree import FunctionTree, Node
from codeopt.report import judgement, phrases
from codeopt.report.calltree import CallNode, call_tree
from codeopt.report.printing import printable


def report_text(record: RunRecord, *, verbose: bool = True) -> RenderableType:
    """Return the whole report of a run."""
    parts: list[RenderableType] = []
    if record.kept:
        parts.append(kept_table(record))
    if record.rejected:
        parts.append(rejected_table(record) if verbose else rejected_summary(record))
    if verbose:
        parts += [function_tree(each) for each in record.trees]
    parts.append(Text(""))
    parts += [Text(printable(line)) for line in closing(record, verbose=verbose)]
    return Group(*parts)


def kept_table(record: RunRecord) -> Table:
    """Return the kept patches, one a row, with their evidence."""
    table = _table("Kept", "target", "speed-up", "share", "evidence", "commit")
    for attempt in record.kept:
        found = attempt.measurement
        speedup = str(found.speedup) if found and found.speedup else "–"
        speedup = "\n".join(part for part in (speedup, *_speeds(attempt)) if part)
        _row(
            table,
            Text(printable(str(attempt.target)), style="bold"),
            Text(printable(speedup), style="green"),
            phrases.share(record.profile, attempt),
            Text(printable("\n".join(_evidence(attempt)))),
            (attempt.commit or "")[:10],
        )
    return table


def _speeds(attempt: Attempt) -> list[str]:
    found = attempt.measurement
    known = [phrases.slower(found), phrases.timing(found), phrases.whole(attempt)]
    return [*known, *phrases.concurrency(found)]


def _evidence(attempt: Attempt) -> list[str]:
    known = [*phrases.remarks(attempt), *phrases.benchmarks(attempt)]
    counted = [text for text in (phrases.witness(attempt),) if text]
    return [
        attempt.technique,
        phrases.agreement(attempt),
        *counted,
        *phrases.classes(attempt),
        *known,
    ]


def rejected_table(record: RunRecord) -> Table:
    """Return the rejected candidates with their reasons."""
    table = _table("Rejected", "target", "rewrite", "reason")
    for attempt in record.rejected:
        reason = Text(printable(phrases.rejection(attempt)))
        _row(
            table, Text(printable(str(attempt.target))), Text(printable(attempt.technique)), reason
        )
    return table


def rejected_summary(record: RunRecord) -> Table:
    """Return how many candidates were rejected for each target, and the commonest reason."""
    table = _table("Rejected", "target", "candidates", "reasons")
    grouped: dict[str, list[Attempt]] = {}
    for attempt in record.rejected:
        grouped.setdefault(str(attempt.target), []).append(attempt)
    for target, attempts in grouped.items():
        codes = [str(a.decision.reason.code) for a in attempts if a.decision.reason]
        counted = ", ".join(f"{codes.count(code)} {code}" for code in dict.fromkeys(codes))
        _row(table, Text(printable(target)), str(len(attempts)), counted)
    return table


def function_tree(found: FunctionTree) -> Tree:
    """Return how a target was divided, and what became of each part."""
    tree = Tree(Text(printable(f"Function tree of {found.target}"), style="bold"))
    _branch(tree, found.root)
    return tree


def _branch(tree: Tree, node: Node) -> None:
    told = Text(f"  {printable(phrases.node(node))}", style="dim")
    below = tree.add(Text(printable(node.name), style="bold") + told)
    for child in node.children:
        _branch(below, child)


def closing(record: RunRecord, *, verbose: bool = True) -> list[str]:
    """Return the lines below the tables: counts, spend, control, what to do next.

    ``verbose`` says that the tables tell every reason already.
    """
    kept, rejected = len(record.kept), len(record.rejected)
    seconds = f" in {record.outcome.seconds:.0f} s" if record.outcome else " (not finished)"
    lines = [f"{kept} kept, {rejected} rejected{seconds}; {phrases.cost(record)}."]
    if record.control or record.control_inside:
        lines.append(f"Control: {phrases.control(record)}.")
    if kept:
        lines += ["", "Look at it and take it:"] + [f"  {line}" for line in phrases.apply(record)]
    elif rejected and verbose:
        lines += ["", "Nothing faster was found."]
    elif rejected:
        lines += [
            "",
            "Nothing faster was found. Every reason:",
            f"  codeopt report {record.meta.run}",
        ]
    if not kept and record.outcome and not record.meta.model:
        lines += ["", *_BEYOND]
    return lines


_BEYOND = (
    "A model can try what the built-in catalogue has no rewrite for:",
    "  codeopt run --model PROVIDER/NAME",
)


def profile_table(profile: Profile, top: int) -> Table:
    """Return the hottest functions; *own* is all that a rewrite of one alone could save."""
    table = _table("", "function", "own", "self", "cumulative", "own s", "hottest line")
    for column in table.columns[1:5]:
        column.justify = "right"
    for spot in profile.hotspots[:top]:
        line = max(spot.lines, key=lambda each: each.share, default=None)
        _row(
            table,
            Text(printable(str(spot.id)), style="bold"),
            f"{spot.own_share:.1%}",
            f"{spot.self_share:.1%}",
            f"{spot.cumulative_share:.1%}",
            f"{spot.own_seconds:.3f}",
            f"{line.line} ({line.share:.0%})" if line else "–",
        )
    return table


def profile_tree(profile: Profile) -> Tree:
    """Return who calls whom, with shares; what has less than 1 % is left out."""
    tree = Tree(Text(printable(profile.workload.label), style="bold"))
    _grow(tree, call_tree(profile))
    return tree


def _grow(tree: Tree, nodes: Sequence[CallNode]) -> None:
    for node in nodes:
        own = f", {node.self_share:.0%} in itself" if node.self_share >= 0.005 else ""
        text = Text(f"{node.share:4.0%} ", style="bold") + Text(
            printable(node.name), style="not bold"
        )
        _grow(tree.add(text + Text(f"  {printable(node.path)}{own}", style="dim")), node.children)


def settings_table(loaded: config.Loaded) -> Table:
    """Return each setting with its value and origin."""
    table = _table("", "setting", "value", "from", "meaning")
    for each in config.describe():
        value = getattr(getattr(loaded.settings, each.slice), each.name)
        shown = ", ".join(value) if isinstance(value, tuple) else str(value)
        origin = loaded.origin(each.name)
        style = "" if origin == "default" else "bold"
        _row(table, Text(each.dashed, style=style), shown or "–", origin, each.text)
    return table


def judgement_text(found: Judgement) -> RenderableType:
    """Return what was found about one change; the ruling comes last."""
    parts: list[RenderableType] = []
    if any(each.verdict.checks for each in found.findings):
        table = _table("", "function", "same", "faster", "speed-up", "evidence")
        for each in found.findings:
            same, faster = judgement.word(each.same), judgement.word(each.faster)
            text = Text(printable(judgement.evidence(each)))
            name = Text(printable(str(each.target)), style="bold")
            _row(table, name, same, faster, judgement.speed(each), text)
        parts.append(table)
    for title, difference in judgement.shown(found):
        parts += ["", Text(printable(f"{title}: {difference.change}"))]
        lines = printable(difference.snippet).rstrip("\n").splitlines()
        parts += [Text(f"    {line}") for line in lines]
    parts += ["", *(Text(printable(line)) for line in judgement.closing(found))]
    style = {Ruling.KEEP: "green", Ruling.REJECT: "red"}.get(found.ruling, "yellow")
    parts.append(Text(printable(judgement.headline(found)), style=f"bold {style}"))
    return Group(*parts)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold", expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _row(table: Table, *cells: str | Text) -> None:
    """Add a row; plain text of it is printed as it is."""
    table.add_row(*(Text(printable(c)) if isinstance(c, str) else c for c in cells))


def findings_table(findings: Sequence[Finding]) -> Table:
    """Return what ``codeopt doctor`` found."""
    table = _table("", "", "what", "found", "what to do")
    for each in findings:
        mark, style = ("✓", "green") if each.ok else ("–", "dim") if each.optional else ("✗", "red")
        _row(
            table,
            Text(mark, style=style),
            Text(each.what, style="bold"),
            each.found,
            each.remedy,
        )
    return table
