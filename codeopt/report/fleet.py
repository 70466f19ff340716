"""The report of a fleet: one row a repository, then every kept patch; as Markdown and as JSON."""

from __future__ import annotations

from typing import Any

from codeopt.model.fleet import FleetRecord, Gain, Result, Standing, State
from codeopt.report import phrases
from codeopt.report.json import cost, interval
from codeopt.report.markdown import cell

HEAD = ("repository", "state", "kept", "best", "workload", "seconds", "cost", "why")


def rows(record: FleetRecord) -> list[tuple[str, ...]]:
    """Return one row for each repository, as ``HEAD`` names the columns."""
    return [_row(each) for each in record.members]


def summary(record: FleetRecord) -> str:
    """Return the line that counts."""
    results = [each.result for each in record.members if each.result]
    states = {state: sum(r.state is state for r in results) for state in State}
    kept = sum(len(result.gains) for result in results)
    states[State.WAITING] += len(record.members) - len(results)
    told = ", ".join(f"{count} {state}" for state, count in states.items() if count)
    patches = phrases.patches(kept)
    return (
        f"{len(record.members)} repositories ({told}), {patches} kept in {record.seconds:.0f} s; "
        f"{phrases.spend(record.spend)}."
    )


def markdown(record: FleetRecord) -> str:
    """Return the whole report."""
    lines = [f"## codeopt fleet: {summary(record)}", "", _line(HEAD), "|---" * len(HEAD) + "|"]
    lines += [_line(row) for row in rows(record)]
    gains = [(each, gain) for each in record.members if each.result for gain in each.result.gains]
    if gains:
        head = ("repository", "function", "technique", "speed-up", "workload", "commit")
        lines += ["", "### Kept patches", "", _line(head), "|---" * len(head) + "|"]
        lines += [_line(_gain(each, gain)) for each, gain in gains]
    return "\n".join(lines) + "\n"


def document(record: FleetRecord) -> dict[str, Any]:
    """Return the report as JSON values, version 1."""
    budget = record.budget
    return {
        "version": 1,
        "seconds": round(record.seconds, 1),
        "budget": {"usd": budget.usd, "tokens": budget.tokens, "seconds": budget.seconds},
        "cost": cost(record.spend),
        "repositories": [_document(each) for each in record.members],
    }


def _document(each: Standing) -> dict[str, Any]:
    result, allotted = each.result, each.allotted
    return {
        "name": each.member.name,
        "source": each.member.source,
        "state": str(result.state if result else State.WAITING),
        "run": each.survey.run if each.survey else None,
        "repository": each.survey.root if each.survey else None,
        "allotted": None
        if allotted is None
        else {"usd": allotted.usd, "tokens": allotted.tokens, "seconds": allotted.seconds},
        "seconds": round(result.seconds, 1) if result else None,
        "cost": cost(result.spend) if result else None,
        "branch": result.branch or None if result else None,
        "kept": [_gain_document(gain) for gain in result.gains] if result else [],
        "rejected": dict(result.reasons) if result else {},
        "notes": list(result.notes) if result else [],
        "problem": result.problem or None if result else None,
        "hint": result.hint or None if result else None,
    }


def _gain_document(gain: Gain) -> dict[str, Any]:
    return {
        "target": str(gain.target),
        "technique": gain.technique,
        "commit": gain.commit,
        "share": round(gain.share, 4),
        "speedup": interval(gain.speedup),
        "workload": interval(gain.workload),
    }


def _row(each: Standing) -> tuple[str, ...]:
    result = each.result
    if result is None:
        return (each.member.name, str(State.WAITING), *[""] * 6)
    best = max(result.gains, key=lambda g: g.speedup.estimate if g.speedup else 0.0, default=None)
    return (
        each.member.name,
        str(result.state),
        str(len(result.gains)),
        f"{best.speedup.estimate:.2f}×" if best and best.speedup else "–",
        _whole(result),
        f"{result.seconds:.0f}",
        f"${result.spend.usd:.4f}" if result.spend.usd else "–",
        result.problem or _why(result),
    )


def _whole(result: Result) -> str:
    """Return the product of the gains of the whole that were measured, one patch after another."""
    found = [gain.workload.estimate for gain in result.gains if gain.workload]
    product = 1.0
    for value in found:
        product *= value
    return f"{product:.2f}×" if found else "–"


def _why(result: Result) -> str:
    """Say what became of the rejected, or why there were none."""
    counts = ", ".join(f"{count} {code}" for code, count in result.reasons)
    return counts or next(iter(result.notes), "" if result.gains else "no rewrite applies")


def _gain(each: Standing, gain: Gain) -> tuple[str, ...]:
    return (
        each.member.name,
        str(gain.target),
        gain.technique,
        str(gain.speedup) if gain.speedup else "–",
        str(gain.workload) if gain.workload else "–",
        gain.commit[:12],
    )


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell(each) for each in cells) + " |"
