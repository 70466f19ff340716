"""``codeopt export``: a run as training data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from codeopt.cli.console import RepositoryOption, writing
from codeopt.redact import redacted
from codeopt.report.forms import Form


def command(
    run: Annotated[str, typer.Argument(help="Run, or a part of its name (default: latest).")] = "",
    *,
    format_: Annotated[
        Form, typer.Option("--format", help="rows: everything; sft, dpo, rrhf: to train on.")
    ] = Form.ROWS,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Directory for the data and its card.", dir_okay=True),
    ] = None,
    card: Annotated[bool, typer.Option("--card", help="Print the data card only.")] = False,
    repository: RepositoryOption = Path(),
) -> None:
    """Write every candidate with prompt, code, verdict and measured reward, as JSON lines."""
    from codeopt.cli.wiring import load_prompts, load_record
    from codeopt.report import export

    record = load_record(repository, run)
    rows = list(export.export(record, load_prompts(repository, run), format_))
    text = "".join(f"{json.dumps(redacted(row), sort_keys=True)}\n" for row in rows)
    about = export.card(record, format_, rows)
    if output is not None:
        name = f"{record.meta.run}-{format_}"
        with writing(output):
            output.mkdir(parents=True, exist_ok=True)
            (output / f"{name}.jsonl").write_text(text, "utf-8")
            (output / f"{name}.md").write_text(about, "utf-8")
        typer.echo(f"{len(rows)} rows in {output / name}.jsonl, its card beside it", err=True)
    else:
        print(about if card else text, end="")
        if not rows and not card:
            typer.echo(f"no candidate of {record.meta.run} makes a row of {format_}", err=True)
