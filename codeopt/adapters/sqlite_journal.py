"""Keep the journal of a run in one SQLite file: a step is durable before ``append`` returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from codeopt.model.errors import CodeoptError, InternalError, StorageError
from codeopt.ports import Entry

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (kind, key)
)"""
_UPSERT = """
INSERT INTO entries (kind, key, value) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value"""


class SqliteJournal:
    """Implement the Journal port; ``path`` is created when it does not exist."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute(_SCHEMA)
        except sqlite3.Error as error:
            raise _failed("opened", path, error) from error

    def append(self, entry: Entry) -> None:
        """Store an entry; raise StorageError when the disk is full or read-only."""
        try:
            self._db.execute(_UPSERT, (entry.kind, entry.key, entry.value))
        except sqlite3.Error as error:
            raise _failed("written", self._path, error) from error

    def get(self, kind: str, key: str) -> str | None:
        """Return the value stored under a key."""
        query = "SELECT value FROM entries WHERE kind = ? AND key = ?"
        row = next(iter(self._rows(query, (kind, key))), None)
        return None if row is None else str(row[0])

    def entries(self, kind: str | None = None) -> Iterable[Entry]:
        """Return entries in the order in which they were first stored."""
        query = "SELECT kind, key, value FROM entries WHERE ? IN ('', kind) ORDER BY number"
        return [Entry(*row) for row in self._rows(query, (kind or "",))]

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _rows(self, query: str, parameters: tuple[str, ...]) -> list[tuple[str, ...]]:
        try:
            return self._db.execute(query, parameters).fetchall()
        except sqlite3.Error as error:
            raise _failed("read", self._path, error) from error


def _failed(what: str, path: Path, error: sqlite3.Error) -> CodeoptError:
    """Tell a disk that is full, read-only or gone from a file that is broken."""
    text = f"the journal {path} cannot be {what}: {error}"
    if isinstance(error, sqlite3.OperationalError):
        return StorageError(text, hint="free some space, or make it writable")
    return InternalError(text, hint=f"remove the run: codeopt clean {path.parent.name}")


class MemoryJournal:
    """Implement the Journal port in memory, for a judge that keeps nothing."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], str] = {}

    def append(self, entry: Entry) -> None:
        """Store an entry."""
        self._entries[entry.kind, entry.key] = entry.value

    def get(self, kind: str, key: str) -> str | None:
        """Return the value stored under a key."""
        return self._entries.get((kind, key))

    def entries(self, kind: str | None = None) -> Iterable[Entry]:
        """Return entries in the order in which they were first stored."""
        return [Entry(k, key, v) for (k, key), v in self._entries.items() if kind in (None, k)]
