"""What a pull request is told: the same in every form, and never markup or commands of its own."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Difference, Interval
from codeopt.model.inspection import FailOn, Inspected, Inspection, Speed, Suggestion
from codeopt.report import annotations, codequality, sarif
from codeopt.report.inspection import document, headline, lines, render
from codeopt.report.remarks import Level, remarks

RATIO = Interval(0.5, 0.4, 0.625, 11)
SLOWER = Inspected(
    FunctionId("pkg/mod.py", "total"), 7, Speed.SLOWER, RATIO, same=True, compared=12, share=0.4
)
OTHERWISE = Inspected(
    FunctionId("pkg/mod.py", "Box.size"),
    20,
    Speed.ALIKE,
    Interval(1.01, 0.98, 1.04, 9),
    same=False,
    compared=3,
    difference=Difference("result", "1", "2", "import mod\nprint(mod.Box().size())\n"),
    new_signature=True,
)
FASTER = Inspected(
    FunctionId("a.py", "f"), 1, Speed.FASTER, Interval(2.0, 1.9, 2.1, 8), same=True, compared=1
)
COLD = Inspected(FunctionId("a.py", "g"), 5, share=0.0, matters=False, note="not timed: cold")
IDEA = Suggestion(
    FunctionId("a.py", "f"), 1, Interval(1.4, 1.3, 1.5, 9), "use a set", "c" * 40, "-a\n+b\n", 2
)
FOUND = Inspection(
    "b" * 40,
    "a" * 40,
    (SLOWER, OTHERWISE, FASTER, COLD),
    (IDEA,),
    ("a.py::h: 1.05× is less than 1.10×",),
    noticed=0,
    tests=31,
    workload="work.py",
)
_PLACE = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "properties": {
        "artifactLocation": {
            "required": ["uri", "uriBaseId"],
            "properties": {"uri": {"type": "string", "pattern": r"^[\w%./~-]+$"}},
        },
        "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
    },
}
SARIF = {  # what the log needs of the schema of SARIF 2.1.0
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "minItems": 3,
                                        "items": {
                                            "required": ["id", "shortDescription"],
                                            "properties": {
                                                "shortDescription": {"required": ["text"]}
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"required": ["text"]},
                                "locations": {
                                    "minItems": 1,
                                    "items": {"properties": {"physicalLocation": _PLACE}},
                                },
                                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                            },
                        }
                    },
                },
            },
        },
    },
}


def hostile(name: str) -> Inspection:
    """Return findings about a function in a file of that name."""
    return replace(FOUND, functions=(replace(SLOWER, target=FunctionId(name, "f")),))


def test_only_a_sure_regression_fails_unless_more_is_asked_for() -> None:
    assert FOUND.fails(FailOn.SLOWER)
    assert not FOUND.fails(FailOn.NEVER)
    calm = replace(FOUND, functions=(OTHERWISE, FASTER))
    assert not calm.fails(FailOn.SLOWER)
    assert calm.fails(FailOn.DIFFERENT)  # and no test tells the versions apart
    assert not replace(calm, noticed=1).fails(FailOn.DIFFERENT)
    assert not replace(calm, noticed=None).fails(FailOn.DIFFERENT)
    cold = replace(FOUND, functions=(replace(SLOWER, matters=False),))
    assert not cold.fails(FailOn.SLOWER)


def test_the_document_and_the_lines() -> None:
    found = json.loads(json.dumps(document(FOUND, FailOn.SLOWER), allow_nan=False))
    assert found["failed"] is True
    first = found["functions"][0]
    assert (first["target"], first["line"], first["speed"]) == ("pkg/mod.py::total", 7, "slower")
    assert first["speedup"] == {"estimate": 0.5, "low": 0.4, "high": 0.625, "pairs": 11}
    assert found["functions"][1]["difference"]["original"] == "1"
    assert found["tests"] == {"run": 31, "telling_apart": 0}
    assert found["suggestions"][0]["diff"] == "-a\n+b\n"
    assert headline(FOUND) == (
        "4 changed functions: 1 slower, 1 faster, 1 with another behaviour; 1 suggestion"
    )
    told = "\n".join(lines(FOUND))
    assert "pkg/mod.py::total: 2.00× slower (95 % CI 1.60–2.50, 11 pairs); the same" in told
    assert "new signature; otherwise at result: 1 becomes 2" in told
    assert "all 31 tests pass on the old code, too" in told


def test_markdown_shows_differences_and_suggestions() -> None:
    text = render(FOUND, FailOn.SLOWER)
    assert text.startswith("## ✗ codeopt: 4 changed functions")
    assert "| `pkg/mod.py::total` | 2.00× slower" in text
    assert "```python\nimport mod\nprint(mod.Box().size())\n```" in text
    assert "```diff\n-a\n+b\n```" in text
    assert "```diff" not in render(FOUND, FailOn.SLOWER, limit=10)
    assert render(FOUND, FailOn.NEVER).startswith("## ✓")


def test_remarks_weigh_as_the_rule_for_failing_has_it() -> None:
    assert [(each.rule.id, each.level) for each in remarks(FOUND, FailOn.SLOWER)] == [
        ("slower", Level.ERROR),
        ("different", Level.NOTE),
        ("suggestion", Level.NOTE),
    ]
    assert remarks(FOUND, FailOn.NEVER)[0].level is Level.WARNING
    assert remarks(FOUND, FailOn.DIFFERENT)[1].level is Level.ERROR


def test_annotations_escape_what_workflow_commands_demand() -> None:
    (line, *_) = annotations.commands(remarks(hostile("a,b:c%0A\n::error::x.py"), FailOn.SLOWER))
    assert line.startswith("::error file=a%2Cb%3Ac%250A%0A%3A%3Aerror%3A%3Ax.py,line=7,title=")
    assert "title=codeopt%3A A function became slower::a,b:c%250A ::error::x.py::f is" in line
    assert "\n" not in line
    many = [remarks(FOUND, FailOn.SLOWER)[0]] * 30
    assert len(annotations.commands(many)) == annotations.MOST


def test_no_line_of_a_log_is_a_command() -> None:
    evil = hostile("x\n::stop-commands::y\r::add-mask::z ##[error].py")
    text = annotations.harmless("\n".join([headline(evil), *lines(evil), "::warning::w"]))
    for line in text.splitlines():
        assert not line.strip().startswith("::")
        assert "##[" not in line


@pytest.mark.parametrize("name", ["a|b`c.py", "<img src=x>\n# h.py", "\x1b[31m[x](y).py"])
def test_names_are_no_markup(name: str) -> None:
    text = render(hostile(name), FailOn.SLOWER)
    (row,) = [line for line in text.splitlines() if "2.00× slower" in line]
    unescaped = row.replace("\\|", "")
    assert unescaped.count("|") == 6
    assert "\x1b" not in text
    assert "\n# h" not in text


def test_sarif_is_valid_and_points_into_the_repository() -> None:
    for found in (FOUND, hostile("dir é/a b%\n.py"), Inspection("b", "a")):
        log = sarif.log(remarks(found, FailOn.SLOWER))
        jsonschema.validate(log, SARIF)
    result = sarif.log(remarks(FOUND, FailOn.SLOWER))["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert (result["level"], place["artifactLocation"]["uri"]) == ("error", "pkg/mod.py")
    assert place["region"] == {"startLine": 7}
    moved = replace(FOUND, functions=(replace(SLOWER, line=99, speedup=Interval(0.1, 0, 1, 2)),))
    again = sarif.log(remarks(moved, FailOn.SLOWER))["runs"][0]["results"][0]
    assert again["partialFingerprints"] == result["partialFingerprints"]


def test_code_quality_has_what_gitlab_asks_for() -> None:
    found = codequality.issues(remarks(FOUND, FailOn.SLOWER))
    assert [each["severity"] for each in found] == ["major", "info", "info"]
    assert found[0]["location"] == {"path": "pkg/mod.py", "lines": {"begin": 7}}
    assert len({each["fingerprint"] for each in found}) == 3
