"""Do what a review asks for: read, edit, judge, ask a model, take patches, show the report."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from codeopt import keep
from codeopt.cli import rounds, wiring
from codeopt.cli.making import Making, follow, telling, turn
from codeopt.cli.reviewing import OpenReview
from codeopt.model.candidate import Patch
from codeopt.model.errors import NoTargetsError, PreconditionError
from codeopt.model.evidence import Attempt, Decision, Profile
from codeopt.model.reasons import Code, Reason
from codeopt.model.review import Exchange, Kind
from codeopt.model.run import RunRecord
from codeopt.pipeline.attempts import is_confirmed
from codeopt.pipeline.survey import Survey
from codeopt.report import phrases
from codeopt.report.html import page
from codeopt.review.session import Draft, Tell
from codeopt.runs import scratch


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """Implement the Desk of a review on a run and its repository."""

    opened: OpenReview

    def take_commits(self, attempts: Sequence[Attempt]) -> str:
        """Put patches on the current branch as commits."""
        tip = self.opened.checkout.take_commits(_commits(attempts))
        where = self.opened.repository.status().branch or "HEAD"
        return f"{where} is at {tip[:12]} now, with {phrases.patches(len(attempts))} as commits."

    def take_files(self, attempts: Sequence[Attempt]) -> str:
        """Make the changes of patches in the files."""
        self.opened.checkout.take_files(_commits(attempts))
        return f"{phrases.patches(len(attempts))} changed your files; nothing is committed."

    def open_report(self) -> str:
        """Write the HTML report beside the run, and show it where there is a display."""
        file = self.opened.directory.path / "report.html"
        file.write_text(page.render(self.record()), "utf-8")
        if sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
            webbrowser.open(file.as_uri())
        return f"The report is {file}"

    def record(self) -> RunRecord:
        """Return the run as it is now."""
        return self.opened.ledger.record()

    # ------------------------------------------------------------------ another version of a patch
    def draft(self, attempt: Attempt, others: Sequence[Attempt]) -> Draft:
        """Put a patch on top of the others that go in."""
        if self.opened.record.outcome is None:
            text = "the run has not ended, so its patches cannot be changed yet"
            raise PreconditionError(text, hint="go on with it first: codeopt run --resume")
        checkout = self.opened.checkout
        base = checkout.rebuild(_commits(others), self.opened.meta.commit)
        tip = checkout.rebuild(_commits([attempt]), base)
        return Draft(attempt, base, Patch(self.opened.repository.changes(base, tip)))

    def edit(self, draft: Draft) -> Patch | None:
        """Let the person edit the files of a draft."""
        return wiring.edit(draft.patch)

    def judge(self, draft: Draft, patch: Patch, kind: Kind, tell: Tell) -> Exchange:
        """Judge what a person made of a draft with the settings and the workload of the run."""
        opened, old = self.opened, draft.attempt
        confirmed = sum(map(is_confirmed, self.record().attempts))
        subject = Making(opened.repository, opened.settings, confirmed)
        attempt = subject.judged(draft, patch, kind, tell)
        if attempt.decision.keep:
            attempt = self._replace(draft, patch, attempt)
            answer = phrases.verdict(attempt)
        else:
            opened.ledger.put("attempt", f"{old.target} edit {self._next()}", attempt)
            answer = phrases.rejection(attempt)
        return self._note(turn(draft, patch, kind, attempt, answer))

    def ask(self, draft: Draft, remark: str, tell: Tell) -> Exchange:
        """Have a model rewrite the function once more, on top of the other patches."""
        number = self._next()
        outcome = rounds.hold(self.opened, draft, remark, number, telling(tell))
        old = draft.attempt
        first = sorted(outcome.attempts, key=lambda each: each.commit is None)  # what is kept
        answers = tuple(dict.fromkeys(each.candidate_digest for each in first))
        kept = any(each.commit for each in first)
        about = (old.target, old.candidate_digest, Kind.REMARK, remark, outcome.answer, kept)
        return self._note(Exchange(*about, answers, outcome.model))

    def profile(self, attempts: Sequence[Attempt], tell: Tell) -> Profile:
        """Profile the workload with some patches in place."""
        opened = self.opened
        commit = opened.checkout.rebuild(_commits(attempts), opened.meta.commit)
        root = opened.repository.root
        with scratch() as directory:
            tools = wiring.instruments(opened.repository, opened.settings, directory, start=root)
            with suppress(NoTargetsError):  # nothing may be hot any more
                follow(Survey(tools, commit).run(), tell)
        found = tools.ledger.get("profile", "", Profile)
        if found is None:
            raise PreconditionError("the workload was not profiled")
        opened.ledger.put("profile-after", commit, found)
        return found

    # ------------------------------------------------------------------ parts
    def _replace(self, draft: Draft, patch: Patch, attempt: Attempt) -> Attempt:
        """Commit what is kept to a branch of its own, and put it in the place of the old patch."""
        ledger, repository, meta = self.opened.ledger, self.opened.repository, self.opened.meta
        number, old = self._next(), draft.attempt
        branch = replace(meta, branch=f"{meta.branch}-{number}")
        commit = keep.commit(repository, meta, attempt, patch, tip=draft.base)
        attempt = replace(attempt, commit=commit)
        key = next(k for k, a in self._attempts() if a.candidate_digest == old.candidate_digest)
        keep.publish(repository, branch, commit, tip=meta.commit)
        ledger.put("reviewed", "", branch.branch)
        reason = Reason(Code.SUPERSEDED, f"{attempt.edited.partition(' ')[0]}, it is kept instead")
        before = replace(old, commit=None, decision=Decision(False, reason))
        ledger.put("attempt", f"{key} before {number}", before)
        ledger.put("attempt", key, attempt)
        return attempt

    def _attempts(self) -> tuple[tuple[str, Attempt], ...]:
        return self.opened.ledger.items("attempt", Attempt)

    def _next(self) -> int:
        """Number what comes of the review; the run's own patches are number 1."""
        return len(self.opened.ledger.all("exchange", Exchange)) + 2

    def _note(self, exchange: Exchange) -> Exchange:
        self.opened.ledger.put("exchange", f"{self._next():04d}", exchange)
        return exchange


def _commits(attempts: Sequence[Attempt]) -> list[str]:
    return [each.commit for each in attempts if each.commit]
