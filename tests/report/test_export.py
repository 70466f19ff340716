"""Exports of a run; prompts and answers are made up."""

from __future__ import annotations

import json
from typing import Any

from codeopt.model.evidence import Attempt, Check, CheckResult, Decision, Interval, Spend, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Message
from codeopt.report.export import card, export, reward
from codeopt.report.forms import Form
from tests.support import values

PROMPTS = {name: (Message("user", f"ask {name}"),) for name in ("q1", "q2", "q3", "q4")}
WRONG = Verdict((CheckResult(Check.GATE, True), CheckResult(Check.ORACLE, False, 3)))


def answer(number: int, speedup: float, **more: Any) -> Attempt:
    fields: dict[str, Any] = {
        "candidate_digest": f"d{number}",
        "strategy": "s",
        "technique": "t",
        "decision": Decision(True),
        "verdict": values.verdict(),
        "request": f"q{number}",
        "code": f"def f(): {number}\n",
    }
    measured = values.measurement(Interval(speedup, 1, 9, 9))
    return Attempt(target=values.TARGET, measurement=measured, **{**fields, **more})


BEST = answer(1, 2.0, commit="c" * 40, explanation="Faster.", spend=Spend(0.5, 30, 12, 1))
SAME = answer(2, 1.0, commit=None)
BAD = answer(3, 4.0, verdict=WRONG, decision=Decision(False, Reason(Code.RESULT, "differs")))
NO_CODE = Attempt(
    "answer:q4",
    values.TARGET,
    "s",
    "t",
    Decision(False, Reason(Code.UNPARSABLE, "no")),
    explanation="I cannot.",
    request="q4",
)
FAILED = values.rejected("no answer", Code.BUDGET)
RUN = values.record(BEST, SAME, BAD, NO_CODE, FAILED)


def test_rewards() -> None:
    assert [reward(each) for each in (BEST, SAME, BAD, NO_CODE)] == [1.0, 0.0, -1.0, -2.0]


def test_every_candidate_is_a_row() -> None:
    rows = list(export(RUN, PROMPTS, Form.ROWS))
    assert [row["verdict"] for row in rows] == ["kept", "passed", "result-differs", "unparsable"]
    first = json.loads(json.dumps(rows[0]))
    assert first["prompt"] == [{"role": "user", "content": "ask q1"}]
    assert (first["code"], first["reward"], first["kept"]) == ("def f(): 1\n", 1.0, True)
    assert (first["tokens"], first["usd"]) == (42, 0.5)
    repeated = values.record(BEST, values.rejected("again", Code.DUPLICATE))
    assert len(list(export(repeated, PROMPTS, Form.ROWS))) == 1


def test_what_was_kept_is_a_chat() -> None:
    (row,) = export(RUN, PROMPTS, Form.SFT)
    assert row["messages"][0] == {"role": "user", "content": "ask q1"}
    assert row["messages"][1]["content"] == "Faster.\n\n```python\ndef f(): 1\n```"
    assert list(export(RUN, {}, Form.SFT)) == []  # the catalogue was not asked anything


def test_pairs_are_of_a_right_answer_and_a_worse_one() -> None:
    rows = list(export(RUN, PROMPTS, Form.DPO))
    assert [row["rewards"] for row in rows] == [
        [1.0, 0.0],
        [1.0, -1.0],
        [1.0, -2.0],
        [0.0, -1.0],
        [0.0, -2.0],
    ]
    assert {row["prompt"][0]["content"] for row in rows} == {"ask q1", "ask q2"}
    assert rows[2]["rejected"] == "I cannot."
    assert all(row["chosen"] != row["rejected"] for row in rows)


def test_lists_are_ranked_by_reward() -> None:
    (row,) = export(RUN, PROMPTS, Form.RRHF)
    assert row["rewards"] == [1.0, 0.0, -1.0, -2.0]
    assert row["responses"][0].startswith("Faster.")
    assert list(export(values.record(BEST), PROMPTS, Form.RRHF)) == []


def test_the_card_says_what_the_data_is() -> None:
    rows = list(export(RUN, PROMPTS, Form.DPO))
    text = card(RUN, Form.DPO, rows)
    assert "rows: 5, from 4 candidates for 1 functions" in text
    assert "verdicts: 1 kept, 1 passed, 1 result-differs, 1 unparsable" in text
    assert "licence" in text
