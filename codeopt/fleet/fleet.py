"""Go through the repositories of a fleet: look at all, then spend where most is expected.

Every step is journalled before the next, so that a fleet that was killed goes on: a run that was
under way is resumed under the allotment that it had, and what has ended is not done again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from codeopt.fleet import plan
from codeopt.fleet.results import conclude, failed
from codeopt.ledger import Ledger
from codeopt.model.errors import CodeoptError, Interrupted
from codeopt.model.evidence import Spend
from codeopt.model.fleet import (
    Allotment,
    Chosen,
    Concluded,
    FleetEvent,
    FleetRecord,
    Member,
    Result,
    Standing,
    State,
    Survey,
    Surveyed,
)
from codeopt.model.run import RunRecord

_BEAT = 1.0
_NOTHING_TO_TRY = "no rewrite of the catalogue applies to its hot functions, and no model is asked"
_NOTHING_LEFT = "the budget was spent before its turn came"


class Runs(Protocol):
    """Work on one repository."""

    def survey(self, member: Member) -> Survey:
        """Begin a run and stop after its profile; nothing is spent."""

    def finish(self, member: Member, survey: Survey, allotted: Allotment) -> RunRecord:
        """Take the run to its end; one that has ended is not begun again."""

    def spent(self, member: Member, survey: Survey) -> Spend:
        """Return what the run has spent so far."""


class Stopwatch:
    """Count the seconds of all starts of a fleet; a kill loses one beat of them at most."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger, self._clock = ledger, clock
        self._before = sum(ledger.all("seconds", float))
        self._key = datetime.now(UTC).isoformat()
        self._started = self._noted = clock()

    @property
    def seconds(self) -> float:
        """Return the seconds so far."""
        return self._before + self._clock() - self._started

    def beat(self, *, now: bool = False) -> None:
        """Journal the time, now and then."""
        if now or self._clock() - self._noted >= _BEAT:
            self._noted = self._clock()
            self._ledger.put("seconds", self._key, self._noted - self._started)


@dataclass(slots=True)
class Fleet:
    """Hold the members, what may be spent on all of them, and how one is worked on."""

    members: tuple[Member, ...]
    budget: Allotment
    ledger: Ledger
    runs: Runs
    watch: Stopwatch

    def go(self, *, retry: bool = False) -> Iterator[FleetEvent]:
        """Survey what is new, then run what waits, the most promising first.

        What failed in a way that can pass is tried again, and with ``retry`` whatever failed.
        """
        self._reopen(retry=retry)
        yield from self._surveys()
        while waiting := self._waiting():
            member, survey = waiting[0]
            # a run's own spend counts under its cap, so that one that goes on may be allotted anew
            spent = self.record().spend_beside(member.name)
            rest = plan.left(self.budget, spent, self.watch.seconds)
            if rest.seconds <= 0:
                yield self._conclude(member, Result(State.UNTRIED, problem=_NOTHING_LEFT))
                continue
            if (
                not survey.may_gain and not member.targets
            ):  # tests, recording and all would be done for nothing
                yield self._conclude(member, Result(State.DONE, notes=(_NOTHING_TO_TRY,)))
                continue
            expected = [self._expected(m, s) for m, s in waiting]
            allotted = plan.allot(rest, expected)
            self.ledger.put("allotted", member.name, allotted)
            total = len(self.members)
            number = total - len(waiting) + 1
            yield Chosen(member, number, total, expected[0], allotted)
            yield self._conclude(member, self._result(member, survey, allotted))

    def record(self) -> FleetRecord:
        """Return everything that is known."""
        return FleetRecord(
            tuple(map(self._standing, self.members)), self.budget, self.watch.seconds
        )

    # ------------------------------------------------------------------ steps
    def _reopen(self, *, retry: bool) -> None:
        """Put aside the results that this start shall find anew."""
        for each in self.record().members:
            result = each.result
            if result is None or result.state not in (State.UNTRIED, State.FAILED):
                continue
            if retry or result.resumable or result.state is State.UNTRIED:
                waiting = replace(result, state=State.WAITING)
                self.ledger.put("result", each.member.name, waiting)

    def _surveys(self) -> Iterator[FleetEvent]:
        for number, member in enumerate(self.members, 1):
            standing = self._standing(member)
            time_is_up = self.watch.seconds >= self.budget.seconds
            if standing.survey or not standing.waits or time_is_up:
                continue
            place = (member, number, len(self.members))
            try:
                survey = self.runs.survey(member)
            except Interrupted:
                raise
            except CodeoptError as error:
                result = failed(error, Spend())
                self._conclude(member, result)
                yield Surveyed(*place, None, result.problem)
            else:
                self.ledger.put("survey", member.name, survey)
                yield Surveyed(*place, survey)
            self.watch.beat(now=True)

    def _result(self, member: Member, survey: Survey, allotted: Allotment) -> Result:
        try:
            return conclude(self.runs.finish(member, survey, allotted))
        except Interrupted:
            raise
        except CodeoptError as error:
            return failed(error, self.runs.spent(member, survey))

    def _conclude(self, member: Member, result: Result) -> Concluded:
        self.ledger.put("result", member.name, result)
        self.watch.beat(now=True)
        return Concluded(member, result)

    # ------------------------------------------------------------------ what is known
    def _waiting(self) -> list[tuple[Member, Survey]]:
        """List what can be run: first what was under way, then by what is expected of it."""
        found = []
        for each in map(self._standing, self.members):
            if each.waits and each.survey is not None:
                found.append((each.allotted is None, each.member, each.survey))
            elif each.waits:
                self._conclude(each.member, Result(State.UNTRIED, problem=_NOTHING_LEFT))
        found.sort(key=lambda row: (row[0], -self._expected(row[1], row[2])))
        return [(member, survey) for _, member, survey in found]

    def _expected(self, member: Member, survey: Survey) -> float:
        standings = map(self._standing, self.members)
        known = [(each.survey, each.result) for each in standings if each.survey and each.result]
        return member.weight * plan.learn(known).expected(survey)

    def _standing(self, member: Member) -> Standing:
        get, name = self.ledger.get, member.name
        return Standing(
            member,
            get("survey", name, Survey),
            get("allotted", name, Allotment),
            get("result", name, Result),
        )
