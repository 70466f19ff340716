"""What is reviewed, what was decided, and how to take a decision back. No terminal in here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from codeopt.model.evidence import Attempt
from codeopt.model.review import Choice, Opinion
from codeopt.model.run import RunRecord


class Desk(Protocol):
    """Do what a review asks for beyond deciding."""

    def take_commits(self, attempts: Sequence[Attempt]) -> str:
        """Put patches on the current branch as commits; say what was done."""

    def take_files(self, attempts: Sequence[Attempt]) -> str:
        """Make the changes of patches in the files; say what was done."""

    def open_report(self) -> str:
        """Show the HTML report; say where it is."""


@dataclass(slots=True)
class Review:
    """Go through the kept patches of a run; ``note`` makes a decision durable.

    A patch that depends on one that was rejected is not known by itself: each was judged with those
    before it in place. ``undo`` takes the last decision back.
    """

    record: RunRecord
    note: Callable[[Opinion], None]
    patches: list[Attempt] = field(default_factory=list)
    choices: dict[str, Opinion] = field(default_factory=dict)
    _done: list[tuple[int, Opinion | None]] = field(default_factory=list)

    @classmethod
    def of(
        cls, record: RunRecord, note: Callable[[Opinion], None], earlier: Sequence[Opinion] = ()
    ) -> Review:
        """Return the review of a run, with what was decided in it before."""
        known = {attempt.candidate_digest for attempt in record.kept}
        given = {o.candidate_digest: o for o in earlier if o.candidate_digest in known}
        choices = {digest: o for digest, o in given.items() if o.choice is not Choice.OPEN}
        return cls(record, note, list(record.kept), choices)

    def choice(self, number: int) -> Choice:
        """Return what was decided about a patch."""
        found = self.choices.get(self.patches[number].candidate_digest)
        return found.choice if found else Choice.OPEN

    def decide(self, number: int, choice: Choice, remark: str = "") -> None:
        """Decide about a patch, durably."""
        attempt = self.patches[number]
        opinion = Opinion(
            attempt.target,
            attempt.candidate_digest,
            choice,
            " ".join(remark.split()),
            attempt.strategy,
            attempt.technique,
            self.record.meta.run,
        )
        before = self.choices.get(attempt.candidate_digest)
        self._set(opinion)
        self._done.append((number, before))

    def undo(self) -> int | None:
        """Take the last decision back; return the number of its patch, None where there is none."""
        if not self._done:
            return None
        number, before = self._done.pop()
        attempt = self.patches[number]
        open_ = Opinion(attempt.target, attempt.candidate_digest, Choice.OPEN)
        self._set(before or replace(open_, run=self.record.meta.run))
        return number

    @property
    def accepted(self) -> tuple[Attempt, ...]:
        """List the patches that are accepted, in the order of their commits."""
        return tuple(self._with(Choice.ACCEPTED))

    def count(self, choice: Choice) -> int:
        """Count the patches about which this was decided."""
        return sum(1 for _ in self._with(choice))

    def following(self, number: int) -> int | None:
        """Return the next patch after one that is not decided yet, None where there is none."""
        places = [*range(number + 1, len(self.patches)), *range(number + 1)]
        open_ = (place for place in places if place < len(self.patches))
        return next((p for p in open_ if self.choice(p) is Choice.OPEN), None)

    def tried(self, number: int) -> tuple[Attempt, ...]:
        """List the candidates of the same function that were rejected."""
        target = self.patches[number].target
        return tuple(a for a in self.record.rejected if a.target == target)

    def _with(self, choice: Choice) -> Iterator[Attempt]:
        return (a for n, a in enumerate(self.patches) if self.choice(n) is choice)

    def _set(self, opinion: Opinion) -> None:
        self.note(opinion)
        if opinion.choice is Choice.OPEN:
            self.choices.pop(opinion.candidate_digest, None)
        else:
            self.choices[opinion.candidate_digest] = opinion
