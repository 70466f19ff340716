"""Choose what is worked on next: the target whose next call of a model promises most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codeopt.ledger import Ledger
from codeopt.model.code import FunctionId


@dataclass(frozen=True, slots=True)
class Paused:
    """Say that work on a target can wait here, and what its next call promises.

    ``promise`` is the share of the workload's time that may be saved, for each token.
    """

    promise: float


@dataclass(frozen=True, slots=True)
class Visit:
    """Journal that it is a target's turn, and what all of its next step goes by.

    ``known`` counts the attempts that had been judged, ``kept`` the patches that had been kept.
    ``promises`` are those of the targets that are under way, with the one that is begun next.
    """

    target: FunctionId
    known: int
    kept: int
    promises: tuple[tuple[FunctionId, float], ...] = ()


class Rota:
    """Order the visits of a run: each is journalled, so a run that goes on makes them again.

    Targets are begun in the order of ``shares``, the hottest first. Of a target that was not begun
    nothing is known but its share; its first call is expected to promise what that of the target
    begun last did, for each percent of the workload.
    """

    def __init__(self, ledger: Ledger, shares: Mapping[FunctionId, float]) -> None:
        self._ledger = ledger
        self._shares = shares
        self._promises: dict[FunctionId, float] = {}
        self._usual = 0.0  # what a first call promises for a target that takes all the time
        self._number = 0

    def next(self, done: Iterable[FunctionId], *, kept: int, begins: bool) -> Visit | None:
        """Return the next visit, None after the last; without ``begins`` no target is begun."""
        key, ended = f"{self._number:05d}", frozenset(done)
        self._number += 1
        stored = self._ledger.get("visit", key, Visit)
        if stored is not None:
            return stored
        promises = {each: p for each, p in self._promises.items() if each not in ended}
        fresh = (each for each in self._shares if each not in ended and each not in promises)
        if begins and (first := next(fresh, None)) is not None:
            promises[first] = self._usual * self._shares[first] if promises else 0.0
        if not promises:
            return None
        target = max(promises, key=lambda each: promises[each])
        known = len(self._ledger.keys("judged"))
        visit = Visit(target, known, kept, tuple(promises.items()))
        self._ledger.put("visit", key, visit)
        return visit

    def pause(self, target: FunctionId, promise: float) -> None:
        """Take note of what the next call for a target promises."""
        share = self._shares[target]
        if target not in self._promises and share:
            self._usual = promise / share
        self._promises[target] = promise
