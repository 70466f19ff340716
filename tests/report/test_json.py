"""The JSON document has the shape that the README promises, whatever happened."""

from __future__ import annotations

import json
from dataclasses import replace

from codeopt.model.evidence import Check, CheckResult, Decision, Difference, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.report.json import control as control_document
from codeopt.report.json import document, profile
from tests.support import values


def test_the_promised_shape() -> None:
    found = json.loads(json.dumps(document(values.record())))
    assert found["version"] == 1
    assert found["run"] == "20260101-000000-abcd"
    (kept,) = found["kept"]
    assert kept["target"] == "pkg/mod.py::Box.size"
    assert kept["commit"] == "d" * 40
    assert kept["speedup"] == {"estimate": 1.42, "low": 1.36, "high": 1.48, "pairs": 30}
    (rejected,) = found["rejected"]
    assert rejected["target"] == "pkg/mod.py::Box.size"
    assert rejected["reason"] == {"code": "not-faster", "text": "slower (try another)"}
    assert found["cost"] == {
        "usd": 0.0123,
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "calls": 3,
    }
    assert found["branch"] == "codeopt/20260101-000000-abcd"
    assert found["finished"] is True
    assert found["tests"] == {"run": 12, "set_aside": []}
    assert found["control"]["ok"] is True
    assert found["notes"] == ["one file is dirty"]


def test_nothing_kept_and_not_finished() -> None:
    empty = values.record(outcome=None, profile=None, control=None, recordings=())
    found = document(values.record(values.rejected(), outcome=None))
    assert found["branch"] is None
    assert found["kept"] == []
    assert (found["finished"], found["seconds"]) == (False, None)
    assert document(empty)["hotspots"] == []
    assert control_document(None) is None


def test_a_counterexample_is_in_it() -> None:
    differs = CheckResult(
        Check.ORACLE,
        False,
        3,
        Reason(Code.RESULT, "returns 2, not 1"),
        Difference("result", "1", "2", "f(1)"),
    )
    attempt = values.rejected(verdict=Verdict((differs,)))
    (rejected,) = document(values.record(attempt))["rejected"]
    (check,) = rejected["checks"]
    assert check["counterexample"] == "f(1)"
    assert check["same"] is False


def test_an_attempt_without_a_reason() -> None:
    bare = replace(values.rejected(), decision=Decision(False))
    assert document(values.record(bare))["rejected"][0]["reason"] is None


def test_a_profile() -> None:
    known = values.record().profile
    assert known is not None
    found = profile(known)
    assert found["version"] == 1
    assert found["hotspots"][0]["target"] == "pkg/mod.py::Box.size"
    assert found["hotspots"][0]["own_share"] == 0.4
