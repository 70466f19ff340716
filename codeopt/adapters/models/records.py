"""Keep finished replies on disk: one JSON file for each request, named by its digest.

The cache, the record of a run and the directory of ``replay:DIR`` have this one layout.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from codeopt.model.evidence import Spend
from codeopt.ports import Reply, Request

_VERSION = 1
_LETTER = 8  # bytes of room for a letter of the question and for a token of the answer


@dataclass(frozen=True, slots=True)
class Record:
    """Hold a stored reply with the model and the slot of its request."""

    reply: Reply
    model: str
    slot: str


@contextlib.contextmanager
def room(directory: Path, request: Request) -> Iterator[None]:
    """Hold room on the disk for the answer that is about to be paid for; raise OSError.

    The room is given back at the end of the block, for the answer to be written into.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    size = _LETTER * (request.max_tokens + sum(len(each.content) for each in request.messages))
    with tempfile.NamedTemporaryFile(dir=directory, prefix=".", suffix=".room") as file:
        file.write(bytes(size))
        file.flush()
        yield


def store(directory: Path, request: Request, reply: Reply) -> None:
    """Write a reply so that a reader sees all of it or nothing; raise OSError."""
    document = {
        "version": _VERSION,
        "digest": request.digest,
        "request": asdict(request),
        "reply": {
            "text": reply.text,
            "truncated": reply.truncated,
            "seconds": round(reply.seconds, 3),
            "spend": asdict(reply.spend),
        },
    }
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_whole(directory / f"{request.digest}.json", text)


def write_whole(path: Path, text: str) -> None:
    """Write a file under another name, then give it its own; raise OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(directory: Path, digest: str) -> Record | None:
    """Read the reply to a request; what cannot be read was never stored."""
    try:
        return _record(json.loads((directory / f"{digest}.json").read_text("utf-8")), digest)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def load_all(directory: Path) -> tuple[Record, ...]:
    """Read every reply, in the order of the digests."""
    names = sorted(path.stem for path in directory.glob("*.json"))
    return tuple(record for name in names if (record := load(directory, name)))


def _record(document: dict[str, Any], digest: str) -> Record:
    if document["version"] != _VERSION or document["digest"] != digest:
        raise ValueError("another version, or a renamed file")
    stored, request = document["reply"], document["request"]
    reply = Reply(
        str(stored["text"]),
        Spend(**stored["spend"]),
        digest,
        cached=True,
        seconds=float(stored["seconds"]),
        truncated=bool(stored["truncated"]),
    )
    return Record(reply, str(request["model"]), str(request["slot"]))
