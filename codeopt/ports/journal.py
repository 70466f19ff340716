"""Keep what was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one journalled step: ``key`` is unique in a run, ``value`` is JSON text."""

    kind: str
    key: str
    value: str


class Journal(Protocol):
    """Keep every finished step on disk before the next one starts."""

    def append(self, entry: Entry) -> None:
        """Store an entry durably; an entry of the same kind and key is replaced."""

    def get(self, kind: str, key: str) -> str | None:
        """Return the value stored under a key."""

    def entries(self, kind: str | None = None) -> Iterable[Entry]:
        """Return entries in the order in which they were first stored."""
