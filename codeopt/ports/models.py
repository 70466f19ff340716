"""Ask a language model."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Protocol

from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code


@dataclass(frozen=True, slots=True)
class Message:
    """Hold one chat message."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """Ask a model; equal requests have equal digests. ``sample`` tells repeated asks apart.

    ``slot`` names what is asked for without the figures that vary from run to run (shares,
    timings); it is no part of the digest. A replay falls back on it.
    """

    messages: tuple[Message, ...]
    model: str
    temperature: float = 0.8
    max_tokens: int = 4096
    sample: int = 0
    slot: str = ""

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything that the model is asked."""
        asked = {
            "max_tokens": self.max_tokens,
            "messages": [[message.role, message.content] for message in self.messages],
            "model": self.model,
            "sample": self.sample,
            "temperature": float(self.temperature),
        }
        text = json.dumps(asked, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold an answer; ``error`` is set, and ``text`` empty, when the call failed for good.

    ``request`` is the digest of the request; ``code`` says what kind of failure it was (BUDGET,
    MODEL_FAILED); ``truncated`` is an answer cut off at ``max_tokens``.
    """

    text: str
    spend: Spend
    request: str
    cached: bool = False
    seconds: float = 0.0
    error: str = ""
    code: Code | None = None
    truncated: bool = False


class LanguageModel(Protocol):
    """Answer requests."""

    name: str

    def complete(self, request: Request) -> Reply:
        """Answer one request before its deadline.

        A call that failed but may work another time comes back with ``error``; a model that cannot
        be used at all (wrong key, no such model, unreachable) raises ModelError.
        """
