"""Numbers of a rewrite are tuned alone, from the model's guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from codeopt.config import ModelSettings
from codeopt.model.candidate import Candidate, FunctionSource
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Decision, Interval, Measurement
from codeopt.model.reasons import Code, Reason
from codeopt.propose.constants import Constant, constants_of, search, with_value
from codeopt.propose.prompts import Prompts
from codeopt.propose.strategies.trace import TraceStrategy
from tests.propose.test_refine import WORK
from tests.propose.test_trace import TRACE
from tests.support.scripted import ScriptedModel

TARGET = FunctionId("m.py", "f")
BODY = '''def f(items):
    """Blocks of 8."""
    block, size = 8, 9
    least = 12
    flag = 1
    other = 3
    other = 4
    for k in range(20):
        inner = 5
    return items[::least]
'''


def candidate(body: str = BODY, *helpers: str) -> Candidate:
    return Candidate("d", TARGET, (FunctionSource(TARGET, body),), helpers)


def test_numbers_that_are_named_and_written_once_can_be_tuned() -> None:
    made = candidate(BODY, "_BLOCK = 16", "def _g():\n    return 3", "_ON = True", "_X = 2.5")
    assert constants_of(made, "def f(items):\n    return items\n") == (
        Constant("_BLOCK", 16, 0),
        Constant("least", 12),
    )
    # what was in the original already comes last
    assert constants_of(candidate(BODY + "    more = 7\n"), BODY)[0].name == "more"


def test_a_number_is_replaced_and_nothing_else() -> None:
    made = candidate(BODY, "_É = 16  # blocks of 16")
    changed = with_value(made, Constant("_É", 16, 0), 64)
    assert changed.helpers == ("_É = 64  # blocks of 16",)
    assert changed.functions == made.functions
    assert changed.digest != made.digest
    inside = with_value(made, Constant("least", 12), 3)
    assert inside.functions[0].source == BODY.replace("least = 12", "least = 3")
    assert inside.origin.technique == "least = 3"


def climb(start: int, speed: Callable[[int], float | None]) -> tuple[int, list[int]]:
    trials = search(start, speed(start) or 1.0)
    tried = []
    try:
        value = next(trials)
        while True:
            tried.append(value)
            value = trials.send(speed(value))
    except StopIteration as stop:
        return stop.value, tried


@pytest.mark.parametrize("best", [4, 16, 64, 100, 512])
def test_it_finds_the_best_of_a_hill(best: int) -> None:
    found, tried = climb(16, lambda value: 3.0 / max(value / best, best / value))
    assert best / 2 <= found <= best * 2
    assert len(tried) == len(set(tried)) <= 8


def test_a_refused_value_loses_and_a_plain_is_left_soon() -> None:
    found, tried = climb(16, lambda value: 2.0 if value <= 16 else None)
    assert found == 16
    assert tried == [64, 4, 32, 8]


def judged(made: Candidate, speed: float) -> Attempt:
    interval = Interval(speed, speed, speed, 9)
    reason = None if speed > 1 else Reason(Code.RESULT, "another result")
    measured = Measurement("cpu", interval, interval, speed)
    decision = Decision(reason is None, reason)
    return Attempt(
        made.digest, made.target, "trace", made.origin.technique, decision, measurement=measured
    )


def test_the_strategy_tunes_the_best_attempt_without_asking() -> None:
    answers = [
        f"Blocks.\n```python\n_SIZE = {size}\n\n\ndef f(items):\n    return items[:_SIZE]\n```"
        for size in (9, 16)
    ]
    model = ScriptedModel(answers)
    strategy = TraceStrategy(model, ModelSettings(samples=2), Prompts())
    tried = []
    for proposal in strategy.propose(replace(WORK, trace=TRACE)):
        assert proposal.candidate is not None
        size = int(proposal.candidate.helpers[0].rpartition("= ")[2])
        tried.append(size)
        speed = 8.0 / max(size / 64, 64 / size)
        strategy.observe(judged(proposal.candidate, speed if size != 9 else 0.5))
    assert tried == [9, 16, 64, 256, 128, 32]
    assert len(model.requests) == 2
    model = ScriptedModel(answers)
    bare = TraceStrategy(model, ModelSettings(samples=2), Prompts()).without(["tuning"])
    number = 0
    for proposal in bare.propose(replace(WORK, trace=TRACE)):
        assert proposal.candidate is not None
        bare.observe(judged(proposal.candidate, 2.0))
        number += 1
    assert number == 2
