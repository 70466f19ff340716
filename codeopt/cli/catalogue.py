"""``codeopt catalogue``: list the rewrites that need no model."""

from __future__ import annotations

import json
from dataclasses import asdict
from textwrap import indent
from typing import TYPE_CHECKING, Annotated

import typer

from codeopt.cli.console import Color, ColorOption, JsonOption, output

if TYPE_CHECKING:
    from rich.syntax import Syntax


def command(
    name: Annotated[str, typer.Argument(help="Rewrite to show (default: all).")] = "",
    *,
    as_json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """List the built-in rewrites with an example of each."""
    from rich.text import Text

    from codeopt.model.errors import UsageError
    from codeopt.propose.catalogue import listing

    chosen = [each for each in listing() if name in ("", each.name)]
    if not chosen:
        raise UsageError(f"there is no rewrite called {name!r}", hint="codeopt catalogue")
    if as_json:
        print(json.dumps({"version": 1, "rewrites": [asdict(each) for each in chosen]}, indent=2))
        return
    console = output(color)
    for each in chosen:
        console.print(Text(each.name, style="bold") + Text(f": {each.summary}", style="not bold"))
        for label, code in (("before", each.before), ("after", each.after)):
            console.print(Text(f"  {label}", style="dim"))
            console.print(_code(code) if console.is_terminal else Text(indent(code, "    ")))
        console.print()
    if not name:
        console.print(f"{len(chosen)} rewrites")


def _code(text: str) -> Syntax:
    from rich.syntax import Syntax

    return Syntax(text.strip("\n"), "python", theme="ansi_dark", padding=(0, 4))
