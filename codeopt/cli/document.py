"""Keep the pages of the commands up to date: ``python -m codeopt.cli.document [--check]``.

Each command has a page ``docs/NAME.md``. What it is for is written by hand; the table of its flags,
between two marks, is written from the command itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from typer.core import TyperGroup

from codeopt.cli.app import app

DOCS = Path(__file__).parent.parent.parent / "docs"
START = "<!-- flags: made by `make docs` from the command; don't edit them here -->"
END = "<!-- end of flags -->"
_ELSEWHERE = {"catalogue"}  # that page is made from the rewrites themselves

Command = Any  # of click, which newer typers bring along as a part of themselves
Parameter = Any


def pages() -> Iterator[tuple[Path, Command]]:
    """Yield every command that is shown to users with the page that it should have."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for name, command in sorted(group.commands.items()):
        if not command.hidden and name not in _ELSEWHERE:
            yield DOCS / f"{name}.md", command


def updated(text: str, command: Command) -> str:
    """Return the text of a page with the flags as they are now; ValueError without the marks."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"a page needs a line {START} and a line {END}")
    return f"{before}{START}\n\n{flags(command)}\n{END}{after}"


def flags(command: Command) -> str:
    """Return what a command takes as Markdown tables, one for each of its subcommands."""
    if not isinstance(command, TyperGroup):
        return _table(command)
    parts = sorted(command.commands.items())
    return "\n".join(f"**{name}** — {_sentence(sub)}\n\n{_table(sub)}" for name, sub in parts)


def _table(command: Command) -> str:
    rows = [_row(each) for each in command.params if each.name != "help"]
    if not rows:
        return "It takes no flags.\n"
    return "\n".join(["| flag | what it does |", "|---|---|", *rows]) + "\n"


def _row(parameter: Parameter) -> str:
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    if parameter.param_type_name == "argument":
        names = f"`{parameter.metavar or parameter.name.upper()}`"
    return f"| {names} | {_cell(getattr(parameter, 'help', '') or '')}{_default(parameter)} |"


def _default(parameter: Parameter) -> str:
    """Name a default that the text doesn't name."""
    value = parameter.default
    told = "default" in (getattr(parameter, "help", "") or "").lower()
    if told or value is None or callable(value) or value in (False, (), [], ""):
        return ""
    return f" Default: {getattr(value, 'value', value)}."


def _sentence(command: Command) -> str:
    return (command.help or "").strip().split("\n\n")[0].replace("\n", " ")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the pages, or only say which are out of date."""
    stale = []
    for page, command in pages():
        text = page.read_text(encoding="utf-8")
        fresh = updated(text, command)
        if fresh != text:
            stale.append(page.name)
            if "--check" not in arguments:
                page.write_text(fresh, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"out of date, run `make docs`: {', '.join(stale)}")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
