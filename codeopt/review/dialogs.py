"""The questions that the full-screen review asks."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

_CSS = """
{name} {{ align: center middle; }}
{name} > Vertical {{
    width: 76; max-width: 95%; height: auto; padding: 1 2;
    border: round $primary; background: $panel;
}}
"""
_HELP = """\
a      accept the patch
r      reject it, with a reason that later runs are told
s      skip it for now
u      undo the last decision
d      diff side by side, or line below line
o      open the HTML report
t      take what is accepted: as commits or as changes of your files
q      quit; what is decided stays decided
↑ ↓    another patch       Tab    to the tabs and into them

Nothing of yours is changed before you press t, or q and choose."""


class RemarkDialog(ModalScreen[str | None]):
    """Ask why a patch is rejected; Escape takes the question back."""

    CSS = _CSS.format(name="RemarkDialog")
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Back")]

    def __init__(self, target: str) -> None:
        super().__init__()
        self._target = target

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical():
            yield Label(f"Why is the rewrite of {self._target} rejected?", markup=False)
            yield Input(placeholder="a reason for later runs; may be empty")
            yield Label("Enter rejects, Escape goes back", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        self.dismiss(event.value)


class TakeDialog(ModalScreen[str | None]):
    """Ask how accepted patches are taken: ``commits``, ``files`` or ``nothing``."""

    CSS = _CSS.format(name="TakeDialog")
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Back")]

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        patches = "1 patch" if self._count == 1 else f"{self._count} patches"
        with Vertical():
            yield Label(f"Take {patches}?")
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
