"""A person who sits by decides what is kept, and asks for another round where nothing is."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from codeopt.model.candidate import Candidate, FunctionSource
from codeopt.model.code import FunctionId
from codeopt.model.errors import Interrupted
from codeopt.model.events import CheckStarted, Event
from codeopt.model.evidence import Attempt, Decision
from codeopt.model.reasons import Code, Reason
from codeopt.model.review import Choice, Opinion
from codeopt.pipeline.optimise import Optimiser
from codeopt.pipeline.simplify import Simplifier
from codeopt.pipeline.tools import Offer, Talk
from codeopt.ports import Assignment, Proposal
from tests.pipeline.stage import F, G, Stage, Told, ToldJudge, case, rewrite
from tests.support.command import git

SPEEDS = {"x + 0": 1.2, "x * 1": 2.0, "x | 0": 1.0, "x - 0": 1.5}


@dataclass
class Scripted:
    """Decide by the technique of what is offered, and say remarks in order."""

    refused: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    edit: str = ""
    offered: list[str] = field(default_factory=list)

    def decide(self, offer: Offer) -> Offer | Reason:
        name = offer.attempt.technique
        self.offered.append(name)
        if name in self.refused:
            return Reason(Code.REFUSED, self.refused[name])
        if self.edit:
            (file,) = offer.patch.files
            after = file.after.replace(name.encode(), self.edit.encode())
            patch = replace(offer.patch, files=(replace(file, after=after),))
            return replace(offer, patch=patch, attempt=replace(offer.attempt, edited="by hand"))
        return offer

    def remark(self, target: FunctionId) -> str:
        return self.remarks.pop(0) if self.remarks else ""


@dataclass
class InTurn(Told):
    """Propose something else in each round."""

    rounds: list[list[str]] = field(default_factory=list)

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        self.proposals = [Proposal(rewrite(body)) for body in self.rounds.pop(0)]
        yield from super().propose(assignment)


def start(stage: Stage, told: Told, person: Scripted) -> Optimiser:
    optimiser = stage.optimiser(told, ToldJudge(SPEEDS))
    optimiser.tools = replace(optimiser.tools, person=person)
    return optimiser


def outcomes(stage: Stage) -> dict[str, str]:
    found = {}
    for attempt in stage.ledger.all("attempt", Attempt):
        reason = attempt.decision.reason
        found[attempt.technique] = str(reason.code) if reason else "kept" if attempt.commit else "?"
    return found


def test_what_is_refused_gives_way_to_the_next(tmp_path: Path) -> None:
    stage, person = Stage.build(tmp_path), Scripted({"x * 1": "not like this"})
    told = Told([Proposal(rewrite(body)) for body in ("x + 0", "x * 1", "x - 0")])
    list(start(stage, told, person).optimise(case()))
    assert person.offered == ["x * 1", "x - 0"]
    assert outcomes(stage) == {
        "x + 0": "superseded",
        "x * 1": "rejected-by-a-person",
        "x - 0": "kept",
    }


def test_an_edit_is_what_is_kept(tmp_path: Path) -> None:
    stage, person = Stage.build(tmp_path), Scripted(edit="(x * 1)")
    optimiser = start(stage, Told([Proposal(rewrite("x * 1"))]), person)
    list(optimiser.optimise(case()))
    assert "return (x * 1)" in git(stage.root, "show", f"{optimiser.tip}:mod.py")
    assert "Codeopt-Edited: by hand\n" in git(stage.root, "log", "-1", "--format=%B", optimiser.tip)


def test_a_remark_leads_to_another_round_that_knows_of_it(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    person = Scripted({"x * 1": "no"}, ["two loops", "no loop"])
    told = InTurn([], rounds=[["x * 1"], ["x * 1", "wrong"], ["x - 0"]])
    list(start(stage, told, person).optimise(case()))
    assert person.offered == ["x * 1", "x - 0"]
    guidance = [each.guidance for each in told.assignments]
    assert guidance == ["", "two loops", "no loop; before that: two loops"]
    known = [[each.technique for each in a.history] for a in told.assignments]
    assert known == [[], ["x * 1"], ["x * 1", "x * 1", "wrong"]]
    reasons = [each.decision.reason for each in stage.ledger.all("attempt", Attempt)]
    codes = [str(each.code) for each in reasons if each]
    assert codes == ["rejected-by-a-person", "duplicate", "result-differs"]


def test_a_run_that_goes_on_asks_nothing_twice(tmp_path: Path) -> None:
    stage, person = Stage.build(tmp_path), Scripted(remarks=["two loops"])
    told = InTurn([], rounds=[["wrong"], ["x * 1"], ["wrong"], ["x * 1"]])

    def leave(offer: Offer) -> Offer | Reason:
        raise Interrupted("stopped")

    person.decide = leave  # type: ignore[method-assign]
    with pytest.raises(Interrupted):
        list(start(stage, told, person).optimise(case()))
    again = Scripted()
    judge = ToldJudge(SPEEDS)
    optimiser = start(stage, told, again)
    optimiser.judge = judge  # type: ignore[assignment]
    list(optimiser.optimise(case()))
    assert again.offered == ["x * 1"]
    assert told.assignments[3].guidance == "two loops"
    assert told.assignments[3].history == told.assignments[1].history  # the same prompt
    assert judge.log == ["tests x * 1", "workload x * 1"]


def test_a_refused_rewrite_does_not_come_back_with_something_that_gains_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left of it once it is made smaller is the refused one; it is kept in no form."""
    stage, small = Stage.build(tmp_path), rewrite("x * 1")

    def smaller(*_: object) -> Generator[Event, None, Candidate]:
        yield CheckStarted("simplify")
        return small

    monkeypatch.setattr(Simplifier, "simplify", smaller)
    idle = FunctionSource(G, "def g(x):\n    return (x)\n")
    whole = replace(small, digest="whole", functions=(*small.functions, idle))
    optimiser = stage.optimiser(Told([Proposal(whole)]), ToldJudge(SPEEDS))
    refused = Opinion(F, small.digest, Choice.REJECTED, "no products")
    optimiser.tools = replace(optimiser.tools, refused=(refused,))
    list(optimiser.optimise(case()))
    found = stage.ledger.all("attempt", Attempt)
    assert [each.candidate_digest for each in found] == ["whole", small.digest]
    assert [str(each.decision.reason) for each in found] == [str(refused.reason)] * 2


def test_a_round_does_not_propose_what_stands_already(tmp_path: Path) -> None:
    stage, known = Stage.build(tmp_path), rewrite("x * 1")
    before = Attempt(known.digest, F, "told", "x * 1", Decision(True))
    optimiser = stage.optimiser(Told([Proposal(known)]), ToldJudge(SPEEDS))
    talk = Talk("no products", (before,))
    optimiser.tools = replace(optimiser.tools, talk=talk)
    list(optimiser.optimise(case()))
    assert outcomes(stage) == {"x * 1": "duplicate"}
