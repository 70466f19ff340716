"""The review in full screen: the patches at the left, what is known of one at the right."""

from __future__ import annotations

from typing import ClassVar

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
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

from codeopt.model.errors import PreconditionError
from codeopt.model.review import Choice
from codeopt.report import phrases
from codeopt.report.printing import printable
from codeopt.review import describe
from codeopt.review.dialogs import HelpDialog, RemarkDialog, TakeDialog
from codeopt.review.diff import DARK, LIGHT, side_by_side, unified
from codeopt.review.session import Desk, Review

_MARKS = {Choice.ACCEPTED: "✓", Choice.REJECTED: "✗", Choice.OPEN: "·"}
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
        ("s", "skip", "Skip"),
        ("u", "undo", "Undo"),
        ("d", "sides", "Side by side"),
        ("o", "report", "Report"),
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

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Header(icon="")
        with Horizontal():
            yield ListView(*map(self._item, range(len(self._review.patches))), id="patches")
            with Vertical():
                yield Static(id="verdict")
                yield Static(id="told")
                with TabbedContent():
                    for name, label in _TABS:
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

        def decide(remark: str | None) -> None:
            if remark is not None:
                self._review.decide(number, Choice.REJECTED, remark)
                self._go_on()

        self.push_screen(RemarkDialog(str(self._review.patches[number].target)), decide)

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
            self.notify(printable(f"{error.message}; {error.hint}"), severity="error", markup=False)
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
        item = self.query_one(ListView).children[number]
        item.query_one(Label).update(self._label(number))

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
        self.query_one("#evidence", Static).update(_listed(describe.evidence(review, number)))
        tried = describe.tried(review.tried(number)) or ["Nothing else was tried on it."]
        self.query_one("#tried", Static).update(_listed(tried))
        self.query_one("#profile", Static).update(_profile(review, number))


_TABS = (
    ("diff", "Diff"),
    ("evidence", "Evidence"),
    ("why", "Explanation"),
    ("tried", "Tried before"),
    ("profile", "Profile"),
)


def _listed(lines: list[str]) -> Text:
    return Text("\n".join(f"• {line}" for line in lines))


def _profile(review: Review, number: int) -> RenderableType:
    """Return the hot functions before any change, with the reviewed one pointed out."""
    profile = review.record.profile
    if profile is None:
        return Text("The workload was not profiled.")
    table = Table.grid(padding=(0, 2))
    for spot in profile.hotspots[:25]:
        style = "bold" if spot.id == review.patches[number].target else ""
        bar = "█" * max(1, round(spot.own_share * 30))
        table.add_row(
            Text(f"{spot.own_share:.1%}", style),
            Text(bar, "cyan"),
            Text(printable(str(spot.id)), style),
        )
    return table
