"""Typed access to a run's journal: what was done once is not done again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from codeopt import codec
from codeopt.model.baseline import Baseline
from codeopt.model.errors import InternalError
from codeopt.model.evidence import Attempt, Control, Profile, Recording, Spend
from codeopt.model.review import Exchange, Opinion
from codeopt.model.run import Outcome, RunMeta, RunRecord
from codeopt.model.tree import FunctionTree
from codeopt.ports import Entry, Journal, Message, Request
from codeopt.redact import redacted

T = TypeVar("T")
# Kinds that are for reading. From the others a run goes on: what is committed and compared must
# stay as it is, byte for byte.
_SHOWN = frozenset(
    {
        "attempt",
        "judged",
        "judgement",
        "note",
        "prompt",
        "recording",
        "shown",
        "trace",
    }
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Journal what a model was asked."""

    request: str
    messages: tuple[Message, ...]


class Ledger:
    """Store and find values by kind and key."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def put(self, kind: str, key: str, value: Any) -> None:
        """Store a value durably."""
        text = codec.encode(value)
        self._journal.append(Entry(kind, key, _discreet(text) if kind in _SHOWN else text))

    def get(self, kind: str, key: str, type_: type[T]) -> T | None:
        """Return a stored value; raise InternalError when it was stored by another version."""
        stored = self._journal.get(kind, key)
        return None if stored is None else _decode(stored, type_)

    def once(self, kind: str, key: str, type_: type[T], compute: Callable[[], T]) -> T:
        """Return the stored value, or compute and store it."""
        found = self.get(kind, key, type_)
        if found is None:
            found = compute()
            self.put(kind, key, found)
        return found

    def all(self, kind: str, type_: type[T]) -> tuple[T, ...]:
        """Return all values of a kind in the order in which they were first stored."""
        return tuple(_decode(entry.value, type_) for entry in self._journal.entries(kind))

    def items(self, kind: str, type_: type[T], start: int = 0) -> tuple[tuple[str, T], ...]:
        """Return keys and values of a kind in the order of ``all``, from a place on."""
        entries = tuple(self._journal.entries(kind))[start:]
        return tuple((entry.key, _decode(entry.value, type_)) for entry in entries)

    def keys(self, kind: str) -> tuple[str, ...]:
        """Return the keys of a kind in the order of their values."""
        return tuple(entry.key for entry in self._journal.entries(kind))

    def note_prompt(self, request: Request) -> None:
        """Store what a model is asked."""
        self.put("prompt", request.digest, Prompt(request.digest, request.messages))

    def prompts(self) -> dict[str, tuple[Message, ...]]:
        """Return what models were asked, by the digest of the request."""
        return {each.request: each.messages for each in self.all("prompt", Prompt)}

    def record(self) -> RunRecord:
        """Gather everything that is known of the run."""
        meta = self.get("meta", "", RunMeta)
        if meta is None:
            raise InternalError("the run ended before it began", hint="codeopt clean")
        baseline = self.get("baseline", "", Baseline)
        return RunRecord(
            meta=meta,
            tests=len(baseline.outcomes) if baseline else 0,
            set_aside=tuple(each.id for each in baseline.set_aside) if baseline else (),
            profile=self.get("profile", "", Profile),
            recordings=self.all("recording", Recording),
            control=self.get("control", "", Control),
            control_inside=self.get("control", "inside", Control),
            attempts=self.all("attempt", Attempt),
            notes=self.all("note", str),
            outcome=self.get("outcome", "", Outcome),
            spend=sum(self.all("spend", Spend), Spend()),
            trees=self.all("tree", FunctionTree),
            exchanges=self.all("exchange", Exchange),
            opinions=self.all("opinion", Opinion),
            reviewed=self.get("reviewed", "", str) or "",
        )


def _discreet(text: str) -> str:
    """Take keys out of all texts of a value."""
    return json.dumps(redacted(json.loads(text)), sort_keys=True)


def _decode(stored: str, type_: type[T]) -> T:
    try:
        return codec.decode(stored, type_)
    except ValueError as error:
        raise InternalError(
            "the journal was written by another version of codeopt", hint="start a new run"
        ) from error
