"""What a worker on another machine does: one errand, JSON in and JSON out."""

from __future__ import annotations

import hashlib
import os
from functools import cache

from codeopt import codec
from codeopt.cli import wiring
from codeopt.model.errors import CodeoptError
from codeopt.pipeline.errand import Answer, Depot, Errand


def perform(text: str, blobs: dict[str, bytes]) -> str:
    """Do an errand; what goes wrong is an answer, too, so that nothing of it has to be pickled."""
    try:
        depot = _depot(os.getpid())
        for digest, data in blobs.items():
            _store(depot, digest, data)
        answer = depot.perform(codec.decode(text, Errand))
    except CodeoptError as error:
        answer = Answer(problem=error.message)
    except Exception as error:
        answer = Answer(problem=f"internal error: {type(error).__name__}: {error}")
    return codec.encode(answer)


@cache
def _depot(pid: int) -> Depot:
    """Return what this worker keeps from errand to errand."""
    return Depot(wiring.means())


def _store(depot: Depot, digest: str, data: bytes) -> None:
    """Keep a file under its digest, whole or not at all."""
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError("a file does not have the digest that it was sent under")
    place = depot.blob(digest)
    half = place.with_name(f"{digest}.{os.getpid()}.{id(data)}")
    half.write_bytes(data)
    half.replace(place)
