"""Look at candidates before their turn: those of a round do not depend on each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from codeopt.model.candidate import Candidate, Patch
from codeopt.pipeline.judge import Case, Foreseen, Judge
from codeopt.ports import Executor, Proposal


@dataclass(frozen=True, slots=True)
class Submission:
    """Hold a proposal under its key in the journal, and what was foreseen of it, if anything was.

    ``begun`` counts the patches that had been kept when its round was begun.
    """

    key: str
    proposal: Proposal
    foreseen: Foreseen | None = None
    begun: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Hold a candidate of a round that is to be verified."""

    key: str
    candidate: Candidate
    patch: Patch


def rounds(proposals: Iterable[Proposal]) -> Iterator[list[Proposal]]:
    """Gather proposals that do not wait for what is found about each other."""
    together: list[Proposal] = []
    for proposal in proposals:
        together.append(proposal)
        if not proposal.goes_on:
            yield together
            together = []
    if together:
        yield together


def foresee(
    judge: Judge, executor: Executor, case: Case, waiting: Collection[Waiting]
) -> dict[str, Foreseen]:
    """Verify candidates at once, as many as there are workers; nothing is measured meanwhile."""

    def check(each: Waiting) -> Foreseen:
        return judge.foresee(case, each.patch, each.candidate.declared)

    found = executor.map(check, waiting)
    return {each.key: foreseen for each, foreseen in zip(waiting, found, strict=True)}
