"""``codeopt profile``: show where the time goes."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from codeopt.cli.console import (
    Color,
    ColorOption,
    QuietOption,
    RepositoryOption,
    json_text,
    loudness,
    output,
    progress,
)
from codeopt.cli.flags import with_settings


class Format(StrEnum):
    """Name the forms of a profile."""

    TABLE = "table"
    TREE = "tree"
    JSON = "json"
    SPEEDSCOPE = "speedscope"


@with_settings("project", "profile", "sandbox")
def command(
    *,
    format_: Annotated[
        Format, typer.Option("--format", help="Form of the profile.")
    ] = Format.TABLE,
    share: Annotated[
        bool,
        typer.Option(
            "--share",
            help="Write the hot functions to .codeopt-profile.json, to be committed: the hook "
            "and codeopt ci know them then in every clone.",
        ),
    ] = False,
    repository: RepositoryOption = Path(),
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
    flags: dict[str, Any],
) -> None:
    """Run the workload once or more and show its hot functions."""
    from codeopt.cli import wiring
    from codeopt.cli.live import LiveView
    from codeopt.cli.tables import profile_table, profile_tree
    from codeopt.profile import shared
    from codeopt.profile.speedscope import speedscope
    from codeopt.report.json import profile as profile_document

    opened = wiring.open_profile(repository, flags)
    with opened as run, LiveView(progress(color), loudness(quiet, 0), 600.0) as view:
        view.follow(run.events())
    found = run.profile()
    if share:
        root = wiring.open_repository(repository).root
        file = shared.write(root, found, least=run.settings.profile.min_share)
        print(f"wrote {file}; commit it", file=sys.stderr)
    if format_ is Format.SPEEDSCOPE:
        print(json_text(speedscope(found), indent=None))
    elif format_ is Format.JSON:
        print(json_text(profile_document(found)))
    elif format_ is Format.TREE:
        output(color).print(profile_tree(found))
    else:
        output(color).print(profile_table(found, run.settings.profile.top))
