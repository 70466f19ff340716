"""The review in full screen: the patches at the left, what is known of one at the right."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import ClassVar, TypeVar

from rich.text import Text
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.notifications import SeverityLevel
from textual.widgets import (
    Footer,
    Header,
    Label,
    ListItem,
    ListView,
    Static,
    TabbedContent,
    TabPane,
)

from codeopt.model.candidate import Patch
from codeopt.model.errors import CodeoptError, Interrupted, PreconditionError
from codeopt.model.evidence import Profile
from codeopt.model.review import Choice, Exchange, Kind
from codeopt.report import phrases
from codeopt.report.printing import printable
from codeopt.review import describe
from codeopt.review.dialogs import (
    HelpDialog,
    PartsDialog,
    Remark,
    RemarkDialog,
    TakeDialog,
    WorkDialog,
)
from codeopt.review.diff import DARK, LIGHT, side_by_side, unified
from codeopt.review.parts import Part, only, parts
from codeopt.review.session import Desk, Draft, Review, Tell
from codeopt.review.tabs import TABS, listed, profile

T = TypeVar("T")

_MARKS = {
    Choice.ACCEPTED: "✓",
    Choice.REJECTED: "✗",
    Choice.PASSED_OVER: "–",
    Choice.OPEN: "·",
}
_WIDE = 150


class ReviewApp(App[None]):
    """Show a review; decisions are durable as soon as they are made."""

    TITLE = "codeopt review"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #patches { width: 25%; max-width: 40; border-right: solid $primary; }
    #verdict { padding: 0 1; color: $success; text-style: bold; height: auto; }
    #told { padding: 0 1; height: auto; color: $text-muted; }
    VerticalScroll { padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("a", "accept", "Accept"),
        ("r", "reject", "Reject…"),
        ("e", "edit", "Edit"),
        ("f", "part", "Part…"),
        ("m", "remark", "Remark…"),
        ("s", "skip", "Skip"),
        ("u", "undo", "Undo"),
        ("d", "sides", "Side by side"),
        ("o", "report", "Report"),
        ("p", "profile", "Profile"),
        ("t", "take", "Take…"),
        ("q", "leave", "Quit"),
        ("question_mark", "help", "Help"),
    ]

    def __init__(self, review: Review, desk: Desk) -> None:
        super().__init__()
        self._review, self._desk = review, desk
        self._number = review.following(-1) or 0
        self._sides: bool | None = None  # as the width allows, until the person chooses
        self._taken = False
        self._after: Profile | None = None

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Header(icon="")
        with Horizontal():
            yield ListView(*map(self._item, range(len(self._review.patches))), id="patches")
            with Vertical():
                yield Static(id="verdict")
                yield Static(id="told")
                with TabbedContent():
                    for name, label in TABS:
                        with TabPane(label, id=f"tab-{name}"), VerticalScroll(can_focus=True):
                            yield Static(id=name)
        yield Footer()

    def on_mount(self) -> None:
        """Show the first patch that is open."""
        self.query_one(ListView).index = self._number
        self._show()

    def on_list_view_highlighted(self, event: ListView.Highlighted) -> None:
        """Show the patch that the list is at."""
        if event.list_view.index is not None:
            self._number = event.list_view.index
            self._show()

    def on_resize(self) -> None:
        """Choose the form of the diff that fits."""
        self._show()

    # ------------------------------------------------------------------ what the keys do
    def action_accept(self) -> None:
        """Accept the patch."""
        self._review.decide(self._number, Choice.ACCEPTED)
        self._go_on()

    def action_reject(self) -> None:
        """Ask why, and reject the patch."""
        number = self._number

        def decide(remark: Remark | None) -> None:
            if remark is None:
                return
            self._review.decide(number, Choice.REJECTED, remark.text)
            if remark.again:
                self._mark(number)
                self._ask(number, remark.text)
            else:
                self._go_on()

        self.push_screen(RemarkDialog(self._target, rejects=True), decide)

    def action_remark(self) -> None:
        """Ask what a rewrite should be like, and have a model try again."""
        number = self._number

        def ask(remark: Remark | None) -> None:
            if remark is not None:
                self._ask(number, remark.text)

        self.push_screen(RemarkDialog(self._target, rejects=False), ask)

    def action_edit(self) -> None:
        """Open the patch in an editor, and have it judged again."""
        with self._excused():
            draft = self._draft(self._number)
            with self._suspended():
                patch = self._desk.edit(draft)
            if patch is None:
                self.notify("Nothing was changed.")
            else:
                self._judge(draft, patch, Kind.EDIT)

    def action_part(self) -> None:
        """Ask which parts of the patch to take, and have them judged."""
        with self._excused():
            draft = self._draft(self._number)
            found = parts(draft.patch)
            if len(found) < 2:
                self.notify("It is in one piece.")
                return

            def judge(chosen: tuple[Part, ...] | None) -> None:
                if chosen is not None:
                    self._judge(draft, only(draft.patch, chosen), Kind.PART)

            self.push_screen(PartsDialog(found), judge)

    def action_profile(self) -> None:
        """Profile the workload with the accepted patches, and show it beside the one before."""
        accepted = self._review.accepted

        def job(tell: Tell) -> Profile:
            return self._desk.profile(accepted, tell)

        self._work("Profiling with the accepted patches", job, self._profiled)

    def action_skip(self) -> None:
        """Go to the next patch."""
        self._go((self._number + 1) % len(self._review.patches))

    def action_undo(self) -> None:
        """Take the last decision back."""
        number = self._review.undo()
        if number is None:
            self.notify("There is nothing to undo.")
        else:
            self._mark(number)
            self._go(number)

    def action_sides(self) -> None:
        """Change between the two forms of the diff."""
        self._sides = not self._is_wide()
        self._show()

    def action_report(self) -> None:
        """Open the HTML report."""
        self.notify(self._desk.open_report())

    def action_help(self) -> None:
        """Say what the keys do."""
        self.push_screen(HelpDialog())

    def action_take(self) -> None:
        """Ask how to take what is accepted."""
        if self._review.accepted:
            self._ask_how(leaving=False)
        else:
            self.notify("No patch is accepted yet.")

    def action_leave(self) -> None:
        """Leave; ask first what to do with what is accepted."""
        if self._taken or not self._review.accepted:
            self.exit()
        else:
            self._ask_how(leaving=True)

    # ------------------------------------------------------------------ jobs that take long
    @property
    def _target(self) -> str:
        return str(self._review.patches[self._number].target)

    def _draft(self, number: int) -> Draft:
        return self._desk.draft(self._review.patches[number], self._review.others(number))

    def _judge(self, draft: Draft, patch: Patch, kind: Kind) -> None:
        def job(tell: Tell) -> Exchange:
            return self._desk.judge(draft, patch, kind, tell)

        self._work(f"Judging what you made of {draft.attempt.target}", job, self._heard)

    def _ask(self, number: int, remark: str) -> None:
        with self._excused():
            draft = self._draft(number)

            def job(tell: Tell) -> Exchange:
                return self._desk.ask(draft, remark, tell)

            self._work(f"Another rewrite of {draft.attempt.target}", job, self._heard)

    def _work(self, title: str, job: Callable[[Tell], T], done: Callable[[T], None]) -> None:
        """Do a job beside the screen, which shows how far it has got."""
        stopped = threading.Event()
        dialog = WorkDialog(title, stopped.set)

        def tell(text: str) -> None:
            if stopped.is_set():
                raise Interrupted("stopped")
            self.call_from_thread(dialog.tell, text)

        def work() -> None:
            finish: Callable[[], None]
            try:
                found = job(tell)
                finish = partial(done, found)
            except CodeoptError as error:
                finish = partial(self._complain, error)
            self.call_from_thread(dialog.dismiss)
            self.call_from_thread(finish)

        self.push_screen(dialog)
        self.run_worker(work, thread=True)

    def _heard(self, exchange: Exchange) -> None:
        """Show what came of an edit, a part or a remark."""
        self._review.refresh(self._desk.record())
        made = self._review.made(exchange)
        severity: SeverityLevel = "information" if exchange.kept else "warning"
        text = describe.outcome(exchange)
        self.notify(text, severity=severity, markup=False, timeout=15)
        if made is not None:
            self._number = made
        self._fill()

    def _profiled(self, found: Profile) -> None:
        self._after = found
        self._show()
        self.query_one(TabbedContent).active = "tab-profile"

    def _complain(self, error: CodeoptError) -> None:
        text = "; ".join(part for part in (error.message, error.hint) if part)
        self.notify(printable(text), severity="error", markup=False, timeout=15)

    @contextmanager
    def _excused(self) -> Iterator[None]:
        try:
            yield
        except CodeoptError as error:
            self._complain(error)

    @contextmanager
    def _suspended(self) -> Iterator[None]:
        """Give the terminal to the editor, where there is one."""
        try:
            with self.suspend():
                yield
        except SuspendNotSupported:
            yield
        self.refresh()

    def _ask_how(self, *, leaving: bool) -> None:
        def answered(how: str | None) -> None:
            if how is not None and self._take(how) and leaving:
                self.exit()

        self.push_screen(TakeDialog(len(self._review.accepted)), answered)

    def _take(self, how: str) -> bool:
        """Take the accepted patches; tell whether that went well."""
        if how == "nothing":
            return True
        take = self._desk.take_commits if how == "commits" else self._desk.take_files
        try:
            told = take(self._review.accepted)
        except PreconditionError as error:
            self._complain(error)
            return False
        self._taken = True
        self.notify(printable(told), markup=False)
        return True

    # ------------------------------------------------------------------ what is shown
    def _item(self, number: int) -> ListItem:
        return ListItem(Label(self._label(number), markup=False))

    def _label(self, number: int) -> str:
        attempt = self._review.patches[number]
        found = attempt.measurement.speedup if attempt.measurement else None
        speed = f"{found.estimate:.2f}×" if found else "–"
        mark = _MARKS[self._review.choice(number)]
        return printable(f"{mark} {speed} {attempt.target.qualname}")

    def _mark(self, number: int) -> None:
        for each in (number, *self._review.rivals(number)):
            item = self.query_one(ListView).children[each]
            item.query_one(Label).update(self._label(each))

    def _fill(self) -> None:
        """Put the patches into the list anew."""
        number, items = self._number, [self._item(n) for n in range(len(self._review.patches))]

        async def fill() -> None:
            view = self.query_one(ListView)
            await view.clear()
            await view.extend(items)
            view.index = number
            self._number = number
            self._show()

        self.call_next(fill)

    def _go_on(self) -> None:
        self._mark(self._number)
        following = self._review.following(self._number)
        if following is None:
            self.notify(f"{describe.closing(self._review)} Press t to take them, q to quit.")
            self._show()
        else:
            self._go(following)

    def _go(self, number: int) -> None:
        self.query_one(ListView).index = number
        self._number = number
        self._show()

    def _is_wide(self) -> bool:
        return self.size.width >= _WIDE if self._sides is None else self._sides

    def _show(self) -> None:
        review, number = self._review, self._number
        attempt = review.patches[number]
        self.sub_title = describe.title(review, number)
        verdict = Text(printable(phrases.verdict(attempt)))
        self.query_one("#verdict", Static).update(verdict)
        ratios = attempt.measurement.ratios if attempt.measurement else ()
        spread = f"paired ratios {describe.histogram(ratios)}" if ratios else ""
        self.query_one("#told", Static).update(Text(spread))
        shades = DARK if self.current_theme.dark else LIGHT
        drawn = side_by_side if self._is_wide() else unified
        self.query_one("#diff", Static).update(drawn(attempt.diff, shades))
        self.query_one("#why", Static).update(Text(describe.explanation(attempt)))
        self.query_one("#evidence", Static).update(listed(describe.evidence(review, number)))
        tried = describe.tried(review.tried(number)) or ["Nothing else was tried on it."]
        self.query_one("#tried", Static).update(listed(tried))
        said = describe.talk(review, number) or ["Nothing was said about this function yet."]
        self.query_one("#talk", Static).update(listed(said))
        self.query_one("#profile", Static).update(profile(review, number, self._after))
