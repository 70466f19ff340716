"""The one exception tree of codeopt.

    CodeoptError              3  cannot go on
    ├── UsageError            2  wrong flag, setting or target syntax
    ├── PreconditionError     4  baseline red, no interpreter, no sandbox, no key …
    │   └── ModelError        4  endpoint unreachable, wrong key, rate limit that stays
    ├── NoTargetsError        5  nothing to optimise
    └── InternalError         3  a bug, or a machine that gave out; names its log

Each message says what happened, to what; ``hint`` says what to do. A failing candidate is never an
exception: it is a Verdict or a Measurement with its reason.
"""

from __future__ import annotations


class CodeoptError(Exception):
    """Stop codeopt with one clear line."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(CodeoptError):
    """Say that a flag, a setting or an argument is wrong."""

    exit_code = 2


class PreconditionError(CodeoptError):
    """Say that something codeopt needs is missing."""

    exit_code = 4


class ModelError(PreconditionError):
    """Say that a model cannot be used at all (one failed answer is not an error)."""


class NoTargetsError(CodeoptError):
    """Say that there is nothing to optimise."""

    exit_code = 5


class InternalError(CodeoptError):
    """Say that codeopt itself, or the machine below it, failed."""
