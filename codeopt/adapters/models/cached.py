"""Answer a request that was answered before from disk."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from codeopt.adapters.models.records import load, room, store
from codeopt.model.evidence import Spend
from codeopt.ports import LanguageModel, Reply, Request


class CachedModel:
    """Wrap a model with a cache by request digest; failed calls are not kept.

    ``record`` is the directory of a run: it gets every answer that the run has had, also those
    from the cache, with what they cost. An answer is in the record before it is in the cache, so
    that a run that was killed in between finds its answer together with the price.
    """

    def __init__(
        self, inner: LanguageModel, directory: Path, *, record: Path | None = None
    ) -> None:
        self.name = inner.name
        self._inner = inner
        self._directory = directory
        self._record = record
        self._told: set[str] = set()

    def complete(self, request: Request) -> Reply:
        """Answer from disk at no cost, or ask and remember; raise OSError where that has no room.

        What the run itself has asked before it was cut short costs what it cost then, once.
        """
        found = load(self._record, request.digest) if self._record else None
        told = request.digest in self._told
        self._told.add(request.digest)
        if found is not None:
            return replace(found.reply, spend=Spend()) if told else found.reply
        known = load(self._directory, request.digest)
        if known is not None:
            reply = replace(known.reply, spend=Spend())
            self._store(self._record, request, reply)
            return reply
        with room(self._record, request) if self._record else contextlib.nullcontext():
            reply = self._inner.complete(request)
        if not reply.error:
            self._store(self._record, request, reply)
            self._store(self._directory, request, reply)
        return reply

    def _store(self, directory: Path | None, request: Request, reply: Reply) -> None:
        # the answer is paid for: a full disk must not lose it, the journal will complain
        if directory is not None:
            with contextlib.suppress(OSError):
                store(directory, request, reply)

    def close(self) -> None:
        """Release what the wrapped model holds (a child process)."""
        close(self._inner)


def close(model: LanguageModel) -> None:
    """Release what a model holds, if it holds anything."""
    release = getattr(model, "close", None)
    if release is not None:
        release()
