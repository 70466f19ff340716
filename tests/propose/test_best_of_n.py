"""Sampling, repair, rejection, budget and learning, with a scripted model."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from codeopt.config import ModelSettings
from codeopt.model.evidence import Attempt, Decision
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Proposal
from codeopt.propose.asking import Query
from codeopt.propose.digest import candidate_digest
from codeopt.propose.prompts import Prompts
from codeopt.propose.strategies.best_of_n import BestOfN
from tests.support.assignments import assignment
from tests.support.scripted import ScriptedModel

SOURCE = "def f(items):\n    out = []\n    for i in items:\n        out.append(i)\n    return out\n"
GOOD = "Because.\n```python\ndef f(items):\n    return [*items]\n```\n"
WORK = assignment({"m.py": SOURCE}, "m.py::f")


def run(
    answers: Sequence[str | None], samples: int = 1, **options: object
) -> tuple[list[Proposal], ScriptedModel]:
    model = ScriptedModel(answers, **options)  # type: ignore[arg-type]
    strategy = BestOfN(model, ModelSettings(samples=samples), Prompts())
    return list(strategy.propose(WORK)), model


def reason(proposal: Proposal) -> Reason:
    assert proposal.candidate is None
    assert proposal.attempt is not None
    found = proposal.attempt.decision.reason
    assert found is not None
    return found


def test_an_answer_becomes_a_candidate_with_its_origin() -> None:
    (proposal,), model = run([GOOD])
    candidate = proposal.candidate
    assert candidate is not None
    assert candidate.functions[0].source == "def f(items):\n    return [*items]"
    assert candidate.digest == candidate_digest(candidate.functions)
    origin = candidate.origin
    assert (origin.strategy, origin.technique, origin.model) == (
        "best-of-n",
        "free choice",
        "scripted",
    )
    assert (origin.request, origin.explanation) == (model.requests[0].digest, "Because.")
    assert proposal.spend.calls == 1


def test_samples_differ_in_technique_and_in_digest() -> None:
    proposals, model = run([GOOD] * 4, samples=4)
    techniques = [p.candidate.origin.technique for p in proposals if p.candidate]
    assert len(set(techniques)) == 4
    assert len({request.digest for request in model.requests}) == 4
    assert [request.sample for request in model.requests] == [0, 1, 2, 3]
    for technique, request in zip(techniques, model.requests, strict=True):
        assert f"Technique to use: {technique}." in request.messages[1].content


@pytest.mark.parametrize("bad", ["Only prose.", "", "```python\ndef f(:\n```"])
def test_a_bad_answer_gets_one_repair(bad: str) -> None:
    (proposal,), model = run([bad, GOOD])
    assert proposal.candidate is not None
    assert proposal.candidate.origin.request == model.requests[1].digest
    assert proposal.spend.calls == 2
    assert [m.role for m in model.requests[1].messages] == ["system", "user", "assistant", "user"]
    assert model.requests[1].messages[2].content


def test_after_one_repair_the_answer_is_a_rejection() -> None:
    (proposal,), model = run(["Only prose.", "Again only prose."])
    assert reason(proposal).code is Code.UNPARSABLE
    assert "after one repair" in reason(proposal).text
    attempt = proposal.attempt
    assert attempt is not None
    assert attempt.candidate_digest == f"answer:{model.requests[0].digest}"
    assert (attempt.model, attempt.spend.calls) == ("scripted", 2)


def test_an_answer_that_changes_nothing_is_not_worth_a_repair() -> None:
    (proposal,), model = run([f"```python\n{SOURCE}```"])
    assert reason(proposal).code is Code.NO_CHANGE
    assert len(model.requests) == 1


def test_a_failed_repair_leaves_the_first_reason() -> None:
    (proposal,), _ = run(["", None])
    assert reason(proposal).code is Code.EMPTY_ANSWER


def test_a_spent_budget_ends_it() -> None:
    proposals, model = run([GOOD, None, GOOD], samples=9, code=Code.BUDGET)
    assert [p.candidate is not None for p in proposals] == [True, False]
    assert reason(proposals[1]).code is Code.BUDGET
    assert len(model.requests) == 2


def test_one_failed_call_costs_a_sample_two_in_a_row_end_it() -> None:
    proposals, model = run([None, GOOD, None, None, GOOD], samples=9)
    codes = [None if p.candidate else reason(p).code for p in proposals]
    assert codes == [Code.MODEL_FAILED, None, Code.MODEL_FAILED, Code.MODEL_FAILED]
    assert len(model.requests) == 4


def test_nothing_is_asked_before_it_is_wanted() -> None:
    model = ScriptedModel([GOOD] * 4)
    proposals = BestOfN(model, ModelSettings(samples=4), Prompts()).propose(WORK)
    assert model.requests == []
    next(proposals)
    assert len(model.requests) == 1


def test_what_is_in_flight_at_once_does_not_learn_of_each_other() -> None:
    model = ScriptedModel([GOOD] * 5)
    at_once: list[int] = []

    def ask(job: Callable[[Query], Proposal], queries: Iterable[Query]) -> Iterator[Proposal]:
        together = list(queries)
        at_once.append(len(together))
        return map(job, together)

    strategy = BestOfN(model, ModelSettings(samples=5, in_flight=2), Prompts()).at_once(ask)
    goes_on = []
    for proposal in strategy.propose(WORK):
        goes_on.append(proposal.goes_on)
        assert proposal.candidate is not None
        origin, why = proposal.candidate.origin, Reason(Code.ALIASING, "it shares its list")
        decision = Decision(False, why)
        digest = proposal.candidate.digest
        strategy.observe(Attempt(digest, WORK.target.id, "best-of-n", origin.technique, decision))
    assert at_once == [2, 2, 1]
    assert goes_on == [True, False, True, False, False]
    told = ["it shares its list" in request.messages[1].content for request in model.requests]
    assert told == [False, False, True, True, True]


def test_later_prompts_know_what_came_of_earlier_samples() -> None:
    model = ScriptedModel([GOOD] * 2)
    strategy = BestOfN(model, ModelSettings(samples=2), Prompts())
    proposals = strategy.propose(WORK)
    first = next(proposals).candidate
    assert first is not None
    why = Reason(Code.ALIASING, "the result shares its list")
    technique = first.origin.technique
    strategy.observe(
        Attempt(first.digest, first.target, "best-of-n", technique, Decision(False, why))
    )
    next(proposals)
    before, after = (request.messages[1].content for request in model.requests)
    assert "the result shares its list" not in before
    assert "- free choice: the result shares its list" in after


def test_a_run_that_is_repeated_asks_the_same() -> None:
    _, one = run([GOOD] * 3, samples=3)
    _, two = run([GOOD] * 3, samples=3)
    assert [r.digest for r in one.requests] == [r.digest for r in two.requests]
    assert [r.slot for r in one.requests] == [r.slot for r in two.requests]
    assert len({r.slot for r in one.requests}) == 3
