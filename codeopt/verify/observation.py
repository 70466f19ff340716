"""What the harness saw of one call, read from its frames; the frames are untrusted data."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Token:
    """Hold one node of a described value; ``alias`` tells which mutable object it is."""

    path: str
    text: str
    alias: str

    @property
    def tag(self) -> str:
        """Return the type that the node shows, or "" for a piece of a packed value."""
        word = self.text.partition(" ")[0]
        return word if word[:1].isalpha() or word[:1] == "_" else ""


@dataclass(frozen=True, slots=True)
class Section:
    """Describe one side of a call: its result, its arguments afterwards, its output …

    ``tokens`` is None when there were too many to send; ``floats`` are apart from the tokens when
    a tolerance applies.
    """

    digest: str
    count: int
    tokens: tuple[Token, ...] | None = None
    floats: tuple[float, ...] = ()
    opaque: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """Hold everything that was seen of one call; ``state`` has the globals that it changed.

    ``deliberate`` says that a ``raise`` statement of the module raised the exception, ``pauses``
    how often a coroutine let others run.
    """

    kind: str
    sections: Mapping[str, Section]
    state: Mapping[str, str]
    seconds: float = 0.0
    as_recorded: bool | None = None
    deliberate: bool = False
    pauses: int = 0

    def section(self, name: str) -> Section:
        """Return a section; one that was not sent is empty."""
        return self.sections.get(name, _EMPTY)

    @property
    def opaque(self) -> tuple[str, ...]:
        """List what could not be compared."""
        return tuple(text for section in self.sections.values() for text in section.opaque)


_EMPTY = Section("", 0, ())


def read_observation(frame: Mapping[str, Any]) -> Observation:
    """Read a frame of the replay; raise ValueError when it is not what it should be."""
    try:
        body = frame["observation"]
        recorded = frame.get("as_recorded")
        return Observation(
            kind=str(body["kind"]),
            sections={str(k): _section(v) for k, v in body["sections"].items()},
            state={str(k): str(v) for k, v in frame["state"].items()},
            seconds=float(body["seconds"]),
            as_recorded=None if recorded is None else bool(recorded),
            deliberate=bool(body["deliberate"]),
            pauses=int(body["pauses"]),
        )
    except (KeyError, TypeError, AttributeError, binascii.Error, struct.error) as error:
        raise ValueError(f"malformed observation: {error}") from error


def _section(body: Any) -> Section:
    tokens = body.get("tokens")
    packed = base64.b64decode(body.get("floats", ""))
    return Section(
        digest=str(body["digest"]),
        count=int(body["count"]),
        tokens=None if tokens is None else tuple(Token(*map(str, token)) for token in tokens),
        floats=struct.unpack(f"<{len(packed) // 8}d", packed),
        opaque=tuple(str(text) for text in body["opaque"]),
    )
