"""``codeopt run``: the main job, from a repository to kept patches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from codeopt.cli.console import (
    Color,
    ColorOption,
    Loudness,
    QuietOption,
    VerboseOption,
    loudness,
    output,
    progress,
)
from codeopt.cli.flags import with_settings

_SLICES = ("run", "project", "profile", "record", "model", "judge", "measure", "sandbox")


@with_settings(*_SLICES)
def command(  # noqa: PLR0913 - each is an option of the command line
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="path, path::function or path::Class.method (default: the whole repository).",
            show_default=False,
        ),
    ] = None,
    *,
    repository: Annotated[
        Path, typer.Option("--repository", "-C", help="Repository (default: here).")
    ] = Path(),
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the latest run that was cut short.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 1 when a verified speed-up was found.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = 0,
    color: ColorOption = Color.AUTO,
    flags: dict[str, Any],
) -> int:
    """Find hot functions, rewrite them, keep what is verified and measurably faster.

    Kept patches become commits on a branch of their own; your files, index, stash and branches are
    not touched.
    """
    from codeopt.cli import wiring
    from codeopt.cli.live import LiveView
    from codeopt.cli.tables import report_text
    from codeopt.report.json import document

    loud = loudness(quiet, verbose)
    stderr = progress(color)
    opened = wiring.open_run(
        repository,
        tuple(targets or ()),
        flags,
        resume=resume,
        echo=stderr.print if loud is Loudness.DEBUG else None,
    )
    with opened as run, LiveView(stderr, loud, run.settings.run.max_seconds) as view:
        view.follow(run.events())
    record = run.record()
    if as_json:
        print(json.dumps(document(record), indent=2, ensure_ascii=False))
    else:
        output(color).print(report_text(record, verbose=loud >= Loudness.VERBOSE))
    return 1 if check and record.kept else 0
