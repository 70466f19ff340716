"""Guess tokens where a provider does not count them, and bound them before a call.

The guess is one token for every three bytes of UTF-8, rounded up, and four for each message; the
bound before a call takes two bytes a token, which text in any script stays under in practice.
"""

from __future__ import annotations

from codeopt.model.evidence import Spend
from codeopt.ports import Request

_MESSAGE_TOKENS = 4
_GUESS_BYTES = 3
_BOUND_BYTES = 2


def estimated(request: Request, answer: str) -> Spend:
    """Return the guessed tokens of a finished call, marked as such."""
    return Spend(
        prompt_tokens=_prompt_tokens(request, _GUESS_BYTES),
        completion_tokens=_tokens(answer, _GUESS_BYTES),
        calls=1,
        estimated=1,
    )


def worst_case(request: Request) -> Spend:
    """Return the most tokens that a call can take."""
    return Spend(
        prompt_tokens=_prompt_tokens(request, _BOUND_BYTES),
        completion_tokens=request.max_tokens,
        calls=1,
        estimated=1,
    )


def _prompt_tokens(request: Request, bytes_a_token: int) -> int:
    texts = (message.content for message in request.messages)
    return sum(_MESSAGE_TOKENS + _tokens(text, bytes_a_token) for text in texts)


def _tokens(text: str, bytes_a_token: int) -> int:
    return -(-len(text.encode("utf-8", "replace")) // bytes_a_token)
