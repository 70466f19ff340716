"""``codeopt status``: what a run is doing, from another terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codeopt.cli.console import Color, ColorOption, JsonOption, RepositoryOption, json_text, output


def command(
    run: Annotated[str, typer.Argument(help="Run, or a part of its name (default: latest).")] = "",
    *,
    repository: RepositoryOption = Path(),
    as_json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show what a run is doing, or when it died: its journal is read, nothing else."""
    from rich.text import Text

    from codeopt.cli.wiring import load_status
    from codeopt.report import status
    from codeopt.report.printing import printable

    found = load_status(repository, run)
    if as_json:
        print(json_text(status.document(found)))
        return
    console = output(color)
    for line in status.lines(found):
        console.print(Text(printable(line)), soft_wrap=True)
