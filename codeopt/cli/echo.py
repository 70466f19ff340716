"""Let others see what a model is asked, without keys: the journal, and a person (``-vv``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from codeopt.ledger import Ledger
from codeopt.ports import LanguageModel, Message, Reply, Request
from codeopt.redact import redact


class DiscreetModel:
    """Take keys and passwords out of what a model is asked, before anybody sees it."""

    def __init__(self, inner: LanguageModel) -> None:
        self._inner = inner
        self.name = inner.name

    def complete(self, request: Request) -> Reply:
        """Answer one request."""
        messages = tuple(Message(m.role, redact(m.content)) for m in request.messages)
        return self._inner.complete(replace(request, messages=messages))

    def close(self) -> None:
        """Release what the wrapped model holds (a child process)."""
        _close(self._inner)


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
