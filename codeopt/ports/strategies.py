"""Propose rewrites, and what is known when that is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from codeopt.model.candidate import Candidate
from codeopt.model.code import CodeMap, FunctionId, FunctionInfo
from codeopt.model.evidence import Attempt, Hotspot, Recording, Spend, Verdict
from codeopt.model.insight import Example, Trace
from codeopt.model.tree import ChildCalls, Examined, FunctionTree


class Graph(Protocol):
    """Tell who calls whom in a repository, as far as names tell."""

    def callees(self, function: FunctionId) -> tuple[FunctionId, ...]:
        """Return the functions of the repository that a function calls."""

    def callers(self, function: FunctionId) -> tuple[FunctionId, ...]:
        """Return the functions that are known to call a function."""

    def possible_callers(self, name: str) -> tuple[FunctionId, ...]:
        """Return the functions that call something of that bare name."""


Outcomes = tuple[str | None, ...]


class Examiner(Protocol):
    """Run drafts of one target in the sandbox on behalf of a strategy, which runs no code itself.

    A draft is a candidate that is not meant to be faster: the target with parts of it moved into
    new module-level functions. What was found out once is not found out again.
    """

    def certify(self, draft: Candidate) -> Verdict:
        """Say whether a draft behaves as the original on all known inputs; speed plays no part."""

    def calls(self, draft: Candidate, children: Sequence[str]) -> tuple[ChildCalls, ...]:
        """Record what reaches each child while a draft runs the recorded calls."""

    def compare(self, draft: Candidate, child: str, changed: Candidate) -> Examined:
        """Compare a draft in which one child was changed with the draft, on the child's inputs."""

    def outcomes(self, draft: Candidate, child: str, changed: Candidate) -> Outcomes:
        """Name how each recorded input of the child ends; None where that cannot be compared."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Hand a target to a strategy with all that is known about it.

    ``sources`` maps paths to the bytes that there were when this round of work began.
    ``context_tokens`` is the room for surroundings in a prompt. ``liking`` says by how much
    techniques gained more, or less, than is usual in this run (log ratios). ``examples`` are
    rewrites that were kept elsewhere. ``trace`` is what a few recorded calls did, where a strategy
    wants it. ``examiner``: None where nothing can be run. ``guidance`` is what a person asks of the
    rewrite.
    """

    target: FunctionInfo
    code: CodeMap
    sources: Mapping[str, bytes]
    hotspot: Hotspot | None = None
    recording: Recording | None = None
    history: tuple[Attempt, ...] = ()
    project_packages: frozenset[str] = frozenset()
    graph: Graph | None = None
    context_tokens: int = 2_000
    liking: Mapping[str, float] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    trace: Trace | None = None
    examiner: Examiner | None = None
    guidance: str = ""

    @property
    def share(self) -> float:
        """Return the share of the workload's time that passes in the target; 1 if it is unknown."""
        return self.hotspot.share if self.hotspot else 1.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hold what a strategy offers: a candidate, or the reason why an answer gave none.

    ``tree`` is the state of a function tree after a step, which may be all that there is to tell.
    ``goes_on`` says that the next proposal does not depend on what is found about this one, so that
    both may be verified at once. A ``promise`` stands alone: the next step asks a model, and may
    save so much of the workload's time for each token; other targets may be worked on first. A
    first call for one of them may save ``elsewhere`` of its own time for each token.
    """

    candidate: Candidate | None
    attempt: Attempt | None = None
    spend: Spend = field(default_factory=Spend)
    tree: FunctionTree | None = None
    goes_on: bool = False
    promise: float | None = None
    elsewhere: float = 0.0


class Strategy(Protocol):
    """Propose candidates; never decide and never run code."""

    name: str

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield proposals; the caller may stop at any time (budget, good enough)."""

    def observe(self, attempt: Attempt) -> None:
        """Learn what the judge found about a candidate, which may be of another target."""
