"""Let others see what a model is asked: the journal, and a person who wants to (``-vv``)."""

from __future__ import annotations

from collections.abc import Callable

from codeopt.ledger import Ledger
from codeopt.ports import LanguageModel, Reply, Request


class EchoingModel:
    """Pass requests on, and tell what was asked and answered."""

    def __init__(self, inner: LanguageModel, tell: Callable[[str], None]) -> None:
        self._inner, self._tell = inner, tell
        self.name = inner.name

    def complete(self, request: Request) -> Reply:
        """Answer one request."""
        for message in request.messages:
            self._tell(f"──── {message.role}\n{message.content}")
        reply = self._inner.complete(request)
        self._tell(f"──── answer of {request.model}\n{reply.text or reply.error}")
        return reply

    def close(self) -> None:
        """Release what the wrapped model holds (a child process)."""
        _close(self._inner)


class NotedModel:
    """Pass requests on, and journal what was asked: an export shows it with the answer."""

    def __init__(self, inner: LanguageModel, ledger: Ledger) -> None:
        self._inner, self._ledger = inner, ledger
        self.name = inner.name

    def complete(self, request: Request) -> Reply:
        """Answer one request."""
        self._ledger.note_prompt(request)
        return self._inner.complete(request)

    def close(self) -> None:
        """Release what the wrapped model holds (a child process)."""
        _close(self._inner)


def _close(model: LanguageModel) -> None:
    release = getattr(model, "close", None)
    if release is not None:
        release()
