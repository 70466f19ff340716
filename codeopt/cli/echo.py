"""Show prompts and replies while a run goes on (``-vv``)."""

from __future__ import annotations

from collections.abc import Callable

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
