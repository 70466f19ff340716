"""One attempt after the other, each prompt with what came of the last; a scripted model."""

from __future__ import annotations

from dataclasses import replace

from codeopt.config import ModelSettings
from codeopt.model.candidate import Candidate
from codeopt.model.evidence import (
    Attempt,
    Check,
    CheckResult,
    Decision,
    Difference,
    HotLine,
    Interval,
    Measurement,
    Verdict,
)
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Proposal
from codeopt.propose.prompts import Prompts
from codeopt.propose.strategies.refine import Refine
from codeopt.propose.strategies.rounds import base_of
from tests.support.assignments import assignment
from tests.support.scripted import ScriptedModel

SOURCE = "def f(items):\n    out = []\n    for i in items:\n        out.append(i)\n    return out\n"
WORK = assignment({"m.py": SOURCE}, "m.py::f")


def answer(body: str) -> str:
    return f"Because.\n```python\ndef f(items):\n    return {body}\n```\n"


def judged(candidate: Candidate, reason: Reason | None = None, **parts: object) -> Attempt:
    origin = candidate.origin
    decision = Decision(reason is None, reason)
    base = Attempt(candidate.digest, candidate.target, origin.strategy, origin.technique, decision)
    return replace(base, code=candidate.code, **parts)  # type: ignore[arg-type]


def wrong(candidate: Candidate) -> Attempt:
    reason = Reason(Code.RESULT, "a result differs")
    difference = Difference("result", "[1]", "[2]", "f([1])  # gives [2]")
    check = CheckResult(Check.INPUTS, False, 9, reason, difference)
    return judged(candidate, reason, verdict=Verdict((CheckResult(Check.GATE, True), check)))


def slow(candidate: Candidate) -> Attempt:
    measured = Measurement(
        "cpu",
        Interval(1.02, 1.0, 1.1, 8),
        None,
        0.0,
        lines=(HotLine("    return [i for i in items]", 0.93), HotLine("    x", 0.01)),
        slowest="items: 1000 and more",
    )
    checks = CheckResult(Check.GATE, True), CheckResult(Check.ORACLE, True, 4)
    reason = Reason(Code.NOT_FASTER, "it is not faster")
    return judged(candidate, reason, verdict=Verdict(checks), measurement=measured)


def first(proposal: Proposal) -> Candidate:
    assert proposal.candidate is not None
    return proposal.candidate


def test_each_prompt_shows_what_came_of_the_last_attempt() -> None:
    bodies = ["items[:]", "[i for i in items]", "list(items)"]
    model = ScriptedModel([answer(body) for body in bodies])
    strategy = Refine(model, ModelSettings(samples=3), Prompts())
    proposals = strategy.propose(WORK)
    strategy.observe(wrong(first(next(proposals))))
    strategy.observe(slow(first(next(proposals))))
    assert first(next(proposals)).origin.technique == "round 3"
    one, two, three = (request.messages[1].content for request in model.requests)
    assert "last attempt" not in one
    assert "def f(items):\n    return items[:]" in two
    assert "a result differs: result; original [1], rewrite [2]" in two
    assert "f([1])  # gives [2]" in two
    assert " 95 %      return [i for i in items]" in three
    assert "It takes longest on these inputs:\n\n```text\nitems: 1000 and more" in three
    assert "gives [2]" not in three
    assert "round 1: a result differs" in three
    assert len({request.slot for request in model.requests}) == 3


def test_it_begins_with_the_best_that_others_tried() -> None:
    model = ScriptedModel([answer("list(items)")])
    strategy = Refine(model, ModelSettings(samples=1), Prompts())
    other = first(next(Refine(ScriptedModel([answer("items[:]")]), *SETUP).propose(WORK)))
    strategy.observe(replace(wrong(other), candidate_digest="w", strategy="a", code="WRONG"))
    strategy.observe(replace(slow(other), candidate_digest="s", strategy="b", code="SLOW"))
    strategy.observe(replace(slow(other), candidate_digest="n", strategy="b", code=""))
    next(strategy.propose(WORK))
    assert "```python\nSLOW\n```" in model.requests[0].messages[1].content


SETUP = (ModelSettings(samples=1), Prompts())


def test_a_model_that_repeats_itself_is_not_asked_again() -> None:
    model = ScriptedModel([answer("list(items)")] * 9)
    strategy = Refine(model, ModelSettings(samples=9), Prompts())
    for number, proposal in enumerate(strategy.propose(WORK)):
        repeated = Reason(Code.DUPLICATE, "the same code was judged before")
        strategy.observe(judged(first(proposal), repeated if number else None))
    assert len(model.requests) == 3


def test_the_last_of_its_own_goes_before_a_better_one_of_others() -> None:
    (candidate,) = (first(p) for p in Refine(ScriptedModel([answer("1")]), *SETUP).propose(WORK))
    own, other = wrong(candidate), replace(slow(candidate), strategy="x")
    assert base_of([own, other], "refine") is own
    assert base_of([], "refine") is None
