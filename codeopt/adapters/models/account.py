"""Keep account on disk of what calls may have cost, so that a kill in the middle loses nothing.

A call is entered at its worst before it is made, and corrected when it is over. What is still at
its worst when a run goes on was in flight when it was killed, and may have been billed.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from codeopt.model.evidence import Spend


class Account:
    """Keep the calls of one run in a file of JSON lines; not safe between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._calls = _read(path)

    @property
    def spent(self) -> Spend:
        """Return what all calls have cost, or may have."""
        return sum(self._calls.values(), Spend())

    def enter(self, worst: Spend) -> int:
        """Enter a call that is about to be made; return its number. Raises OSError."""
        number = max(self._calls, default=0) + 1
        self._write(number, worst)
        self._calls[number] = worst
        return number

    def correct(self, number: int, actual: Spend) -> None:
        """Say what a call has cost; where that cannot be written, it stays at its worst."""
        with contextlib.suppress(OSError):
            self._write(number, actual)
            self._calls[number] = actual

    def _write(self, number: int, spend: Spend) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path.open("a", encoding="ascii") as file:
            # the line break comes first: it ends a line that a kill has cut off
            file.write("\n" + json.dumps({"call": number, **asdict(spend)}))


def _read(path: Path) -> dict[int, Spend]:
    """Read the latest entry of each call; a line that was cut off says nothing."""
    try:
        lines = path.read_text("ascii", errors="replace").splitlines()
    except OSError:
        return {}
    calls: dict[int, Spend] = {}
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            entry: dict[str, Any] = json.loads(line)
            number = int(entry.pop("call"))
            calls[number] = Spend(**entry)
    return calls
