"""The full-screen review, driven with textual's own pilot."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

pytest.importorskip("textual")

from textual.pilot import Pilot
from textual.widgets import ListView, Static

from codeopt.adapters.sqlite_journal import MemoryJournal
from codeopt.ledger import Ledger
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.evidence import Attempt, Profile
from codeopt.model.review import Choice, Exchange, Kind
from codeopt.model.run import RunRecord
from codeopt.opinions import Opinions
from codeopt.review.screen import ReviewApp
from codeopt.review.session import Draft, Review, Tell
from tests.support import values

PATCH = Patch(
    (
        FileChange(
            "x.py",
            b"def f(x):\n    return x + 0\n\n\ndef g(x):\n    return x + 0\n",
            b"def f(x):\n    return x\n\n\ndef g(x):\n    return x\n",
        ),
    )
)
DIFF = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n def f(x):\n-    return x + 0\n+    return x\n"


@dataclass
class Desk:
    """Note what is taken; ``refusal`` is raised instead. ``made`` is what a person edits."""

    refusal: PreconditionError | None = None
    made: Patch | None = None
    attempts: tuple[Attempt, ...] = ()
    said: list[Exchange] = field(default_factory=list)
    waits: threading.Event = field(default_factory=threading.Event)
    taken: list[tuple[str, list[str]]] = field(default_factory=list)

    def take_commits(self, attempts: Sequence[Attempt]) -> str:
        return self._take("commits", attempts)

    def take_files(self, attempts: Sequence[Attempt]) -> str:
        return self._take("files", attempts)

    def open_report(self) -> str:
        return "the report"

    def draft(self, attempt: Attempt, others: Sequence[Attempt]) -> Draft:
        return Draft(attempt, "c" * 40, PATCH)

    def edit(self, draft: Draft) -> Patch | None:
        return self.made

    def judge(self, draft: Draft, patch: Patch, kind: Kind, tell: Tell) -> Exchange:
        """Keep what is made of a patch, but for what holds WRONG."""
        tell("comparing the two versions")
        old, text = draft.attempt, patch.files[0].after.decode()
        kept = "WRONG" not in text
        if kept:
            made = replace(old, candidate_digest="edited", edited="edited by a person")
            self.attempts = tuple(made if each == old else each for each in self.attempts)
        about = (old.target, old.candidate_digest, kind, text, "1.6× faster" if kept else "differs")
        return self._said(Exchange(*about, kept, ("edited",) if kept else ()))

    def ask(self, draft: Draft, remark: str, tell: Tell) -> Exchange:
        """Keep another rewrite beside the old one; wait to be stopped where that is the remark."""
        if remark == "wait":
            self.waits.set()
            while True:
                time.sleep(0.01)
                tell("waiting")
        old = draft.attempt
        name = f"another for {remark}"
        self.attempts = (*self.attempts, replace(old, candidate_digest=name))
        about = (old.target, old.candidate_digest, Kind.REMARK, remark, "1.5× faster")
        return self._said(Exchange(*about, True, (name,), "scripted"))

    def profile(self, attempts: Sequence[Attempt], tell: Tell) -> Profile:
        raise UsageError("[no] workload", hint="name one")

    def record(self) -> RunRecord:
        return values.record(*self.attempts, exchanges=tuple(self.said))

    def _said(self, exchange: Exchange) -> Exchange:
        self.said.append(exchange)
        return exchange

    def _take(self, how: str, attempts: Sequence[Attempt]) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.taken.append((how, [each.candidate_digest for each in attempts]))
        return "taken"


@dataclass
class Stand:
    """Hold a review on a screen, and what was stored."""

    opinions: Opinions
    desk: Desk
    review: Review
    app: ReviewApp

    @classmethod
    def build(cls, desk: Desk | None = None) -> Stand:
        """Put three patches up, one of them with a hostile name."""
        names = ["f", "[bold]g[/bold]\x1b[31m", "h"]
        kept = [
            replace(
                values.kept(diff=DIFF, explanation="[red]why[/red] \x1b"),
                candidate_digest=digest,
                target=FunctionId("x.py", name),
            )
            for digest, name in zip("abc", names, strict=True)
        ]
        tried = replace(values.rejected(), target=FunctionId("x.py", "f"))
        opinions = Opinions(Ledger(MemoryJournal()), Ledger(MemoryJournal()))
        stand = desk or Desk()
        stand.attempts = (*kept, tried)
        review = Review.of(stand.record(), opinions.give)
        return cls(opinions, stand, review, ReviewApp(review, stand))

    def drive(self, steps: Callable[[Pilot[None]], Awaitable[None]], width: int = 100) -> None:
        """Open the screen, take steps, and see it closed."""

        async def drive() -> None:
            async with self.app.run_test(size=(width, 40)) as pilot:
                await pilot.pause()
                await steps(pilot)

        asyncio.run(drive())

    def text(self, name: str) -> str:
        """Return what a part of the screen holds."""
        return str(self.app.query_one(f"#{name}", Static).content)


def test_accept_reject_with_a_remark_undo_and_take() -> None:
    stand = Stand.build()

    async def steps(pilot: Pilot[None]) -> None:
        assert "1.42× faster" in stand.text("verdict")
        assert "slower (try another)" in stand.text("tried")
        assert not stand.app._is_wide()
        await pilot.press("a")
        assert stand.app.query_one(ListView).index == 1
        await pilot.press("r", *"no", "space", *"sets", "enter")
        assert stand.app.query_one(ListView).index == 2
        await pilot.press("a", "u")
        assert stand.review.choice(2) is Choice.OPEN
        await pilot.press("r", "escape", "q")
        await pilot.press("down", "enter")

    stand.drive(steps)
    assert not stand.app.is_running
    assert stand.desk.taken == [("commits", ["a"])]
    (rejected,) = stand.opinions.rejected()
    assert (rejected.candidate_digest, rejected.remark) == ("b", "no sets")


def test_a_change_that_does_not_fit_keeps_the_review_open() -> None:
    refused = PreconditionError("[x] does not fit", hint="commit your changes")
    stand = Stand.build(Desk(refused))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("a", "q", "down", "down", "enter")
        await pilot.pause()
        assert stand.app.is_running
        assert [note.message for note in stand.app._notifications] == [
            "[x] does not fit; commit your changes"
        ]
        await pilot.press("q", "enter")  # not now

    stand.drive(steps)
    assert stand.desk.taken == []
    assert stand.review.choice(0) is Choice.ACCEPTED


def test_the_form_of_the_diff_follows_the_width_until_chosen() -> None:
    stand = Stand.build()

    async def steps(pilot: Pilot[None]) -> None:
        sides = [stand.app._is_wide()]
        await pilot.press("d", "question_mark", "escape", "s", "s", "s")
        sides.append(stand.app._is_wide())
        assert sides == [True, False]
        assert stand.app.query_one(ListView).index == 0
        await pilot.press("q")

    stand.drive(steps, width=180)


async def done(stand: Stand, pilot: Pilot[None]) -> None:
    """Wait until a job beside the screen has ended and the screen shows what came of it."""
    await stand.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


def edit_of(text: bytes) -> Patch:
    (file,) = PATCH.files
    return Patch((replace(file, after=text),))


def test_an_edit_that_is_kept_replaces_the_patch_and_one_that_is_not_shows_why() -> None:
    stand = Stand.build(Desk(made=edit_of(b"def f(x):\n    return WRONG\n")))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        await done(stand, pilot)
        assert [each.message for each in stand.app._notifications] == [
            "the patch stays as it was: differs"
        ]
        assert [a.candidate_digest for a in stand.review.patches] == ["a", "b", "c"]
        stand.desk.made = edit_of(b"def f(x):\n    return (x)\n")
        await pilot.press("e")
        await done(stand, pilot)
        assert [a.candidate_digest for a in stand.review.patches] == ["edited", "b", "c"]
        assert "edited by a person" in stand.text("evidence")
        assert "1.6× faster" in stand.text("talk")
        stand.desk.made = None
        await pilot.press("e", "q")

    stand.drive(steps)


def test_a_rejection_with_a_remark_leads_to_another_patch_beside_it() -> None:
    stand = Stand.build()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("r", *"loops", "ctrl+r")
        await done(stand, pilot)
        found = [a.candidate_digest for a in stand.review.patches]
        assert found == ["a", "another for loops", "b", "c"]
        assert stand.app.query_one(ListView).index == 1
        assert "one of them goes in" in stand.app.sub_title
        assert "a person asked: loops" in stand.text("talk")
        await pilot.press("m", "enter", *"more", "enter")  # an empty remark asks nothing
        await done(stand, pilot)
        await pilot.press("a", "q", "enter")

    stand.drive(steps)
    assert [each.said for each in stand.desk.said] == ["loops", "more"]
    (rejected,) = stand.opinions.rejected()
    assert (rejected.candidate_digest, rejected.remark) == ("a", "loops")
    assert [a.candidate_digest for a in stand.review.accepted] == ["another for more"]


def test_a_part_is_judged_and_a_job_can_be_stopped() -> None:
    stand = Stand.build()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("f", "j", "down", "space", "j")  # j alone: nothing is chosen yet
        await done(stand, pilot)
        (exchange,) = stand.desk.said
        assert exchange.kind is Kind.PART
        assert exchange.said == PATCH.files[0].before.decode()[::-1].replace("0 + ", "", 1)[::-1]
        await pilot.press("m", *"wait", "enter")
        await asyncio.to_thread(stand.desk.waits.wait, 30)
        await pilot.press("escape")
        await done(stand, pilot)
        await pilot.press("p")
        await done(stand, pilot)
        told = [each.message for each in stand.app._notifications]
        assert told[-2:] == ["stopped", "[no] workload; name one"]
        await pilot.press("q")

    stand.drive(steps)
