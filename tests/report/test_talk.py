"""What people said of patches is in every form of the report."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from codeopt.model.review import Choice, Exchange, Kind, Opinion
from codeopt.report import json as document
from codeopt.report import markdown
from codeopt.report.html import page
from tests.support import values

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
DIFF = "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-x\n+<y>\n"
RECORD = values.record(
    values.kept(edited="edited by a person"),
    values.rejected(),
    exchanges=(
        Exchange(values.TARGET, "digest", Kind.EDIT, DIFF, "1.6× faster", True, ("edit:1",)),
        Exchange(values.TARGET, "digest", Kind.REMARK, "no *sets*", "slower", False, (), "m"),
    ),
    opinions=(
        Opinion(values.TARGET, "digest", Choice.ACCEPTED),
        Opinion(values.TARGET, "other", Choice.OPEN),
    ),
    reviewed="codeopt/20260101-000000-abcd-2",
)


def test_json() -> None:
    found = document.document(RECORD)
    jsonschema.validate(found, json.loads(SCHEMA.read_text("utf-8")))
    assert [(e["kind"], e["kept"], e["model"]) for e in found["talk"]] == [
        ("edit", True, None),
        ("remark", False, "m"),
    ]
    assert [d["choice"] for d in found["decisions"]] == ["accepted", "open"]
    assert found["kept"][0]["edited"] == "edited by a person"
    assert found["branch"] == "codeopt/20260101-000000-abcd-2"  # it holds what is kept now


def test_markdown() -> None:
    text = markdown.render(RECORD)
    assert "### What people said" in text
    assert r"`pkg/mod.py::Box.size`: a person asked: no \*sets\*" in text
    assert "list-to-set was accepted" in text


def test_html() -> None:
    text = page.render(RECORD)
    assert "What people said" in text
    assert "the judge: kept: 1.6× faster" in text
    assert "m: not kept: slower" in text
    assert "&lt;y&gt;" in text
    assert "What people said" not in page.render(values.record())
