"""Judge what a person made of a patch, and put it into the words of the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace

from codeopt import config
from codeopt.cli import wiring
from codeopt.cli.opened import Subject
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.events import Event
from codeopt.model.evidence import Attempt
from codeopt.model.judgement import Judgement, as_attempt
from codeopt.model.review import Exchange, Kind
from codeopt.ports import Repository
from codeopt.review.progress import progress
from codeopt.review.session import Draft, Tell

_MADE = {Kind.EDIT: "edited by a person", Kind.PART: "taken in part by a person"}


@dataclass(frozen=True, slots=True)
class Making:
    """Judge with the settings of a run; ``confirmed`` confirmations have used up error budget."""

    repository: Repository
    settings: config.Settings
    confirmed: int

    def judged(self, draft: Draft, patch: Patch, kind: Kind, tell: Tell) -> Attempt:
        """Judge a patch that a person made of a draft, on the workload of the run."""
        opened = wiring.open_judge(
            self.repository.root,
            Subject(self.repository, patch, draft.base),
            self.settings,
            speed=True,
            confirmations=self.confirmed,
        )
        with opened as run:
            follow(run.events(), tell)
            return _made_of(draft.attempt, patch, run.judgement(), kind)


def turn(draft: Draft, patch: Patch, kind: Kind, attempt: Attempt, answer: str) -> Exchange:
    """Return what the journal holds of it."""
    made = {each.path: each.after for each in patch.files}
    pairs = [(each, made.get(each.path, each.before)) for each in draft.patch.files]
    changes = (FileChange(each.path, each.after, after) for each, after in pairs)
    said = Patch(tuple(each for each in changes if each.before != each.after)).diff()
    old = draft.attempt
    about = (old.target, old.candidate_digest, kind, said, answer, attempt.decision.keep)
    return Exchange(*about, (attempt.candidate_digest,))


def follow(stream: Generator[Event, None, None], tell: Tell) -> None:
    """Go through a judgement and tell how far it has got."""
    hear = telling(tell)
    with closing(stream):
        for event in stream:
            hear(event)


def telling(tell: Tell) -> Callable[[Event], None]:
    """Return what puts events into words."""

    def hear(event: Event) -> None:
        text = progress(event)
        if text:
            tell(text)

    return hear


def _made_of(old: Attempt, patch: Patch, found: Judgement, kind: Kind) -> Attempt:
    """Return what a person made of a patch: its author stays, and the evidence is its own."""
    text = b"\0".join(part for each in patch.files for part in (each.path.encode(), each.after))
    digest = f"edit:{hashlib.sha256(text).hexdigest()}"
    origin = {"strategy": old.strategy, "technique": old.technique}
    return replace(
        as_attempt(found, digest, old.target, **origin),
        target=old.target,
        diff=patch.diff(),
        explanation=old.explanation,
        model=old.model,
        edited=_MADE[kind],
    )
