"""``codeopt run``: the main job, from a repository to kept patches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeopt.cli.console import (
    Color,
    ColorOption,
    JsonOption,
    Loudness,
    QuietOption,
    RepositoryOption,
    VerboseOption,
    json_text,
    loudness,
    output,
    progress,
)
from codeopt.cli.flags import with_settings
from codeopt.model.errors import CodeoptError, Interrupted
from codeopt.report.printing import printable

if TYPE_CHECKING:
    from rich.console import Console

    from codeopt.cli.opened import OpenRun
    from codeopt.model.run import RunRecord

_SLICES = ("run", "project", "profile", "record", "model", "judge", "measure", "sandbox")


_Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET",
        help="path, path::function or path::Class.method (default: the whole repository).",
        show_default=False,
    ),
]
_Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with the latest run that was cut short.")
]
_Interactive = Annotated[
    bool,
    typer.Option("--interactive", "-i", help="Stop for a review after each function."),
]
_Check = Annotated[
    bool, typer.Option("--check", help="Exit with 1 when a verified speed-up was found.")
]
_EmitBenchmark = Annotated[
    bool,
    typer.Option(
        "--emit-benchmark",
        help="Add a commit with pytest-benchmark tests of what was made faster.",
    ),
]


@with_settings(*_SLICES)
def command(  # noqa: PLR0913 - each is an option of the command line
    targets: _Targets = None,
    *,
    repository: RepositoryOption = Path(),
    resume: _Resume = False,
    interactive: _Interactive = False,
    check: _Check = False,
    emit_benchmark: _EmitBenchmark = False,
    as_json: JsonOption = False,
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
    from codeopt.cli.sitting import sitter
    from codeopt.cli.tables import report_text
    from codeopt.report.json import document

    loud = loudness(quiet, verbose)
    stderr = progress(color)
    view: LiveView
    opened = wiring.open_run(
        repository,
        tuple(targets or ()),
        flags,
        resume=resume,
        echo=partial(_show, stderr) if loud is Loudness.DEBUG else None,
        sit=partial(sitter, stderr, lambda: view.paused()) if interactive else None,
    )
    with _saying_that_it_may_have_begun(), opened as run:
        view = LiveView(stderr, loud, run.settings.run.max_seconds)
        with _saying_how_to_go_on(run), view:
            view.follow(run.events())
        record = run.record()
        if emit_benchmark and record.kept:
            _emit(repository, run, record, stderr)
    if as_json:
        print(json_text(document(record)))
    else:
        output(color).print(report_text(record, verbose=loud >= Loudness.VERBOSE))
    return 1 if check and record.kept else 0


def _emit(repository: Path, run: OpenRun, record: RunRecord, console: Console) -> None:
    """Put benchmarks of what was kept on the run's branch, and say so."""
    from codeopt.cli.emitting import emit

    for line in emit(repository, run, record):
        _show(console, line)


def _show(console: Console, text: str) -> None:
    """Print what was asked or answered as it is: no markup, no control characters."""
    console.print(printable(text), markup=False, soft_wrap=True)


@contextmanager
def _saying_that_it_may_have_begun() -> Iterator[None]:
    """Name the way on where a run is interrupted while it is being opened."""
    try:
        yield
    except KeyboardInterrupt:
        hint = "if the run had begun, go on with: codeopt run --resume"
        raise Interrupted("interrupted", hint=hint) from None


@contextmanager
def _saying_how_to_go_on(run: OpenRun) -> Iterator[None]:
    """Add to what ends a run early what it has kept so far, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("interrupted", hint=_way_on(run)) from None
    except CodeoptError as error:
        if error.resumable:
            error.hint = "; ".join(part for part in (error.hint, _way_on(run)) if part)
        raise


def _way_on(run: OpenRun) -> str:
    record = run.record()
    kept = len(record.kept)
    patches = "1 patch is" if kept == 1 else f"{kept} patches are"
    so_far = f"{patches} on {record.meta.branch} already; " if kept else ""
    return f"{so_far}go on with: codeopt run --resume"
