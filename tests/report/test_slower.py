"""A kind of input that a kept patch makes slower is told wherever its gain is told."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from codeopt import keep
from codeopt.cli.tables import judgement_text, report_text
from codeopt.model.evidence import ClassSpeed, Interval, Measurement
from codeopt.model.inspection import FailOn, Inspected, Inspection, Suggestion
from codeopt.model.judgement import Finding, Judgement, Ruling
from codeopt.report import inspection, judgement, markdown, phrases
from codeopt.report import json as document
from codeopt.report.html import page
from codeopt.report.remarks import remarks
from tests.support import values

EMPTY = ClassSpeed("empty", 3, Interval(0.57, 0.55, 0.6, 9), 3.4e-6, 0.001)
CLASSES = (ClassSpeed("full", 9, Interval(32.0, 30.0, 33.0, 9), 35e-6, 0.9), EMPTY)
TOLD = "empty (0.57×, 2.6 µs more a call)"
FOUND = values.measurement(classes=CLASSES)
KEPT = values.kept(measurement=FOUND)
RECORD = values.record(KEPT)


def shown(renderable: object) -> str:
    out = StringIO()
    Console(file=out, width=400).print(renderable)
    return out.getvalue()


def test_the_verdict_says_it() -> None:
    assert f" · slower on: {TOLD} · " in phrases.verdict(KEPT)
    assert "slower on" not in phrases.verdict(values.kept())


@pytest.mark.parametrize(
    "text",
    [
        shown(report_text(RECORD)),
        markdown.render(RECORD),
        # the table of the patches, which is what is left of a long report
        markdown.render(RECORD, limit=900),
        page.render(RECORD).partition("</table>")[0],
    ],
    ids=["terminal", "markdown", "short markdown", "html"],
)
def test_every_report_says_it(text: str) -> None:
    assert f"slower on: {TOLD}" in text.replace("\\", "")


def test_the_commit_and_the_document_say_it() -> None:
    assert f"\nCodeopt-Slower-On: {TOLD}\n" in keep.message(values.meta(), KEPT)
    assert "Slower-On" not in keep.message(values.meta(), values.kept())
    assert document.document(RECORD)["kept"][0]["measurement"]["slower_on"] == [TOLD]


def test_a_judgement_says_it() -> None:
    finding = Finding(values.TARGET, values.verdict(), FOUND, faster=True)
    found = Judgement(Ruling.KEEP, None, (finding,))
    assert judgement.headline(found).endswith(f"and faster; slower on: {TOLD}")
    assert judgement.document(found)["functions"][0]["slower_on"] == [TOLD]
    assert TOLD in judgement.render(found)
    assert TOLD in shown(judgement_text(found))
    two = replace(found, findings=(finding, replace(finding, measurement=None)))
    assert f"{values.TARGET} is slower on" in judgement.headline(two)


def test_a_suggestion_of_ci_says_it() -> None:
    idea = Suggestion(
        *(values.TARGET, 1, values.SPEEDUP, "two loops", "c" * 40, "-a\n+b\n", 2),
        measurement=FOUND,
    )
    found = Inspection("b" * 40, "a" * 40, (Inspected(values.TARGET, 1),), (idea,))
    assert any(f"slower on: {TOLD}" in line for line in inspection.lines(found))
    assert f"slower on: {TOLD}" in inspection.render(found, FailOn.SLOWER)
    assert inspection.document(found, FailOn.SLOWER)["suggestions"][0]["slower_on"] == [TOLD]
    assert any(f"slower on: {TOLD}" in each.text for each in remarks(found, FailOn.SLOWER))


def test_only_what_is_slower_for_sure_is_told_the_worst_first() -> None:
    def told(*classes: ClassSpeed) -> str:
        return phrases.slower(Measurement("cpu", values.SPEEDUP, None, 1.0, classes=classes))

    doubtful = replace(EMPTY, speedup=Interval(0.9, 0.8, 0.995, 9))
    assert told(doubtful) == ""
    unknown = replace(EMPTY, label="", call_seconds=None)
    assert told(unknown) == "slower on: one kind of input (0.57×)"
    worse = [
        replace(EMPTY, label=f"a\x1b{n}", speedup=Interval(n / 10, 0.1, 0.9, 9)) for n in (5, 3, 4)
    ]
    text = told(EMPTY, *worse)
    assert text.startswith("slower on: a�3 (0.30×, 7.9 µs more a call); a�4 ")
    assert text.endswith("; and 1 more")
