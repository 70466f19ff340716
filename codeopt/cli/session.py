"""What a coding agent may ask of codeopt: it proposes, the judge rules, and only that is kept."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

from codeopt import keep
from codeopt.cli import wiring
from codeopt.cli.opened import Subject
from codeopt.cli.stored import Stored
from codeopt.ledger import Ledger
from codeopt.model.candidate import Patch
from codeopt.model.errors import UsageError
from codeopt.model.events import Event
from codeopt.model.evidence import Attempt, Profile
from codeopt.model.judgement import OPEN, Judgement, Rewrite, as_attempt
from codeopt.model.run import Outcome
from codeopt.pipeline.survey import Shown, Survey
from codeopt.report import judgement as judgements
from codeopt.report.json import profile as profile_document
from codeopt.runs import scratch

Document = dict[str, Any]
Tell = Callable[[Event], None]
_MOST_TEXT = 1 << 20


@dataclass(frozen=True, slots=True)
class Submitted:
    """Bind a judgement to the exact bytes that were judged, and to the commit they change."""

    base: str
    patch: Patch | None
    attempt: Attempt | None
    document: Document


@dataclass(slots=True)
class Session:
    """Answer one client after the other; ``stored.meta.commit`` is where it starts.

    All candidates of a session share one error budget, so that asking often gains nothing: each
    confirmation raises the bar for the next, as in ``codeopt run``.
    """

    path: Path
    flags: dict[str, Any]
    stored: Stored
    tip: str = ""
    confirmations: int = 0
    _submitted: dict[str, Submitted] = field(default_factory=dict)
    _settled: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _surveys: dict[str, Ledger] = field(default_factory=dict)
    _busy: Lock = field(default_factory=Lock)
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.tip = self.stored.meta.commit

    def profile(self, tell: Tell) -> Document:
        """Say where the time goes."""
        with self._busy:
            found = self._survey(tell).all("profile", Profile)[0]
            return {"commit": self.tip, **profile_document(found)}

    def targets(self, tell: Tell, *, limit: int = 5) -> Document:
        """Show the hottest functions, each with its text and its surroundings."""
        with self._busy:
            shown = self._survey(tell).all("shown", Shown)[: max(1, limit)]
        functions = [
            {
                "target": str(each.target),
                "own_share": round(each.own_share, 4),
                "cumulative_share": round(each.cumulative_share, 4),
                "code": each.code,
                "context": each.context,
            }
            for each in shown
        ]
        return {"commit": self.tip, "targets": functions}

    def submit(self, tell: Tell, *, target: str, code: str, explanation: str = "") -> Document:
        """Judge a rewritten function; what was settled of the same text is not asked again."""
        if len(code) > _MOST_TEXT:
            raise UsageError(f"the code has {len(code):,} characters", hint="1 MB is the most")
        with self._busy:
            asked = (self.tip, target, code)
            if asked in self._settled:
                return self._submitted[self._settled[asked]].document
            found, patch = self._judge(tell, target, code)
            name = secrets.token_hex(8)
            self._submitted[name] = self._bound(name, found, patch, explanation)
            if found.reason is None or found.reason.code not in OPEN:
                self._settled[asked] = name
            self._note(name)
            return self._submitted[name].document

    def keep(self, *, candidate: str) -> Document:
        """Commit a candidate that was ruled "keep" here, byte for byte, to the session's branch."""
        with self._busy:
            known = self._submitted.get(candidate)
            if known is None:
                raise UsageError(f"there is no candidate {candidate!r}", hint="submit it first")
            attempt, patch = known.attempt, known.patch
            if attempt is None or patch is None or not attempt.decision.keep:
                verdict = known.document["verdict"]
                raise UsageError(f"candidate {candidate} is not to be kept: {verdict}")
            if attempt.commit is None:
                attempt = self._commit(candidate, known, attempt, patch)
            branch = self.stored.meta.branch
            use = f"git merge {branch}"
            return {"commit": attempt.commit, "branch": branch, "use": use}

    # ------------------------------------------------------------------ steps
    def _survey(self, tell: Tell) -> Ledger:
        """Profile the commit at the tip, once."""
        if self.tip not in self._surveys:
            repository = self.stored.repository
            settings = wiring.load_settings(repository.root, self.flags)
            with scratch() as directory:
                tools = wiring.instruments(repository, settings, directory, start=self.path)
                _follow(Survey(tools, self.tip).run(), tell)
            self._surveys[self.tip] = tools.ledger
        return self._surveys[self.tip]

    def _judge(self, tell: Tell, target: str, code: str) -> tuple[Judgement, Patch | None]:
        subject = Subject(self.stored.repository, Rewrite(target, code), self.tip)
        opened = wiring.open_judge(
            self.path, subject, self.flags, speed=True, confirmations=self.confirmations
        )
        with opened as run:
            _follow(run.events(), tell)
        found = run.judgement()
        self.confirmations += sum(each.is_confirmed for each in found.findings)
        return found, run.ledger.get("patch", "", Patch)

    def _bound(
        self, name: str, found: Judgement, patch: Patch | None, explanation: str
    ) -> Submitted:
        document = {"candidate": name, "base": self.tip, **judgements.document(found)}
        return Submitted(self.tip, patch, _attempt(name, found, patch, explanation), document)

    def _commit(self, name: str, known: Submitted, attempt: Attempt, patch: Patch) -> Attempt:
        if known.base != self.tip:
            text = f"candidate {name} was judged before another one was kept"
            raise UsageError(text, hint="submit it again: it is judged on top of that")
        repository, meta = self.stored.repository, self.stored.meta
        commit = keep.commit(repository, meta, attempt, patch, tip=self.tip)
        keep.publish(repository, meta, commit, tip=self.tip)
        attempt = replace(attempt, commit=commit)
        self._submitted[name] = replace(known, attempt=attempt)
        self.tip = commit
        self._note(name)
        return attempt

    def _note(self, name: str) -> None:
        """Journal a candidate, so that ``codeopt report`` shows what an agent tried."""
        attempt = self._submitted[name].attempt
        if attempt is None:
            return
        ledger = self.stored.ledger
        ledger.put("attempt", name, attempt)
        attempts = ledger.all("attempt", Attempt)
        kept = sum(1 for each in attempts if each.commit)
        seconds = time.monotonic() - self._started
        ledger.put("outcome", "", Outcome(kept, len(attempts) - kept, seconds))


def _attempt(name: str, found: Judgement, patch: Patch | None, explanation: str) -> Attempt | None:
    """Turn a judgement into the evidence that a commit message carries."""
    if not found.findings:
        return None
    target = found.findings[0].target
    attempt = as_attempt(found, name, target, strategy="agent", technique="submitted")
    return replace(attempt, diff=patch.diff() if patch else "", explanation=explanation)


def _follow(stream: Generator[Event, None, None], tell: Tell) -> None:
    with closing(stream):
        for event in stream:
            tell(event)
