"""The full-screen review, driven with textual's own pilot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

pytest.importorskip("textual")

from textual.pilot import Pilot
from textual.widgets import ListView, Static

from codeopt.adapters.sqlite_journal import MemoryJournal
from codeopt.ledger import Ledger
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.model.evidence import Attempt
from codeopt.model.review import Choice
from codeopt.opinions import Opinions
from codeopt.review.screen import ReviewApp
from codeopt.review.session import Review
from tests.support import values

DIFF = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n def f(x):\n-    return x + 0\n+    return x\n"


@dataclass
class Desk:
    """Note what is taken; ``refusal`` is raised instead."""

    refusal: PreconditionError | None = None
    taken: list[tuple[str, list[str]]] = field(default_factory=list)

    def take_commits(self, attempts: Sequence[Attempt]) -> str:
        return self._take("commits", attempts)

    def take_files(self, attempts: Sequence[Attempt]) -> str:
        return self._take("files", attempts)

    def open_report(self) -> str:
        return "the report"

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
        review = Review.of(values.record(*kept, tried), opinions.give)
        stand = desk or Desk()
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
