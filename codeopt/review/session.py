"""What is reviewed, what was decided, and how to take a decision back. No terminal in here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from codeopt.model.candidate import Patch
from codeopt.model.evidence import Attempt, Profile
from codeopt.model.review import Choice, Exchange, Kind, Opinion
from codeopt.model.run import RunRecord

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a patch as it stands on top of ``base``: the other patches that go in, and nothing else.

    ``base`` is a commit.
    """

    attempt: Attempt
    base: str
    patch: Patch


class Desk(Protocol):
    """Do what a review asks for beyond deciding.

    What can't be done raises PreconditionError or UsageError, and has changed nothing.
    """

    def take_commits(self, attempts: Sequence[Attempt]) -> str:
        """Put patches on the current branch as commits; say what was done."""

    def take_files(self, attempts: Sequence[Attempt]) -> str:
        """Make the changes of patches in the files; say what was done."""

    def open_report(self) -> str:
        """Show the HTML report; say where it is."""

    def draft(self, attempt: Attempt, others: Sequence[Attempt]) -> Draft:
        """Put a patch on top of the others that go in."""

    def edit(self, draft: Draft) -> Patch | None:
        """Let the person edit the files of a draft; None where nothing was changed."""

    def judge(self, draft: Draft, patch: Patch, kind: Kind, tell: Tell) -> Exchange:
        """Judge what a person made of a draft, as the run judged it; what is kept replaces it."""

    def ask(self, draft: Draft, remark: str, tell: Tell) -> Exchange:
        """Have a model rewrite the function of a draft once more; what is kept stands beside it."""

    def profile(self, attempts: Sequence[Attempt], tell: Tell) -> Profile:
        """Profile the workload with some patches in place."""

    def record(self) -> RunRecord:
        """Return the run as it is now."""


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
    _done: list[tuple[str, dict[str, Opinion]]] = field(default_factory=list)

    @classmethod
    def of(
        cls, record: RunRecord, note: Callable[[Opinion], None], earlier: Sequence[Opinion] = ()
    ) -> Review:
        """Return the review of a run, with what was decided in it before."""
        known = {attempt.candidate_digest for attempt in record.kept}
        given = {o.candidate_digest: o for o in earlier if o.candidate_digest in known}
        choices = {digest: o for digest, o in given.items() if o.choice is not Choice.OPEN}
        return cls(record, note, _in_order(record), choices)

    def refresh(self, record: RunRecord) -> None:
        """Take in what was kept since."""
        self.record, self.patches = record, _in_order(record)

    def place(self, digest: str, default: int = 0) -> int:
        """Return the number of the patch with a digest."""
        places = (n for n, each in enumerate(self.patches) if each.candidate_digest == digest)
        return next(places, min(default, len(self.patches) - 1))

    def made(self, exchange: Exchange) -> int | None:
        """Return the number of the patch that came of an exchange, None where none was kept."""
        kept = {each.candidate_digest: n for n, each in enumerate(self.patches)}
        found = (kept[name] for name in exchange.answers if name in kept)
        return next(found, None) if exchange.kept else None

    def choice(self, number: int) -> Choice:
        """Return what was decided about a patch."""
        found = self.choices.get(self.patches[number].candidate_digest)
        return found.choice if found else Choice.OPEN

    def decide(self, number: int, choice: Choice, remark: str = "") -> None:
        """Decide about a patch, durably.

        Of the patches of one function only one goes in: accepting it passes the others over.
        """
        attempt = self.patches[number]
        self._done.append((attempt.candidate_digest, dict(self.choices)))
        self._set(replace(self._opinion(attempt, choice), remark=" ".join(remark.split())))
        for other in self.rivals(number) if choice is Choice.ACCEPTED else ():
            if self.choice(other) in (Choice.OPEN, Choice.ACCEPTED):
                self._set(self._opinion(self.patches[other], Choice.PASSED_OVER))

    def undo(self) -> int | None:
        """Take the last decision back; return the number of its patch, None where there is none."""
        if not self._done:
            return None
        digest, before = self._done.pop()
        for attempt in self.patches:
            name = attempt.candidate_digest
            if self.choices.get(name) != before.get(name):
                self._set(before.get(name) or self._opinion(attempt, Choice.OPEN))
        return self.place(digest)

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

    def rivals(self, number: int) -> tuple[int, ...]:
        """List the other patches of the same function."""
        target = self.patches[number].target
        return tuple(n for n, a in enumerate(self.patches) if n != number and a.target == target)

    def others(self, number: int) -> tuple[Attempt, ...]:
        """List the patches of other functions that go in: accepted ones, else those still open."""
        chosen: dict[str, tuple[bool, Attempt]] = {}
        for place, attempt in enumerate(self.patches):
            choice, target = self.choice(place), str(attempt.target)
            if attempt.target == self.patches[number].target:
                continue
            if choice not in (Choice.OPEN, Choice.ACCEPTED):
                continue
            if target not in chosen or choice is Choice.ACCEPTED:
                chosen[target] = (choice is Choice.ACCEPTED, attempt)
        return tuple(attempt for _, attempt in chosen.values())

    def _opinion(self, attempt: Attempt, choice: Choice) -> Opinion:
        origin = (attempt.strategy, attempt.technique, self.record.meta.run)
        return Opinion(attempt.target, attempt.candidate_digest, choice, "", *origin)

    def _with(self, choice: Choice) -> Iterator[Attempt]:
        return (a for n, a in enumerate(self.patches) if self.choice(n) is choice)

    def _set(self, opinion: Opinion) -> None:
        self.note(opinion)
        if opinion.choice is Choice.OPEN:
            self.choices.pop(opinion.candidate_digest, None)
        else:
            self.choices[opinion.candidate_digest] = opinion


def _in_order(record: RunRecord) -> list[Attempt]:
    """List the kept patches in the order of their commits, those of one function side by side."""
    first: dict[str, int] = {}
    for attempt in record.kept:
        first.setdefault(str(attempt.target), len(first))
    return sorted(record.kept, key=lambda attempt: first[str(attempt.target)])
