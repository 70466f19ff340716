"""The report of a run as one HTML document: no script, nothing from a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from codeopt.model.evidence import Attempt
from codeopt.model.run import RunRecord
from codeopt.model.tree import FunctionTree
from codeopt.report import phrases
from codeopt.report.html import charts, draw
from codeopt.report.html.element import Child, e, fold, serialise, table
from codeopt.report.html.patch import coloured, patch
from codeopt.report.html.reproduce import reproduce
from codeopt.report.talk import turns

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = Path(__file__).with_name("style.css")


def render(record: RunRecord) -> str:
    """Return the document; it has charts where the library that draws them is installed."""
    title = f"codeopt: {len(record.kept)} kept, {len(record.rejected)} rejected"
    sections: list[tuple[str, str, Sequence[Child]]] = [
        ("summary", "Summary", _summary(record)),
        ("time", "Where the time goes", _time(record)),
        ("kept", "Kept patches", [patch(record, a, n) for n, a in enumerate(record.kept, 1)]),
        ("rejected", "Rejected candidates", _rejected(record)),
        ("review", "What people said", _talk(record)),
        ("trees", "Function trees", [_tree(each) for each in record.trees]),
        ("spend", "What it cost", _spend(record)),
        ("reproduce", "How to reproduce it", reproduce(record)),
    ]
    links = (e("li", e("a", head, href=f"#{name}")) for name, head, body in sections if body)
    parts = (e("section", e("h2", head), *body, id=name) for name, head, body in sections if body)
    body = e(
        "body",
        e("header", e("h1", title), e("p", _which(record), class_="quiet")),
        e("nav", e("ul", *links), aria_label="Sections"),
        e("main", *parts),
        e("footer", f"Written by codeopt {record.meta.version}."),
    )
    return serialise(e("html", _head(title), body, lang="en"))


def _head(title: str) -> Element:
    policy = {"http-equiv": "Content-Security-Policy", "content": _POLICY}
    return e(
        "head",
        e("meta", charset="utf-8"),
        Element("meta", policy),
        e("meta", name="viewport", content="width=device-width, initial-scale=1"),
        e("meta", name="color-scheme", content="light dark"),
        e("title", title),
        e("link", rel="icon", href="data:,"),
        e("style", _STYLE.read_text("utf-8")),
    )


def _which(record: RunRecord) -> str:
    meta = record.meta
    seconds = f", {record.outcome.seconds:.0f} s" if record.outcome else ", not finished"
    return f"Run {meta.run} on commit {meta.commit[:12]}, started {meta.started}{seconds}."


def _summary(record: RunRecord) -> list[Child]:
    control = record.control
    alarm = "warn" if control and not control.ok else "plain"
    found: list[Child] = []
    if record.kept:
        head = ("function", "speed-up", "share of the workload", "evidence")
        rows = [_row(record, a, n) for n, a in enumerate(record.kept, 1)]
        found.append(table(head, rows, caption="Kept patches"))
    else:
        found.append(e("p", "Nothing was found that is both the same and faster."))
    found.append(e("p", f"Control: {phrases.control(record)}.", class_=alarm))
    if record.set_aside:
        found.append(e("p", f"{len(record.set_aside)} tests were set aside as not reliable."))
    found += [e("p", note, class_="warn") for note in record.notes]
    if not draw.can_draw() and record.attempts:
        hint = "Charts are left out; to have them: pip install 'codeopt[report]'"
        found.append(e("p", hint, class_="quiet"))
    return found


def _row(record: RunRecord, attempt: Attempt, number: int) -> tuple[Child, ...]:
    measured = attempt.measurement
    name = e("a", str(attempt.target), href=f"#patch-{number}")
    speed = str(measured.speedup) if measured and measured.speedup else "–"
    speed = "; ".join(part for part in (speed, phrases.slower(measured)) if part)
    return name, speed, phrases.share(record.profile, attempt), phrases.agreement(attempt)


def _time(record: RunRecord) -> list[Child]:
    """Show the profile of the original: as an icicle, and as a table."""
    if record.profile is None or not record.profile.hotspots:
        return []
    profile = record.profile
    kept = {(a.target.path, a.target.qualname.replace(".<locals>.", ".")) for a in record.kept}
    names = {str(a.target) for a in record.kept}
    spec = charts.icicle(profile, frozenset(kept)) if draw.can_draw() else None
    text = (
        f"CPU time of {profile.workload.label} before any change, callers above what they call; "
        "functions that were made faster stand out."
    )
    head = ("function", "own", "self", "with what it calls", "kept")
    rows: list[tuple[Child, ...]] = [
        (
            str(spot.id),
            f"{spot.own_share:.1%}",
            f"{spot.self_share:.1%}",
            f"{spot.cumulative_share:.1%}",
            "faster" if str(spot.id) in names else "",
        )
        for spot in profile.hotspots[:25]
    ]
    figures = table(head, rows, caption="Shares of the workload before any change")
    return [draw.figure(spec, text, wide=True) if spec else None, fold("The figures", figures)]


def _rejected(record: RunRecord) -> list[Child]:
    if not record.rejected:
        return []
    codes = Counter(str(a.decision.reason.code) for a in record.rejected if a.decision.reason)
    counted = ", ".join(f"{count} {code}" for code, count in codes.most_common())
    rows: list[tuple[Child, ...]] = [(str(a.target), a.technique, _why(a)) for a in record.rejected]
    head = ("function", "rewrite", "why it was not kept")
    return [e("p", counted), table(head, rows, caption="Rejected candidates")]


def _talk(record: RunRecord) -> list[Child]:
    """Show what people asked for and decided, and what came of it."""
    found: list[Child] = []
    target = ""
    for turn in turns(record):
        if turn.target != target:
            target = turn.target
            found.append(e("h3", e("code", target)))
        found.append(e("p", turn.text))
        found.append(fold("What was changed", coloured(turn.diff)) if turn.diff else None)
    return found


def _tree(tree: FunctionTree) -> Element:
    """Show how a target was divided, and what became of each part."""
    rows: list[tuple[Child, ...]] = [
        ("– " * depth + node.name, phrases.node(node)) for depth, node in tree.root.walk()
    ]
    return fold(str(tree.target), table(("part", "what became of it"), rows, caption="Parts"))


def _why(attempt: Attempt) -> Element:
    checks = attempt.verdict.checks if attempt.verdict else ()
    snippet = next((c.difference.snippet for c in checks if c.difference), "")
    told = phrases.rejection(attempt)
    screened = str(attempt.measurement.screened) if attempt.measurement else ""
    news = screened not in told
    return e(
        "div",
        e("p", told),
        e("p", f"Screened: {screened}", class_="quiet") if news else None,
        fold("An input that shows it", e("pre", snippet)) if snippet else None,
        fold("The change", coloured(attempt.diff)) if attempt.diff else None,
    )


def _spend(record: RunRecord) -> list[Child]:
    found: list[Child] = [e("p", f"{phrases.cost(record).capitalize()}.")]
    paid = [a for a in record.attempts if a.spend.tokens]
    if not paid:
        return found
    if draw.can_draw():
        text = "Tokens that each target cost, in prompts and in answers."
        found.append(draw.figure(charts.spend(paid), text))
    totals: dict[str, list[float]] = {}
    for attempt in paid:
        total = totals.setdefault(str(attempt.target), [0, 0, 0])
        for place, part in enumerate((1, attempt.spend.tokens, attempt.spend.usd)):
            total[place] += part
    rows: list[tuple[Child, ...]] = [
        (target, f"{tried:.0f}", f"{tokens:,.0f}", f"${usd:.4f}" if usd else "no known price")
        for target, (tried, tokens, usd) in totals.items()
    ]
    head = ("function", "paid answers", "tokens", "price")
    return [*found, table(head, rows, caption="Model calls by function")]
