"""``codeopt judge``: is this change the same and faster, whoever made it?"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeopt.cli.console import (
    Color,
    ColorOption,
    JsonOption,
    QuietOption,
    RepositoryOption,
    json_text,
    loudness,
    output,
    progress,
)
from codeopt.cli.flags import with_settings
from codeopt.model.errors import UsageError

if TYPE_CHECKING:
    from codeopt.cli.opened import Subject

_CODES: dict[str, int] = {"keep": 0, "reject": 1, "undecided": 4}  # by ruling


class Format(StrEnum):
    """Name the forms of a judgement."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


_Change = Annotated[
    str,
    typer.Argument(
        metavar="[BASE..HEAD]",
        help="Two commits; BASE...HEAD: what HEAD changed since they parted.",
        show_default=False,
    ),
]
_Patch = Annotated[
    str,
    typer.Option(
        metavar="FILE",
        help="A unified diff, against HEAD or against a directory without git; -: stdin.",
        show_default=False,
    ),
]
_Function = Annotated[
    str,
    typer.Option(
        metavar="PATH::NAME",
        help="The function that --candidate rewrites, in the files as they are now.",
        show_default=False,
    ),
]
_Candidate = Annotated[
    str,
    typer.Option(
        metavar="FILE",
        help="A file with the rewritten function and its helpers; -: stdin.",
        show_default=False,
    ),
]
_Speed = Annotated[
    bool,
    typer.Option("--speed/--no-speed", help="Ask for speed, or only whether it is the same."),
]
_Format = Annotated[Format, typer.Option("--format", help="Form of the judgement.")]


@with_settings("project", "record", "judge", "measure", "sandbox")
def command(  # noqa: PLR0913 - each is an option of the command line
    change: _Change = "",
    *,
    patch: _Patch = "",
    function: _Function = "",
    candidate: _Candidate = "",
    speed: _Speed = True,
    repository: RepositoryOption = Path(),
    as_json: JsonOption = False,
    format_: _Format = Format.TEXT,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
    flags: dict[str, Any],
) -> int:
    """Judge one change: is it the same, and is it faster?

    Needs git only for commits. Nothing is written into your directory. Without --bench, calls are
    recorded from the tests.

    Exit codes: 0 keep; 1 reject; 2 usage; 4 undecided (nothing recorded, too noisy) or something
    is missing (no tests, red tests); 5 the change touches no code.
    """
    from codeopt.cli import wiring
    from codeopt.cli.live import LiveView
    from codeopt.cli.tables import judgement_text
    from codeopt.report.judgement import document, render

    subject = _subject(change, patch, function, candidate, repository)
    opened = wiring.open_judge(repository, subject, flags, speed=speed)
    with opened as run:
        with LiveView(progress(color), loudness(quiet, 0)) as view:
            view.follow(run.events())
        found = run.judgement()
    if as_json or format_ is Format.JSON:
        print(json_text(document(found)))
    elif format_ is Format.MARKDOWN:
        print(render(found), end="")
    else:
        output(color).print(judgement_text(found))
    return _CODES[found.ruling]


def _subject(change: str, patch: str, function: str, candidate: str, where: Path) -> Subject:
    """Return what is judged: exactly one of the three ways to name it."""
    from codeopt.cli import wiring

    if bool(function) != bool(candidate):
        missing = "--candidate FILE" if function else "--function PATH::NAME"
        raise UsageError(f"{missing} is missing", hint="both name one rewrite together")
    if sum(map(bool, (change, patch, function))) != 1:
        hint = "BASE..HEAD, or --patch FILE, or --function PATH::NAME --candidate FILE"
        raise UsageError("name one change to judge", hint=hint)
    if change:
        return wiring.two_commits(where, change)
    if patch:
        return wiring.patch_file(where, _read(patch))
    try:
        return wiring.rewrite_file(where, function, _read(candidate).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{candidate} is not UTF-8 text") from error


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error
