"""The one exception tree of codeopt.

    CodeoptError              3  cannot go on
    ├── UsageError            2  wrong flag, setting or target syntax
    ├── PreconditionError     4  baseline red, no interpreter, no sandbox, no key …
    │   ├── ModelError        4  endpoint unreachable, wrong key, rate limit that stays
    │   ├── MovedError        4  a branch of codeopt's that somebody else has changed
    │   └── StorageError      4  a disk that is full or read-only
    ├── NoTargetsError        5  nothing to optimise
    ├── Interrupted         130  Ctrl-C
    └── InternalError         3  a bug, or a journal that cannot be read

Each message says what happened, to what; ``hint`` says what to do. A failing candidate is never an
exception: it is a Verdict or a Measurement with its reason.
"""

from __future__ import annotations


class CodeoptError(Exception):
    """Stop codeopt with one clear line.

    ``resumable`` says that the same run can go on once the cause is gone.
    """

    exit_code = 3
    resumable = False

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

    resumable = True


class MovedError(PreconditionError):
    """Say that somebody else has changed what belongs to a run."""

    resumable = True


class StorageError(PreconditionError):
    """Say that a file cannot be written."""

    resumable = True


class NoTargetsError(CodeoptError):
    """Say that there is nothing to optimise."""

    exit_code = 5


class Interrupted(CodeoptError):
    """Say that the user stopped codeopt, and how to go on."""

    exit_code = 130
    resumable = True


class InternalError(CodeoptError):
    """Say that codeopt itself failed."""

    resumable = True
