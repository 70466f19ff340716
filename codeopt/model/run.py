"""Values that describe a run as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from codeopt.model.evidence import Attempt, Control, Profile, Recording, Spend
from codeopt.model.review import Exchange, Opinion
from codeopt.model.tree import FunctionTree


@dataclass(frozen=True, slots=True)
class RunMeta:
    """Identify a run: what was asked, of which commit, by which codeopt, with what."""

    run: str
    version: str
    commit: str
    branch: str
    started: str
    targets: tuple[str, ...]
    strategies: tuple[str, ...]
    model: str
    sandbox: str
    min_speedup: float
    settings: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say how a run ended."""

    kept: int
    rejected: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """Say what a run that goes on is doing; times are ISO 8601 in UTC.

    ``since`` is when this start of the run began (a run that was resumed has had others before),
    ``updated`` when the step began that is under way. ``number`` of ``total`` counts targets.
    """

    since: str
    updated: str
    pid: int
    stage: str = ""
    target: str = ""
    number: int = 0
    total: int = 0
    doing: str = ""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Hold everything that is known of a run; ``outcome`` is None while it has not ended."""

    meta: RunMeta
    tests: int = 0
    set_aside: tuple[str, ...] = ()
    profile: Profile | None = None
    recordings: tuple[Recording, ...] = ()
    control: Control | None = None
    control_inside: Control | None = None
    attempts: tuple[Attempt, ...] = ()
    notes: tuple[str, ...] = ()
    outcome: Outcome | None = None
    spend: Spend = field(default_factory=Spend)
    trees: tuple[FunctionTree, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    reviewed: str = ""

    @property
    def branch(self) -> str:
        """Name the branch that holds what is kept: another one once a person has edited a patch."""
        return self.reviewed or self.meta.branch

    @property
    def kept(self) -> tuple[Attempt, ...]:
        """List the attempts that became commits."""
        return tuple(attempt for attempt in self.attempts if attempt.commit)

    @property
    def rejected(self) -> tuple[Attempt, ...]:
        """List the attempts that did not."""
        return tuple(attempt for attempt in self.attempts if not attempt.commit)
