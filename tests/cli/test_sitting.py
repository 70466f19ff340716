"""A person sits by a run: questions, answers, and what the journal holds of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from codeopt.adapters.sqlite_journal import MemoryJournal
from codeopt.cli import making, wiring
from codeopt.cli.sitting import Sitter
from codeopt.config import ModelSettings, Settings
from codeopt.ledger import Ledger
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.errors import Interrupted
from codeopt.model.evidence import Decision
from codeopt.model.reasons import Code, Reason
from codeopt.model.review import Choice, Kind, Opinion
from codeopt.opinions import Opinions
from codeopt.pipeline.tools import Offer
from tests.support import values

PATCH = Patch((FileChange("pkg/mod.py", b"x\n", b"y\n"),))
OFFER = Offer(replace(values.kept(), commit=None), PATCH, "c" * 40)


class Stand:
    """Hold a person who gives answers in order, and all that is told to them."""

    def __init__(self, *answers: str, model: str = "") -> None:
        self.ledger, self.out = Ledger(MemoryJournal()), StringIO()
        self.ledger.put("meta", "", values.meta())
        self._answers: Iterator[str] = iter(answers)
        self.sitter = Sitter(
            None,  # type: ignore[arg-type]
            self.ledger,
            Opinions(Ledger(MemoryJournal()), self.ledger),
            Settings(model=ModelSettings(model=model)),
            Console(file=self.out, width=100),
            self._ask,
            nullcontext,
        )

    def _ask(self, question: str) -> str:
        for answer in self._answers:
            return answer
        raise EOFError

    @property
    def told(self) -> str:
        return self.out.getvalue()

    @property
    def choices(self) -> list[tuple[Choice, str]]:
        return [(o.choice, o.remark) for o in self.ledger.all("opinion", Opinion)]


def test_a_patch_is_shown_and_taken() -> None:
    stand = Stand("?", "y")
    assert stand.sitter.decide(OFFER) == OFFER
    assert "1.42× faster" in stand.told
    assert "+y" in stand.told
    assert "q - stop here" in stand.told
    assert stand.choices == [(Choice.ACCEPTED, "")]


def test_a_rejection_is_a_reason_for_this_run_and_for_later_ones() -> None:
    stand = Stand("n", "too  clever")
    found = stand.sitter.decide(OFFER)
    assert isinstance(found, Reason)
    assert (found.code, found.text) == (
        Code.REFUSED,
        "a person rejected this rewrite: too clever",
    )
    assert stand.choices == [(Choice.REJECTED, "too clever")]


@pytest.mark.parametrize("answers", [("q",), ()])
def test_leaving_interrupts_the_run(answers: tuple[str, ...]) -> None:
    with pytest.raises(Interrupted):
        Stand(*answers).sitter.decide(OFFER)


def test_an_edit_counts_only_where_the_judge_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = Stand("e", "e", "e", "n", "")
    wrong, right = (Patch((FileChange("pkg/mod.py", b"x\n", text),)) for text in (b"w\n", b"r\n"))
    edits = iter([None, wrong, right])
    monkeypatch.setattr(wiring, "edit", lambda patch: next(edits))

    confirmed: list[int] = []

    def judged(
        self: making.Making, draft: object, patch: Patch, kind: Kind, tell: object
    ) -> object:
        kept = patch is right
        confirmed.append(self.confirmed)
        reason = None if kept else Reason(Code.RESULT, "another result")
        made = replace(OFFER.attempt, decision=Decision(kept, reason), candidate_digest="edit:1")
        return replace(made, diff=patch.diff(), edited="edited by a person")

    monkeypatch.setattr(making.Making, "judged", judged)
    found = stand.sitter.decide(OFFER)
    assert isinstance(found, Offer)
    assert (found.patch, found.attempt.edited) == (right, "edited by a person")
    assert "Nothing was changed." in stand.told
    assert "the patch stays as it was: another result" in stand.told
    exchanges = stand.ledger.record().exchanges
    assert [(e.kind, e.kept) for e in exchanges] == [(Kind.EDIT, False), (Kind.EDIT, True)]
    assert "-y\n+w\n" in exchanges[0].said
    assert confirmed == [0, 1], "each edit uses up error budget, whatever becomes of it"


def test_a_remark_is_journalled_with_what_came_of_it() -> None:
    stand = Stand("two loops", "", model="m")
    stand.ledger.put("attempt", "0", replace(values.rejected(), target=values.TARGET))
    assert stand.sitter.remark(values.TARGET) == "two loops"
    assert "memo: slower (try another)" in stand.told
    made = replace(values.rejected("still slower"), target=values.TARGET, candidate_digest="next")
    stand.ledger.put("attempt", "1", made)
    assert stand.sitter.remark(values.TARGET) == ""
    (exchange,) = stand.ledger.record().exchanges
    assert (exchange.said, exchange.kept, exchange.model) == ("two loops", False, "m")
    assert exchange.answer == "not kept: still slower (try another)"
    assert exchange.answers == ("next",), "what a remark led to is known, kept or not"


def test_the_reason_of_a_rejection_is_a_remark_already() -> None:
    stand = Stand("n", "no helper", "y", model="m")
    stand.sitter.decide(OFFER)
    assert stand.sitter.remark(values.TARGET) == "no helper"
    stand = Stand("n", "no helper", "n", "two loops", "y", "", model="m")
    stand.sitter.decide(OFFER)
    assert stand.sitter.remark(values.TARGET) == "two loops"
    stand.ledger.put("attempt", "0", OFFER.attempt)
    stand.sitter.decide(OFFER)
    (exchange,) = stand.ledger.record().exchanges
    assert (exchange.kept, exchange.answers) == (True, (OFFER.attempt.candidate_digest,))
    assert stand.sitter.remark(values.TARGET) == "", "an old reason is not asked about again"


def test_without_a_model_there_is_nothing_to_ask_for() -> None:
    stand = Stand()
    assert stand.sitter.remark(values.TARGET) == ""
    assert "A model is needed to act on a remark" in stand.told
