"""``codeopt report``: show what a run found."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codeopt.cli.console import (
    Color,
    ColorOption,
    RepositoryOption,
    json_text,
    output,
    plain,
    writing,
)

if TYPE_CHECKING:
    from codeopt.model.run import RunRecord


class Format(StrEnum):
    """Name the forms of a report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    BENCHMARK = "pytest-benchmark"


def command(
    run: Annotated[str, typer.Argument(help="Run, or a part of its name (default: latest).")] = "",
    *,
    format_: Annotated[Format, typer.Option("--format", help="Form of the report.")] = Format.TEXT,
    file: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write it to.", show_default=False)
    ] = None,
    repository: RepositoryOption = Path(),
    color: ColorOption = Color.AUTO,
) -> None:
    """Show what a run kept, what it rejected and why."""
    from codeopt.cli.tables import report_text
    from codeopt.cli.wiring import load_record

    record = load_record(repository, run)
    if format_ is Format.TEXT and file is None:
        output(color).print(report_text(record))
        return
    text = _written(record, format_)
    if file is None:
        print(text, end="")
    else:
        with writing(file):
            file.write_text(text, "utf-8")


def _written(record: RunRecord, form: Format) -> str:
    from codeopt.cli.tables import report_text
    from codeopt.report import benchmark, markdown
    from codeopt.report.html import page
    from codeopt.report.json import document

    if form is Format.JSON:
        return json_text(document(record)) + "\n"
    if form is Format.BENCHMARK:
        return json_text(benchmark.storage(record), indent=4) + "\n"
    if form is Format.TEXT:
        return plain(report_text(record))
    return page.render(record) if form is Format.HTML else markdown.render(record)
