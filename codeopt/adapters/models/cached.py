"""Answer a request that was answered before from disk."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from codeopt.adapters.models.records import load, store
from codeopt.model.evidence import Spend
from codeopt.ports import LanguageModel, Reply, Request


class CachedModel:
    """Wrap a model with a cache by request digest; failed calls are not kept.

    Two of them stacked record a run (the outer directory) on top of the user's cache.
    """

    def __init__(self, inner: LanguageModel, directory: Path) -> None:
        self.name = inner.name
        self._inner = inner
        self._directory = directory

    def complete(self, request: Request) -> Reply:
        """Answer from disk at no cost, or ask and remember."""
        record = load(self._directory, request.digest)
        if record is not None:
            return replace(record.reply, spend=Spend())
        reply = self._inner.complete(request)
        if not reply.error:
            # the answer is paid for: a full disk must not lose it, the journal will complain
            with contextlib.suppress(OSError):
                store(self._directory, request, reply)
        return reply

    def close(self) -> None:
        """Release what the wrapped model holds (a child process)."""
        close(self._inner)


def close(model: LanguageModel) -> None:
    """Release what a model holds, if it holds anything."""
    release = getattr(model, "close", None)
    if release is not None:
        release()
