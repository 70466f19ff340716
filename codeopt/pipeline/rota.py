"""Choose what is worked on next: the target whose next call of a model promises most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codeopt.ledger import Ledger
from codeopt.model.code import FunctionId


@dataclass(frozen=True, slots=True)
class Paused:
    """Say that work on a target can wait here, and what its next call promises.

    ``promise`` is the share of the workload's time that may be saved, for each token; ``elsewhere``
    the share of a target's own time that a first call for it may save.
    """

    promise: float
    elsewhere: float


@dataclass(frozen=True, slots=True)
class Visit:
    """Journal that it is a target's turn, and all that its next step goes by.

    ``known`` counts the attempts that had been judged, ``kept`` the patches that had been kept.
    ``usual`` is what a first call for a target promises that takes all of the workload's time.
    ``promises``, of all targets that are left, are there to be read: the choice is made.
    """

    target: FunctionId
    known: int
    kept: int
    promises: tuple[tuple[FunctionId, float], ...] = ()
    usual: float = 0.0


class Rota:
    """Order the visits of a run: each is journalled, so a run that goes on makes them again.

    Of a target that was not begun nothing is known but its share of the workload; what a first call
    for it promises was said at the last pause. Where nothing promises anything, the order is that
    of ``shares``.
    """

    def __init__(self, ledger: Ledger, shares: Mapping[FunctionId, float]) -> None:
        self._ledger = ledger
        self._shares = shares
        self._promises: dict[FunctionId, float] = {}
        self._usual = 0.0
        self._number = 0

    def next(self, done: Iterable[FunctionId], *, kept: int, begins: bool) -> Visit | None:
        """Return the next visit, None after the last; without ``begins`` no target is begun."""
        key, ended = f"{self._number:05d}", frozenset(done)
        self._number += 1
        stored = self._ledger.get("visit", key, Visit)
        if stored is not None:
            self._usual = stored.usual
            return stored
        promises = {each: p for each, p in self._promises.items() if each not in ended}
        if begins:
            fresh = (each for each in self._shares if each not in {*ended, *promises})
            promises |= {each: self._usual * self._shares[each] for each in fresh}
        if not promises:
            return None
        target = max(promises, key=lambda each: promises[each])
        known = len(self._ledger.keys("judged"))
        visit = Visit(target, known, kept, tuple(promises.items()), self._usual)
        self._ledger.put("visit", key, visit)
        return visit

    def pause(self, target: FunctionId, paused: Paused) -> None:
        """Take note of what the next call for a target promises, and a first one elsewhere."""
        self._promises[target] = paused.promise
        self._usual = paused.elsewhere
