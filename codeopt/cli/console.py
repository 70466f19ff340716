"""Terminals: results go to stdout, everything else to stderr; no colour where none is wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, StrEnum
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeopt.model.errors import UsageError
from codeopt.redact import redacted

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


class Color(StrEnum):
    """Say when to use colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Loudness(IntEnum):
    """Say how much is told."""

    QUIET = -1
    NORMAL = 0
    VERBOSE = 1
    DEBUG = 2


QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Show results and errors only.", show_default=False)
]
VerboseOption = Annotated[
    int,
    typer.Option(
        "--verbose", "-v", count=True, help="Say why; -vv: prompts and replies.", show_default=False
    ),
]
RepositoryOption = Annotated[
    Path,
    typer.Option("--repository", "-C", help="Repository (default: here).", show_default=False),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document.", show_default=False)
]
ColorOption = Annotated[Color, typer.Option("--color", help="When to use colour.")]


def loudness(quiet: bool, verbose: int) -> Loudness:
    """Merge ``-q`` and ``-v``."""
    return Loudness.QUIET if quiet else Loudness(min(verbose, 2))


def output(color: Color = Color.AUTO) -> Console:
    """Return the console for results (stdout); piped output is never wrapped."""
    return _console(color, stderr=False)


def progress(color: Color = Color.AUTO) -> Console:
    """Return the console for progress, warnings and logs (stderr)."""
    return _console(color, stderr=True)


def json_text(value: Any, *, indent: int | None = 2) -> str:
    """Return a result as one JSON document, without keys."""
    return json.dumps(redacted(value), indent=indent)


def plain(result: RenderableType) -> str:
    """Return a result as it looks in a file: no colour, no wrapping."""
    from rich.console import Console

    console = Console(file=StringIO(), width=160, no_color=True, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(result)
    return captured.get()


def _console(color: Color, *, stderr: bool) -> Console:
    from rich.console import Console

    force = {Color.AUTO: None, Color.ALWAYS: True, Color.NEVER: False}[color]
    plain = color is Color.NEVER or None
    console = Console(
        stderr=stderr,
        force_terminal=force,
        no_color=plain,
        highlight=False,
        markup=False,  # names like x[bold] are no markup
        emoji=False,
    )
    if not console.is_terminal:
        console.width = max(console.width, 160)
    return console


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Raise UsageError when a place that the user named with -o can't be written to."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{place} cannot be written: {error.strerror}",
            hint="name another place with -o, in a directory that is there",
        ) from error
