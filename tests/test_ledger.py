"""The ledger does a thing once, and gathers what is known of a run."""

from __future__ import annotations

import pytest

from codeopt.adapters.sqlite_journal import MemoryJournal
from codeopt.ledger import Ledger
from codeopt.model.baseline import Baseline, Fault, SetAside
from codeopt.model.errors import InternalError
from codeopt.model.evidence import Attempt, Spend
from codeopt.model.run import Outcome
from codeopt.ports import Entry
from tests.support import values


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(MemoryJournal())


def test_once_is_once(ledger: Ledger) -> None:
    calls: list[int] = []

    def compute() -> Spend:
        calls.append(1)
        return Spend(usd=0.5)

    assert ledger.once("spend", "a", Spend, compute) == Spend(usd=0.5)
    assert ledger.once("spend", "a", Spend, compute) == Spend(usd=0.5)
    assert ledger.once("spend", "b", Spend, compute) == Spend(usd=0.5)
    assert len(calls) == 2


def test_what_fails_is_not_stored(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError):
        ledger.once("spend", "a", Spend, lambda: (_ for _ in ()).throw(RuntimeError()))
    assert ledger.get("spend", "a", Spend) is None


def test_a_replaced_value_keeps_its_place(ledger: Ledger) -> None:
    first, second = values.rejected("one"), values.rejected("two")
    ledger.put("attempt", "a", first)
    ledger.put("attempt", "b", second)
    ledger.put("attempt", "a", values.kept())
    assert ledger.all("attempt", Attempt) == (values.kept(), second)


def test_the_record_gathers_everything(ledger: Ledger) -> None:
    known = values.record()
    ledger.put("meta", "", known.meta)
    assert ledger.record().outcome is None
    aside = (SetAside("test_b", Fault.FLAKY),)
    ledger.put("baseline", "", values.baseline(set_aside=aside))
    ledger.put("profile", "", known.profile)
    ledger.put("control", "", known.control)
    for number, attempt in enumerate(known.attempts):
        ledger.put("attempt", str(number), attempt)
        ledger.put("spend", str(number), Spend(0.25, 10, 1, 1))
    ledger.put("note", "n", "a note")
    ledger.put("outcome", "", Outcome(1, 1, 2.0))
    found = ledger.record()
    assert (found.tests, found.set_aside) == (1, ("test_b",))
    assert found.spend == Spend(0.5, 20, 2, 2)
    assert found.notes == ("a note",)
    assert (len(found.kept), len(found.rejected)) == (1, 1)
    assert found.outcome == Outcome(1, 1, 2.0)


def test_a_run_without_a_beginning(ledger: Ledger) -> None:
    with pytest.raises(InternalError, match="before it began"):
        ledger.record()


def test_another_version_is_named() -> None:
    journal = MemoryJournal()
    journal.append(Entry("baseline", "", '{"outcomes": 3}'))
    with pytest.raises(InternalError, match="another version") as caught:
        Ledger(journal).get("baseline", "", Baseline)
    assert "new run" in caught.value.hint
