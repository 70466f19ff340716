"""Remember what worked and what did not, from run to run: plain data in codeopt's own directories.

Rewrites that were kept (before, after, gain, technique) are for prompts about similar functions,
rejected ones for prompts about the same function. One JSON text a line; what cannot be read is
skipped, and nothing that is read is ever run. A repository has a memory of its own; what is in it
gets into prompts about other repositories only through the user's memory, which the user asks for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from codeopt import codec
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.model.insight import Example, Recalled
from codeopt.model.reasons import Code
from codeopt.redact import redacted

T = TypeVar("T")

_KEPT, _REJECTED = "kept.jsonl", "rejected.jsonl"
_MOST = 500  # lines of a file
_MOST_REJECTED = 8  # of one function
_LONGEST = 20_000
_SAYS_NOTHING = frozenset({Code.SUPERSEDED, Code.DUPLICATE, Code.BUDGET, Code.MODEL_FAILED})


@dataclass(frozen=True, slots=True)
class Rejected:
    """Store a rejected attempt under the digest of the function that it was to replace."""

    function: str
    attempt: Attempt


class Memory:
    """Keep the memory of a repository, and beside it the user's where there is one."""

    def __init__(self, repository: Path, user: Path | None = None) -> None:
        self._own = repository
        self._places = (repository, *([user] if user else []))

    def recall(self, target: FunctionId, before: str) -> Recalled:
        """Return all that was kept, newest first, and what was rejected for this very function."""
        kept = [each for place in self._places for each in _read(place / _KEPT, Example)[::-1]]
        function = _digest(target, before)
        rejected = [
            e.attempt for e in _read(self._own / _REJECTED, Rejected) if e.function == function
        ]
        latest = {each.candidate_digest: each for each in rejected}
        return Recalled(tuple(dict.fromkeys(kept)), tuple(latest.values())[-_MOST_REJECTED:])

    def learn(self, target: FunctionId, before: str, attempts: Iterable[Attempt]) -> None:
        """Remember how the attempts on a function ended; a full disk costs the memory only."""
        function = _digest(target, before)
        with contextlib.suppress(OSError):
            for attempt in attempts:
                speedup = attempt.measurement.speedup if attempt.measurement else None
                if attempt.commit and speedup and attempt.code:
                    found = Example(before, attempt.code, speedup.estimate, attempt.technique)
                    self._keep(found)
                elif _teaches(attempt):
                    _append(self._own / _REJECTED, Rejected(function, _slim(attempt)))

    def _keep(self, example: Example) -> None:
        for place in self._places:
            if example not in _read(place / _KEPT, Example):
                _append(place / _KEPT, example)


def _teaches(attempt: Attempt) -> bool:
    """Tell whether a model should hear of a rejection: it is about code that a model wrote."""
    reason = attempt.decision.reason
    return bool(attempt.model and attempt.code and reason and reason.code not in _SAYS_NOTHING)


def _slim(attempt: Attempt) -> Attempt:
    """Leave out what a prompt does not show."""
    measured = attempt.measurement
    if measured is not None:
        measured = replace(measured, ratios=(), classes=(), fingerprint=None)
    return replace(attempt, measurement=measured, diff="", explanation="")


def _digest(target: FunctionId, before: str) -> str:
    return hashlib.sha256(f"{target}\0{before}".encode("utf-8", "replace")).hexdigest()


def _append(path: Path, value: Example | Rejected) -> None:
    line = json.dumps(redacted(json.loads(codec.encode(value))), sort_keys=True)
    if len(line) > _LONGEST:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = [*_lines(path)[-_MOST + 1 :], line]
    new = path.with_suffix(".new")
    new.write_text("\n".join(lines) + "\n", "utf-8")
    new.replace(path)


def _read(path: Path, kind: type[T]) -> list[T]:
    found = []
    for line in _lines(path):
        with contextlib.suppress(ValueError):
            found.append(codec.decode(line, kind))
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
