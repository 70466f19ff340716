"""Journal what a run is doing, for whoever asks from another terminal."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import singledispatchmethod

from codeopt.ledger import Ledger
from codeopt.model import events
from codeopt.model.run import Progress

_KIND = "progress"


class Diary:
    """Note each step of a run before it begins."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._now = Progress(_clock(), _clock(), os.getpid())

    def note(self, event: events.Event) -> None:
        """Take note of an event."""
        found = self._after(event)
        if found is not None:
            self._now = replace(found, updated=_clock())
            self._ledger.put(_KIND, "", self._now)

    @singledispatchmethod
    def _after(self, event: object) -> Progress | None:
        """Return what is being done after an event; None where it is what was done before."""
        return None

    @_after.register
    def _(self, event: events.StageStarted) -> Progress | None:
        return replace(self._now, stage=str(event.stage), target="", doing="")

    @_after.register
    def _(self, event: events.TargetStarted) -> Progress | None:
        now = replace(self._now, target=str(event.target), doing="")
        return replace(now, number=event.number, total=event.total)

    @_after.register
    def _(self, event: events.CandidateStarted) -> Progress | None:
        return replace(self._now, doing=f"{event.strategy}: {event.technique}")

    @_after.register
    def _(self, event: events.CheckStarted) -> Progress | None:
        head = self._now.doing.partition(" · ")[0]
        return replace(self._now, doing=" · ".join(p for p in (head, str(event.check)) if p))


def _clock() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
