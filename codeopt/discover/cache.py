"""Keep what was discovered on disk: contents by their digest, files by what ``stat`` says.

Everything here can be lost without harm: a cache that is broken, locked or of another version is
made anew or done without. Rows are text with a checksum; nothing in them is ever executed.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FORMAT = 1
_WAIT_SECONDS = 5.0
_KEEP_DAYS = 30
_DAY = 86_400
_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    root TEXT, path TEXT, size INTEGER, mtime INTEGER, ctime INTEGER, checked INTEGER, digest TEXT,
    PRIMARY KEY (root, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contents (
    digest TEXT PRIMARY KEY, lines INTEGER, problems TEXT, data TEXT, checksum INTEGER, day INTEGER
);
"""
_DROP_FILE = "DELETE FROM files WHERE root = ? AND path = ?"
_USED = "UPDATE contents SET day = ?1 WHERE digest = ?2 AND day < ?1"
_FORGET = "DELETE FROM contents WHERE day < ? AND digest NOT IN (SELECT digest FROM files)"


@dataclass(frozen=True, slots=True)
class Seen:
    """Remember the state in which a file had a digest; ``checked`` is when it was read (ns)."""

    path: str
    size: int
    mtime: int
    ctime: int
    checked: int
    digest: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Hold what one content was found to hold, as text."""

    digest: str
    lines: int
    problems: str
    data: str

    @property
    def checksum(self) -> int:
        """Return a checksum over everything."""
        return zlib.crc32(f"{self.digest}{self.lines}{self.problems}{self.data}".encode())


class Cache:
    """Read and write the index of one version of the language adapter."""

    def __init__(self, directory: Path, version: str) -> None:
        name = hashlib.sha256(f"{_FORMAT}/{version}".encode()).hexdigest()[:12]
        self._file = directory / f"index-{name}.sqlite"

    def seen(self, root: str) -> dict[str, Seen]:
        """Return what is known about the files of a tree."""
        query = "SELECT path, size, mtime, ctime, checked, digest FROM files WHERE root = ?"
        rows = self._read(query, [(root,)])
        return {row[0]: Seen(*row) for row in rows}

    def of_tree(self, root: str) -> dict[str, Stored]:
        """Return the contents of the files of a tree, in one read."""
        query = (
            "SELECT digest, lines, problems, data, checksum FROM contents"
            " WHERE digest IN (SELECT digest FROM files WHERE root = ?)"
        )
        return _sound(self._read(query, [(root,)]))

    def of_digests(self, digests: Iterable[str]) -> dict[str, Stored]:
        """Return the contents that are known among ``digests``."""
        query = "SELECT digest, lines, problems, data, checksum FROM contents WHERE digest = ?"
        return _sound(self._read(query, [(digest,) for digest in digests]))

    def store(
        self, root: str, seen: Iterable[Seen], contents: Iterable[Stored], gone: Iterable[str]
    ) -> None:
        """Add what was found in one transaction, and forget what has not been used for long."""
        day = int(time.time()) // _DAY
        files = [(root, s.path, s.size, s.mtime, s.ctime, s.checked, s.digest) for s in seen]
        rows = [(c.digest, c.lines, c.problems, c.data, c.checksum, day) for c in contents]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(self._connect()) as db:
                db.executescript(_TABLES)
                db.execute("BEGIN IMMEDIATE")
                db.executemany(_DROP_FILE, [(root, path) for path in gone])
                db.executemany("REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", files)
                db.executemany("REPLACE INTO contents VALUES (?, ?, ?, ?, ?, ?)", rows)
                db.executemany(_USED, [(day, row[-1]) for row in files])
                _forget(db, day)
                db.execute("COMMIT")
        except (OSError, sqlite3.OperationalError):  # locked, full, read-only: another time
            return
        except sqlite3.DatabaseError:
            self._discard()

    def _read(self, query: str, parameters: Iterable[tuple[str, ...]]) -> list[tuple[Any, ...]]:
        if not self._file.exists():
            return []
        try:
            with contextlib.closing(self._connect()) as db:
                return [row for values in parameters for row in db.execute(query, values)]
        except sqlite3.OperationalError:  # locked, unreadable, no tables yet: do without
            return []
        except sqlite3.DatabaseError:
            self._discard()
            return []

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=_WAIT_SECONDS, isolation_level=None)

    def _discard(self) -> None:
        for suffix in ("-journal", ""):
            with contextlib.suppress(OSError):
                self._file.with_name(self._file.name + suffix).unlink()


def _forget(db: sqlite3.Connection, day: int) -> None:
    """Drop trees that are gone, and contents that no tree has and none had for long."""
    roots = [row[0] for row in db.execute("SELECT DISTINCT root FROM files")]
    dead = [(root,) for root in roots if not Path(root).is_dir()]
    db.executemany("DELETE FROM files WHERE root = ?", dead)
    db.execute(_FORGET, (day - _KEEP_DAYS,))


def _sound(rows: Iterable[tuple[Any, ...]]) -> dict[str, Stored]:
    """Drop the rows that are not what was written."""
    found = {row[0]: (Stored(*row[:4]), row[4]) for row in rows}
    return {digest: stored for digest, (stored, sum_) in found.items() if stored.checksum == sum_}
