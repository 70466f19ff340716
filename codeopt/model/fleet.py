"""Values of a fleet: many repositories under one budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Interval, Spend


@dataclass(frozen=True, slots=True)
class Member:
    """Name one repository of a fleet: a directory, or what git can clone.

    ``weight`` says what a saved share of its workload is worth beside the others'. ``settings``
    are those of its runs, by name.
    """

    name: str
    source: str
    weight: float = 1.0
    targets: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Allotment:
    """Hold money (US dollars), tokens and wall-clock seconds."""

    usd: float
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Prospect:
    """Hold a function that a run would work on; ``promising``: a known rewrite applies to it."""

    target: FunctionId
    share: float
    promising: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """Hold what is known of a repository before anything is spent on it; ``run`` waits there.

    ``asks`` tells whether the run has a model to ask.
    """

    run: str
    root: str
    prospects: tuple[Prospect, ...] = ()
    asks: bool = True

    @property
    def may_gain(self) -> bool:
        """Tell whether there is anything that the run could propose."""
        return self.asks or any(each.promising for each in self.prospects)


class State(StrEnum):
    """Say what became of a repository.

    WAITING: it failed, and is to be tried again. UNTRIED: the budget was spent before its turn.
    """

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    UNTRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Gain:
    """Hold one kept patch; ``workload`` is the gain of the whole, where it was measured."""

    target: FunctionId
    technique: str
    commit: str
    share: float = 0.0
    speedup: Interval | None = None
    workload: Interval | None = None

    @property
    def saved(self) -> float:
        """Return the share of the workload that the patch saves, by its lower bound."""
        return self.share * max(0.0, 1 - 1 / self.speedup.low) if self.speedup else 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """Hold what became of one repository; ``resumable``: its run can go on another time."""

    state: State
    seconds: float = 0.0
    spend: Spend = field(default_factory=Spend)
    branch: str = ""
    gains: tuple[Gain, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""
    resumable: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold one repository with all that is known of it."""

    member: Member
    survey: Survey | None = None
    allotted: Allotment | None = None
    result: Result | None = None

    @property
    def waits(self) -> bool:
        """Tell whether the repository still has to be worked on."""
        return self.result is None or self.result.state is State.WAITING


@dataclass(frozen=True, slots=True)
class FleetRecord:
    """Hold everything that is known of a fleet; ``seconds`` counts all its starts."""

    members: tuple[Standing, ...]
    budget: Allotment
    seconds: float

    @property
    def spend(self) -> Spend:
        """Return what all runs have spent."""
        return self.spend_beside("")

    def spend_beside(self, name: str) -> Spend:
        """Return what the runs of all but one member have spent."""
        results = (each.result for each in self.members if each.member.name != name)
        return sum((result.spend for result in results if result), Spend())


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Say that a repository was looked at: ``number`` of ``total``."""

    member: Member
    number: int
    total: int
    survey: Survey | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Say that a repository is next, and why: of all that wait most is expected of it."""

    member: Member
    number: int
    total: int
    expected: float
    allotted: Allotment


@dataclass(frozen=True, slots=True)
class Concluded:
    """Say what became of a repository."""

    member: Member
    result: Result


FleetEvent = Surveyed | Chosen | Concluded
