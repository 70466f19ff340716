"""``codeopt report``: show what a run found."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from codeopt.cli.console import Color, ColorOption, RepositoryOption, output


class Format(StrEnum):
    """Name the forms of a report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def command(
    run: Annotated[str, typer.Argument(help="Run, or a part of its name (default: latest).")] = "",
    *,
    format_: Annotated[Format, typer.Option("--format", help="Form of the report.")] = Format.TEXT,
    repository: RepositoryOption = Path(),
    color: ColorOption = Color.AUTO,
) -> None:
    """Show what a run kept, what it rejected and why."""
    from codeopt.cli.tables import report_text
    from codeopt.cli.wiring import load_record
    from codeopt.report.json import document
    from codeopt.report.markdown import render

    record = load_record(repository, run)
    if format_ is Format.JSON:
        print(json.dumps(document(record), indent=2))
    elif format_ is Format.MARKDOWN:
        print(render(record), end="")
    else:
        output(color).print(report_text(record))
