"""One kept patch with its evidence, as HTML."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from codeopt.model.evidence import Attempt, CheckResult, Measurement
from codeopt.model.run import RunRecord
from codeopt.redact import redact
from codeopt.report import phrases
from codeopt.report.html import charts, draw
from codeopt.report.html.element import Child, e, fold, scrolling, table

_KINDS = {"+": "add", "-": "del", "@": "hunk", "\\": "hunk"}


def patch(record: RunRecord, attempt: Attempt, number: int) -> Element:
    """Return the article of a patch."""
    found = attempt.measurement
    return e(
        "article",
        e("h3", e("code", str(attempt.target))),
        e("p", phrases.verdict(attempt), class_="verdict"),
        e("p", _origin(record, attempt), class_="quiet"),
        e("p", attempt.explanation, class_="words") if attempt.explanation else None,
        *(e("p", remark, class_="warn") for remark in phrases.remarks(attempt)),
        *(fold("An input that shows it", _code(d.snippet)) for d in attempt.edges if d.snippet),
        coloured(attempt.diff),
        *(_measured(found) if found else ()),
        *(e("p", f"{text[:1].upper()}{text[1:]}.") for text in _beside(attempt)),
        _checks(attempt),
        id=f"patch-{number}",
    )


def coloured(diff: str) -> Element:
    """Return a diff with its lines marked; the signs stay, so colour alone says nothing."""
    lines = (e("span", line or " ", class_=_kind(line)) for line in redact(diff).splitlines())
    return scrolling(e("pre", e("code", *lines, class_="diff")), "The change")


def _kind(line: str) -> str:
    return "file" if line.startswith(("+++", "---")) else _KINDS.get(line[:1], "same")


def _code(text: str) -> Element:
    return scrolling(e("pre", e("code", text), class_="box"), "Code")


def _origin(record: RunRecord, attempt: Attempt) -> str:
    parts = [
        f"{phrases.share(record.profile, attempt)} of the workload",
        f"{attempt.strategy}: {attempt.technique}",
        attempt.model or "",
        attempt.edited,
        phrases.spend(attempt.spend) if attempt.spend.calls else "",
        f"commit {(attempt.commit or '')[:12]}",
    ]
    return " · ".join(part for part in parts if part)


def _measured(found: Measurement) -> list[Child]:
    """Return charts and tables of a measurement."""
    parts: list[Child] = []
    if found.speedup and draw.can_draw():
        parts.append(e("div", *_drawn(found), class_="charts"))
    if found.classes:
        rows: list[tuple[Child, ...]] = [
            (each.label, str(each.calls), str(each.speedup)) for each in found.classes
        ]
        head = ("kind of input", "recorded calls", "speed-up")
        parts.append(fold("Speed on each kind of input", table(head, rows, caption="By input")))
    if found.ratios:
        text = ", ".join(f"{ratio:.3f}" for ratio in found.ratios)
        parts.append(fold("Every paired ratio", e("p", text)))
    return parts


def _beside(attempt: Attempt) -> list[str]:
    """List what was timed beside the function itself."""
    whole = phrases.whole(attempt)
    beside = phrases.benchmarks(attempt) + phrases.concurrency(attempt.measurement)
    return [text for text in (whole, *beside, phrases.witness(attempt)) if text]


def _drawn(found: Measurement) -> list[Child]:
    drawn: list[Child] = []
    if found.speedup and found.ratios:
        text = (
            f"{len(found.ratios)} paired ratios of {found.clock} time, original over rewrite; "
            f"the band is the 95 % interval, {found.speedup.low:.2f} to {found.speedup.high:.2f}; "
            "the line at 1 is as fast as before."
        )
        spec = charts.ratios(found.ratios, found.speedup)
        drawn.append(e("div", e("h4", "Paired ratios"), draw.figure(spec, text)))
    if found.classes:
        slowest = min(each.speedup.estimate for each in found.classes)
        text = f"Each kind of input with its 95 % interval; the least is {slowest:.2f}×."
        figure = draw.figure(charts.classes(found.classes), text)
        drawn.append(e("div", e("h4", "By kind of input"), figure))
    return drawn


def _checks(attempt: Attempt) -> Element | None:
    if attempt.verdict is None:
        return None
    rows = [_check(check) for check in attempt.verdict.checks]
    head = ("check", "outcome", "compared", "seconds")
    return fold("What was checked", table(head, rows, caption="Checks, in order"))


def _check(check: CheckResult) -> tuple[Child, ...]:
    outcome = {True: "the same", False: "differs", None: "nothing to compare"}[check.same]
    compared = str(check.compared) if check.compared else "–"
    text = f"{compared} ({check.gap})" if check.gap else compared
    return str(check.check), outcome, text, f"{check.seconds:.1f}"
