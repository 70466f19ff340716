"""The questions that the full-screen review asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Log, OptionList, SelectionList, Static
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection

from codeopt.report import phrases
from codeopt.report.printing import printable
from codeopt.review.parts import Part

_CSS = """
{name} {{ align: center middle; }}
{name} > Vertical {{
    width: 76; max-width: 95%; height: auto; padding: 1 2;
    border: round $primary; background: $panel;
}}
"""
_HELP = """\
a      accept the patch; of several for one function, one goes in
r      reject it, with a reason that later runs are told
e      edit it in your editor; it is judged again before it counts
f      take a part of it, by function; the part is judged before it counts
m      remark: a model is asked for another rewrite, shown beside this one
s      skip it for now
u      undo the last decision
d      diff side by side, or line below line
o      open the HTML report
p      profile the workload with the accepted patches
t      take what is accepted: as commits or as changes of your files
q      quit; what is decided stays decided
↑ ↓    another patch       Tab    to the tabs and into them

Nothing of yours is changed before you press t, or q and choose."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Hold what a person typed; ``again``: a model is to try again with it."""

    text: str
    again: bool


class RemarkDialog(ModalScreen[Remark | None]):
    """Ask for a remark; Escape takes the question back.

    ``rejects``: the patch is rejected for it, and a model is asked only with Ctrl-R.
    """

    CSS = _CSS.format(name="RemarkDialog")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss(None)", "Back"),
        Binding("ctrl+r", "again", "Ask a model", priority=True),
    ]

    def __init__(self, target: str, *, rejects: bool) -> None:
        super().__init__()
        self._target, self._rejects = target, rejects

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        why = f"Why is the rewrite of {self._target} rejected?"
        what = f"What should a rewrite of {self._target} be like?"
        ways = "Enter rejects, Ctrl-R rejects and asks a model again, Escape goes back"
        with Vertical():
            yield Label(why if self._rejects else what, markup=False)
            yield Input(
                placeholder="a reason for later runs; may be empty" if self._rejects else ""
            )
            end = ways if self._rejects else "Enter asks a model, Escape goes back"
            yield Label(end, markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        self._answer(again=not self._rejects)

    def action_again(self) -> None:
        """Answer, and have a model try again."""
        self._answer(again=True)

    def _answer(self, *, again: bool) -> None:
        text = " ".join(self.query_one(Input).value.split())
        if text or not again:
            self.dismiss(Remark(text, again))


class PartsDialog(ModalScreen[tuple[Part, ...] | None]):
    """Ask which parts of a patch to take."""

    CSS = _CSS.format(name="PartsDialog")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss(None)", "Back"),
        ("j", "judge", "Judge"),
    ]

    def __init__(self, parts: tuple[Part, ...]) -> None:
        super().__init__()
        self._parts = parts

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical():
            yield Label("Which parts of the patch are taken?")
            yield SelectionList(
                *(Selection(Text(printable(str(p))), n) for n, p in enumerate(self._parts))
            )
            yield Label("Space chooses, j judges what is chosen, Escape goes back")

    def action_judge(self) -> None:
        """Answer, where some parts are chosen and some are not."""
        chosen = self.query_one(SelectionList).selected
        if 0 < len(chosen) < len(self._parts):
            self.dismiss(tuple(self._parts[n] for n in sorted(chosen)))


class WorkDialog(ModalScreen[None]):
    """Show how far a job has got; Escape calls ``stop``."""

    CSS = _CSS.format(name="WorkDialog") + "WorkDialog Log { height: 12; }"
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "stop", "Stop")]

    def __init__(self, title: str, stop: Callable[[], None]) -> None:
        super().__init__()
        self._title, self._stop = title, stop

    def compose(self) -> ComposeResult:
        """Lay the text out."""
        with Vertical():
            yield Label(self._title, markup=False)
            yield Log()
            yield Label("Escape stops it; the patch stays as it was", markup=False)

    def tell(self, text: str) -> None:
        """Add a line."""
        self.query_one(Log).write_line(text)

    def action_stop(self) -> None:
        """Ask the job to stop; it does at its next step."""
        self.tell("stopping …")
        self._stop()


class TakeDialog(ModalScreen[str | None]):
    """Ask how accepted patches are taken: ``commits``, ``files`` or ``nothing``."""

    CSS = _CSS.format(name="TakeDialog")
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Back")]

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical():
            yield Label(f"Take {phrases.patches(self._count)}?")
            yield OptionList(
                Option("Not now", id="nothing"),
                Option("As commits on the current branch", id="commits"),
                Option("As changes of your files", id="files"),
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        self.dismiss(event.option.id)


class HelpDialog(ModalScreen[None]):
    """Say what the keys do."""

    CSS = _CSS.format(name="HelpDialog")
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss", "Back"),
        ("question_mark", "dismiss", "Back"),
        ("q", "dismiss", "Back"),
    ]

    def compose(self) -> ComposeResult:
        """Lay the text out."""
        with Vertical():
            yield Static(_HELP, markup=False)
