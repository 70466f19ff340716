"""Every journal keeps entries by kind and key, in the order in which they were first stored."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from codeopt.adapters.sqlite_journal import MemoryJournal, SqliteJournal
from codeopt.model.errors import InternalError, StorageError
from codeopt.ports import Entry, Journal


@pytest.fixture(params=["sqlite", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    return MemoryJournal() if request.param == "memory" else SqliteJournal(tmp_path / "j.sqlite")


def test_an_entry_is_found_again(journal: Journal) -> None:
    journal.append(Entry("a", "1", '"é\\u0000"'))
    assert journal.get("a", "1") == '"é\\u0000"'
    assert journal.get("a", "2") is None
    assert journal.get("b", "1") is None


def test_a_replaced_entry_keeps_its_place(journal: Journal) -> None:
    for key, value in (("1", "x"), ("2", "y"), ("1", "z")):
        journal.append(Entry("a", key, value))
    journal.append(Entry("b", "1", "other"))
    assert [(e.key, e.value) for e in journal.entries("a")] == [("1", "z"), ("2", "y")]
    assert len(list(journal.entries())) == 3


def test_sqlite_is_durable_at_once(tmp_path: Path) -> None:
    first = SqliteJournal(tmp_path / "j.sqlite")
    first.append(Entry("a", "1", "x"))
    assert SqliteJournal(tmp_path / "j.sqlite").get("a", "1") == "x"


def test_a_broken_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "j.sqlite").write_text("this is no database, and long enough to be sure of it" * 9)
    with pytest.raises(InternalError, match="cannot be opened") as caught:
        SqliteJournal(tmp_path / "j.sqlite")
    assert caught.value.hint


def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.sqlite")
    journal._db.execute("PRAGMA max_page_count = 3")
    with pytest.raises(StorageError, match="cannot be written") as caught:
        journal.append(Entry("a", "1", "x" * 100_000))
    assert "free some space" in caught.value.hint
    assert isinstance(caught.value.__cause__, sqlite3.Error)
