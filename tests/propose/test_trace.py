"""The model sees what a few recorded calls did; a scripted model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeopt.config import ModelSettings
from codeopt.model.insight import LineTrace, Trace
from codeopt.propose.prompts import Prompts
from codeopt.propose.strategies.trace import TraceStrategy, lines_of
from codeopt.verify.following import trace_of, typical
from tests.measure.test_lines import CLASSES
from tests.propose.test_refine import WORK, answer, first, wrong
from tests.support import values
from tests.support.scripted import ScriptedModel

TRACE = Trace(
    (
        LineTrace("    for i in items:", 301, ("i = 1 | 2 | 3",)),
        LineTrace("        out.append(i)", 300, ("out = [1] | [1, 2]", "```evil")),
    ),
    (("list.append", 300),),
)


def test_values_and_calls_are_in_the_prompt_as_data() -> None:
    model = ScriptedModel([answer("items[:]"), answer("list(items)")])
    strategy = TraceStrategy(model, ModelSettings(samples=2), Prompts())
    proposals = strategy.propose(replace(WORK, trace=TRACE))
    strategy.observe(wrong(first(next(proposals))))
    assert first(next(proposals)).origin.strategy == "trace"
    one, two = (request.messages[1].content for request in model.requests)
    assert "   301      for i in items:\n        # i = 1 | 2 | 3\n" in one
    assert "````text\n   301" in one
    assert "   300  list.append" in one
    assert "The last attempt" not in one
    assert "def f(items):\n    return items[:]" in two
    assert "f([1])  # gives [2]" in two


def test_nothing_is_asked_where_no_call_could_be_followed() -> None:
    for trace in (None, Trace()):
        model = ScriptedModel([])
        work = replace(WORK, trace=trace)
        assert list(TraceStrategy(model, ModelSettings(), Prompts()).propose(work)) == []


def test_a_long_trace_is_cut_at_a_line() -> None:
    long = Trace(tuple(LineTrace(f"    x{n} = 1", 1, ("x" * 200,)) for n in range(100)))
    text = lines_of(long)
    assert 3_000 < len(text) < 4_100
    assert text.endswith("x" * 200)


def test_what_the_harness_saw_becomes_lines() -> None:
    frame = {
        "hits": [[2, 3]],
        "values": [[2, "a", ["1", "2"]], [9, "b", ["1"]]],
        "calls": [["f", 2]],
    }
    found = trace_of("def f():\n    a = 1\n", frame)
    assert found == Trace((LineTrace("    a = 1", 3, ("a = 1 | 2",)),), (("f", 2),))
    with pytest.raises(KeyError):
        trace_of("", {})
    recording = replace(values.record().recordings[0], classes=CLASSES)
    assert typical(recording) == [0, 2]
