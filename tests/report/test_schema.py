"""The published schema describes what is printed: all of it, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from codeopt.model.evidence import (
    AsyncSpeed,
    BenchmarkSpeed,
    Check,
    CheckResult,
    ClassSpeed,
    Control,
    Difference,
    LineTime,
    Omission,
    Verdict,
    WholeSpeed,
)
from codeopt.model.machine import Noise, Witness
from codeopt.model.reasons import Code, Reason
from codeopt.model.run import RunRecord
from codeopt.model.tree import FunctionTree, Node, NodeKind, Sample
from codeopt.report.json import document
from tests.support import values

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text("utf-8"))


def strict(schema: Any) -> Any:
    """Return a schema that allows nothing that it does not name."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    more = {"additionalProperties": False} if "properties" in schema else {}
    return {name: strict(each) for name, each in schema.items()} | more


def full() -> RunRecord:
    """Return a record in which every part of the document has something in it."""
    known = values.record()
    assert known.profile is not None
    spot = replace(known.profile.hotspots[0], lines=(LineTime(1, 0.1, 0.2),))
    edge = Difference("another exception", "TypeError", "ValueError", "f(None)")
    reason = Reason(Code.RESULT, "differs")
    verdict = Verdict(
        (
            CheckResult(Check.INPUTS, True, 3, edges=(edge,)),
            CheckResult(Check.ORACLE, False, 1, reason, edge),
        )
    )
    benchmark = BenchmarkSpeed("bench", values.SPEEDUP)
    measured = values.measurement(
        classes=(ClassSpeed("list", 3, values.SPEEDUP),),
        workload=WholeSpeed(values.SPEEDUP, "wall", values.SPEEDUP, (benchmark,), 1.2),
        witness=Witness("instructions", 20, 10),
        concurrent=AsyncSpeed(values.SPEEDUP, values.SPEEDUP, 8),
    )
    part = Node("part", NodeKind.NEW, "def part(x)", samples=(Sample("d", "t"),))
    tree = FunctionTree(values.TARGET, "d", Node("f", NodeKind.ROOT, "def f(x)", children=(part,)))
    return replace(
        known,
        trees=(tree,),
        control=Control(values.SPEEDUP, False, Noise(0.01, 0.02, 0.03, 1.04)),
        profile=replace(known.profile, hotspots=(spot,)),
        recordings=(replace(known.recordings[0], omissions=(Omission("unpicklable", 2),)),),
        attempts=(values.kept(), values.rejected(verdict=verdict, measurement=measured)),
    )


def bare() -> RunRecord:
    """Return a record of a run that was cut short at once."""
    return replace(values.record(outcome=None, profile=None, control=None), attempts=())


@pytest.mark.parametrize("record", [full(), bare()], ids=["full", "bare"])
def test_a_document_fits(record: RunRecord) -> None:
    checker = jsonschema.Draft202012Validator(strict(SCHEMA))
    checker.check_schema(SCHEMA)
    found = json.loads(json.dumps(document(record)))
    assert [error.message for error in checker.iter_errors(found)] == []
    lost = {name: value for name, value in found.items() if name != "kept"}
    assert not checker.is_valid(lost)


def test_every_check_is_in_the_schema() -> None:
    assert SCHEMA["$defs"]["check"]["properties"]["check"]["enum"] == [str(each) for each in Check]
