"""Work on the targets of a run by turns, each until another promises more."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codeopt.model.code import FunctionId
from codeopt.model.events import Event, Noted, TargetStarted
from codeopt.pipeline.judge import Case
from codeopt.pipeline.known import is_done
from codeopt.pipeline.optimise import Optimiser
from codeopt.pipeline.rota import Paused, Rota, Visit


@dataclass(slots=True)
class Turns:
    """Hold the work on several targets; ``order`` has the hottest first.

    Work that pauses is a suspended generator. A run that goes on has none: it makes the journalled
    visits again, and what was found in them is in the journal, too.
    """

    optimiser: Optimiser
    cases: Mapping[FunctionId, Case]
    order: tuple[FunctionId, ...]
    _paused: dict[FunctionId, Iterator[Event | Paused]] = field(default_factory=dict)
    _ended: set[FunctionId] = field(default_factory=set)
    _latest: FunctionId | None = None

    def take(self) -> Iterator[Event]:
        """Go on until every target is through or time is up; raise what ended a strategy."""
        optimiser, tools = self.optimiser, self.optimiser.tools
        self._ended.update(each for each in self.order if is_done(tools, each))
        for target in self._ended:
            optimiser.close(target)  # a kill may have come before that
        rota = Rota(tools.ledger, {each: self._share(each, unknown=1.0) for each in self.order})
        while visit := rota.next(self._ended, kept=len(optimiser.kept), begins=self._begins):
            if visit.target in self._ended:
                continue
            if visit.target in self._paused or self._begins:
                yield from self._visit(visit, rota)
        if optimiser.failure is not None:
            raise optimiser.failure
        if left := len(self.order) - len(self._ended):
            targets = "1 target was" if left == 1 else f"{left} targets were"
            yield Noted(f"time is up; {targets} not tried")

    @property
    def _begins(self) -> bool:
        """Tell whether a target may still be begun."""
        return self.optimiser.failure is None and time.monotonic() <= self.optimiser.deadline

    def _visit(self, visit: Visit, rota: Rota) -> Iterator[Event]:
        """Work on a target until it pauses or is through."""
        target, again = visit.target, visit.target in self._paused
        work = self._paused.pop(target, None) or self.optimiser.optimise(self.cases[target])
        self.optimiser.visit = visit
        if target != self._latest:
            yield self._started(target, again=again)
        self._latest = target
        for event in work:
            if isinstance(event, Paused):
                rota.pause(target, event)
                self._paused[target] = work
                return
            yield event
        self._ended.add(target)
        if self.optimiser.failure is None:
            self.optimiser.tools.ledger.put("done", str(target), True)
        yield from self._drop()

    def _drop(self) -> Iterator[Event]:
        """Leave the targets that were rewritten along with the one that is through."""
        for target in self.order:
            if target not in self._ended and is_done(self.optimiser.tools, target):
                self._ended.add(target)
                if self._paused.pop(target, None) is not None:
                    yield self._started(target, again=True)
                    yield self.optimiser.drop(target)

    def _started(self, target: FunctionId, *, again: bool) -> TargetStarted:
        place, share = self.order.index(target) + 1, self._share(target, unknown=0.0)
        return TargetStarted(target, place, len(self.order), share, again)

    def _share(self, target: FunctionId, *, unknown: float) -> float:
        spot = self.optimiser.ground.profile.hotspot(target)
        return spot.share if spot else unknown
