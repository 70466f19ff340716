"""What was found about one change, as a JSON document (version 1) and as Markdown."""

from __future__ import annotations

from typing import Any

from codeopt.model.evidence import Check, Control, Difference, Interval
from codeopt.model.judgement import Finding, Judgement, Ruling
from codeopt.report import json
from codeopt.report.markdown import cell, code, escape, fence
from codeopt.report.phrases import concurrency, counted, slower, slower_on, timing
from codeopt.report.printing import printable

_SENTENCES = {
    Ruling.KEEP: "it is the same, and faster",
    Ruling.REJECT: "it must not be kept",
    Ruling.UNDECIDED: "the evidence does not settle it",
}


def document(found: Judgement) -> dict[str, Any]:
    """Return the document as JSON values."""
    return {
        "version": 1,
        "verdict": str(found.ruling),
        "reason": json.reason(found.reason),
        "functions": [_function(each) for each in found.findings],
        "tests": {"run": found.tests, "changed": list(found.failed)},
        "control": json.control(found.control),
    }


def _function(finding: Finding) -> dict[str, Any]:
    return {
        "target": str(finding.target),
        "same": finding.same,
        "faster": finding.faster,
        "speedup": json.interval(finding.speedup),
        "timed": str(finding.measurement.timed) if finding.measurement else None,
        "concurrent": json.concurrent(finding.measurement),
        "slower_on": slower_on(finding.measurement),
        "calls_compared": finding.verdict.compared(Check.ORACLE),
        "inputs_generated": finding.verdict.compared(Check.INPUTS),
        "gaps": list(finding.verdict.gaps),
        "counterexample": {"snippet": finding.difference.snippet} if finding.difference else None,
        "edge_differences": [json.edge(each) for each in finding.edges],
    }


# ---------------------------------------------------------------------------- sentences
def headline(found: Judgement) -> str:
    """Return the ruling in one line."""
    if found.reason:
        return f"{found.ruling}: {found.reason.code}: {found.reason}"
    measured = any(each.faster is not None for each in found.findings)
    text = _SENTENCES[found.ruling] if measured else "it is the same"
    edges = counted((sum(len(each.edges) for each in found.findings), "edge difference"))
    told = [f"{edges} for a person to accept"] if edges else []
    return "; ".join([f"{found.ruling}: {text}", *_losses(found), *told])


def _losses(found: Judgement) -> list[str]:
    """Say on which inputs functions became slower, though the change is kept."""
    many = len(found.findings) > 1
    told = ((each.target, slower(each.measurement)) for each in found.findings)
    return [f"{target} is {text}" if many else text for target, text in told if text]


def word(value: bool | None) -> str:
    """Return yes, no, or what stands for neither."""
    return {True: "yes", False: "no", None: "–"}[value]


def evidence(finding: Finding) -> str:
    """Say what was compared, and what speaks against it; the speed has a column of its own."""
    calls, inputs = (finding.verdict.compared(each) for each in (Check.ORACLE, Check.INPUTS))
    parts = [counted((calls, "recorded call"), (inputs, "generated input"))]
    if finding.reason:
        parts.append(str(finding.reason))
    elif finding.slow:
        parts.append(str(finding.slow.code))
    parts += finding.verdict.gaps
    if finding.edges:
        parts.append(counted((len(finding.edges), "edge difference")))
    return "; ".join(part for part in parts if part)


def speed(finding: Finding) -> str:
    """Return the speed-up with its interval, or what stands for none."""
    if not finding.speedup:
        return "–"
    found = finding.measurement
    more = [slower(found), timing(found), *concurrency(found)]
    return "; ".join(part for part in (str(finding.speedup), *more) if part)


def closing(found: Judgement) -> list[str]:
    """Return the lines below the table: tests, kept state, control."""
    lines = [f"Keeps state: {effect}." for effect in found.effects]
    if found.tests:
        names = ", ".join(found.failed[:5])
        ended = f"{len(found.failed)} end otherwise: {names}" if names else "all as before"
        lines.append(f"Tests: {found.tests} run, {ended}.")
    measured = (each.measurement for each in found.findings)
    whole = next((each.workload for each in measured if each and each.workload), None)
    if whole:
        lines.append(f"Workload as a whole: {whole.speedup}.")
    if found.control:
        lines.append(f"Control: {_control(found.control)}.")
    return lines


def shown(found: Judgement) -> list[tuple[str, Difference]]:
    """Return the inputs a person should see, each with what it shows."""
    parts = []
    for each in found.findings:
        if each.difference:
            parts.append((f"{each.target} differs at {each.difference.what}", each.difference))
        known = [edge for edge in each.edges if edge != each.difference]
        parts += [(f"{each.target}, edge difference at {edge.what}", edge) for edge in known]
    return parts


def _control(control: Control) -> str:
    state = "claims nothing, as it must" if control.ok else "FAILED: no speed-up is claimed"
    noise = f"; noise: {control.noise}" if control.noise else ""
    return f"original against original: {_ratio(control.speedup)}, {state}{noise}"


def _ratio(found: Interval) -> str:
    bounds = f"{found.low:.3f}–{found.high:.3f}"
    return f"{found.estimate:.3f}× (95 % CI {bounds}, {found.pairs} pairs)"


# ---------------------------------------------------------------------------- Markdown
def render(found: Judgement) -> str:
    """Return the judgement as Markdown, fit for a pull request."""
    text = f"{found.reason.code}: {found.reason}" if found.reason else headline(found)
    parts = [f"## codeopt judge: {found.ruling}", escape(text)]
    if any(each.verdict.checks for each in found.findings):
        head = ["| function | same | faster | speed-up | evidence |", "|---|---|---|---|---|"]
        parts.append("\n".join([*head, *(_row(each) for each in found.findings)]))
    for title, difference in shown(found):
        lines = [f"{cell(title)}: {cell(difference.change)}"]
        if difference.snippet:
            mark = fence(difference.snippet)
            lines += ["", f"{mark}python", printable(difference.snippet.rstrip("\n")), mark]
        parts.append("\n".join(lines))
    parts += [escape(line) for line in closing(found)]
    return "\n\n".join(parts) + "\n"


def _row(each: Finding) -> str:
    cells = [
        code(str(each.target)).replace("|", "\\|"),
        word(each.same),
        word(each.faster),
        cell(speed(each)),
    ]
    return f"| {' | '.join(cells)} | {cell(evidence(each))} |"
