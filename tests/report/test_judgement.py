"""A judgement reads alike as a document and as Markdown."""

from __future__ import annotations

import json
import math

from codeopt.model.code import FunctionId
from codeopt.model.evidence import (
    AsyncSpeed,
    Check,
    CheckResult,
    Control,
    Difference,
    Interval,
    Measurement,
    Verdict,
)
from codeopt.model.judgement import Finding, Judgement, Ruling
from codeopt.model.reasons import Code, Reason
from codeopt.report.judgement import document, headline, render

SNIPPET = "import mod\nprint(mod.f(1))\n"
DIFFERENT = Difference("result", "int 1", "int | 2", SNIPPET)
EDGE = Difference("the call", "raises TypeError", "returns None", "import mod\nmod.f(None)\n")
GATE = CheckResult(Check.GATE, True)
WRONG = Finding(
    FunctionId("mod.py", "f"),
    Verdict((GATE, CheckResult(Check.ORACLE, False, 3, Reason(Code.RESULT, "another"), DIFFERENT))),
)
FASTER = Finding(
    FunctionId("pkg/b.py", "Box.g"),
    Verdict(
        (
            GATE,
            CheckResult(Check.ORACLE, True, 5),
            CheckResult(Check.INPUTS, True, 40, edges=(EDGE,)),
        )
    ),
    Measurement(
        "cpu",
        Interval(2, 1.9, 2.1, 24),
        Interval(1.98, 1.9, 2.0, 9),
        1.8,
        concurrent=AsyncSpeed(Interval(1.98, 1.9, 2.0, 9), Interval(1.0, 0.97, 1.03, 9), 8),
    ),
    faster=True,
)
CONTROL = Control(Interval(1.0, 0.99, math.inf, 4), True)
REJECTED = Judgement(
    Ruling.REJECT, Reason(Code.RESULT, "another"), (WRONG, FASTER), 7, ("t::a",), CONTROL
)


def test_the_document() -> None:
    found = document(REJECTED)
    assert json.loads(json.dumps(found, allow_nan=False)) == {
        "version": 1,
        "verdict": "reject",
        "reason": {"code": "result-differs", "text": "another"},
        "functions": [
            {
                "target": "mod.py::f",
                "same": False,
                "faster": None,
                "speedup": None,
                "timed": None,
                "concurrent": None,
                "slower_on": [],
                "calls_compared": 3,
                "inputs_generated": 0,
                "gaps": [],
                "counterexample": {"snippet": SNIPPET},
                "edge_differences": [],
            },
            {
                "target": "pkg/b.py::Box.g",
                "same": True,
                "faster": True,
                "speedup": {"estimate": 1.98, "low": 1.9, "high": 2.0, "pairs": 9},
                "timed": "replay",
                "concurrent": {
                    "latency": {"estimate": 1.98, "low": 1.9, "high": 2.0, "pairs": 9},
                    "throughput": {"estimate": 1.0, "low": 0.97, "high": 1.03, "pairs": 9},
                    "in_flight": 8,
                },
                "slower_on": [],
                "calls_compared": 5,
                "inputs_generated": 40,
                "gaps": [],
                "counterexample": None,
                "edge_differences": [
                    {
                        "what": "the call",
                        "original": "raises TypeError",
                        "candidate": "returns None",
                        "snippet": EDGE.snippet,
                    }
                ],
            },
        ],
        "tests": {"run": 7, "changed": ["t::a"]},
        "control": {
            "speedup": {"estimate": 1.0, "low": 0.99, "high": None, "pairs": 4},
            "ok": True,
            "noise": None,
        },
    }


def test_markdown_has_a_row_a_function_and_the_snippets() -> None:
    text = render(REJECTED)
    assert text.startswith("## codeopt judge: reject\n\nresult-differs: another\n")
    assert (
        "| `mod.py::f` | no | – | – | 3 recorded calls; another: int 1 becomes int \\| 2 |" in text
    )
    assert "| `pkg/b.py::Box.g` | yes | yes | 1.98× faster" in text
    assert "int 1 becomes int \\| 2" in text
    assert f"```python\n{SNIPPET}```" in text
    assert "mod.f(None)" in text
    assert "1 end otherwise: t::a" in text


def test_without_speed_the_headline_claims_none() -> None:
    same = Finding(WRONG.target, Verdict((GATE, CheckResult(Check.ORACLE, True, 3))))
    assert headline(Judgement(Ruling.KEEP, None, (same,))) == "keep: it is the same"
    assert headline(Judgement(Ruling.KEEP, None, (FASTER,))) == (
        "keep: it is the same, and faster; 1 edge difference for a person to accept"
    )
