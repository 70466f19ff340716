"""``codeopt fleet``: many repositories, one budget, one report."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeopt.cli.console import (
    Color,
    ColorOption,
    Loudness,
    QuietOption,
    VerboseOption,
    json_text,
    loudness,
    output,
    plain,
    progress,
)
from codeopt.cli.flags import with_settings
from codeopt.model.errors import UsageError
from codeopt.report.printing import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from codeopt.fleet.fleet import Fleet
    from codeopt.model.fleet import FleetEvent, FleetRecord

_SLICES = ("run", "project", "profile", "record", "model", "judge", "measure", "sandbox")
_BUDGET = ("max_cost", "max_tokens", "max_seconds")


class Format(StrEnum):
    """Name the forms of the report of a fleet."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


_File = Annotated[
    Path, typer.Argument(help="List of repositories: TOML, or one path or git URL a line.")
]
_State = Annotated[
    Path | None,
    typer.Option("--state", help="Directory of the fleet (default: FILE.fleet)."),
]
_Retry = Annotated[bool, typer.Option("--retry", help="Try again what has failed before.")]
_OnlyReport = Annotated[
    bool, typer.Option("--report", help="Show how the fleet stands; start nothing.")
]
_Target = Annotated[
    Path | None, typer.Option("--output", "-o", help="File to write it to.", show_default=False)
]


@with_settings(*_SLICES)
def command(  # noqa: PLR0913 - each is an option of the command line
    file: _File,
    *,
    state: _State = None,
    retry: _Retry = False,
    only_report: _OnlyReport = False,
    format_: Annotated[Format, typer.Option("--format", help="Form of the report.")] = Format.TEXT,
    target: _Target = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = 0,
    color: ColorOption = Color.AUTO,
    flags: dict[str, Any],
) -> int:
    """Run over many repositories under one budget, the most promising first.

    --max-cost, --max-tokens and --max-seconds bound the fleet as a whole. A fleet that was cut
    short goes on when the same command is given again.
    """
    from codeopt.cli.fleeting import FleetDirectory, FleetRuns, open_fleet
    from codeopt.fleet.fleet import Fleet, Stopwatch
    from codeopt.fleet.listing import read_list

    members = read_list(file)
    budget = _budget(flags)
    directory = FleetDirectory((state or file.with_name(f"{file.name}.fleet")).resolve())
    if only_report and not directory.journal.is_file():
        raise UsageError(f"there is no fleet in {directory.path}", hint=f"codeopt fleet {file}")
    stderr, loud = progress(color), loudness(quiet, verbose)
    with open_fleet(directory, hold=not only_report) as ledger:
        watch = Stopwatch(ledger)
        own = {name: value for name, value in flags.items() if name not in _BUDGET}
        fleet = Fleet(
            members, budget, ledger, FleetRuns(directory, own, watch, stderr, loud), watch
        )
        if not only_report:
            _go(fleet, stderr, loud, retry=retry)
        record = fleet.record()
    _show(record, format_, target, color)
    results = [each.result for each in record.members if each.result]
    return 4 if results and all(each.problem for each in results) else 0


def _budget(flags: dict[str, Any]) -> Any:
    from codeopt import config
    from codeopt.model.fleet import Allotment

    settings = config.load(flags, os.environ).settings
    return Allotment(settings.model.max_cost, settings.model.max_tokens, settings.run.max_seconds)


def _go(fleet: Fleet, stderr: Console, loud: Loudness, *, retry: bool) -> None:
    for event in fleet.go(retry=retry):
        if loud > Loudness.QUIET:
            stderr.print(printable(_told(event)), markup=False, soft_wrap=True)


def _told(event: FleetEvent) -> str:
    from codeopt.model.fleet import Chosen, Surveyed

    name = event.member.name
    if isinstance(event, Surveyed):
        place = f"surveyed {event.number}/{event.total} {name}"
        if event.survey is None:
            return f"{place}: failed: {event.problem}"
        shares = [each.share for each in event.survey.prospects]
        known = sum(each.promising for each in event.survey.prospects)
        return f"{place}: {len(shares)} hot functions, {known} with a known rewrite"
    if isinstance(event, Chosen):
        part = f"{event.allotted.seconds:.0f} s, {event.allotted.tokens:,} tokens, "
        money = f"${event.allotted.usd:.4f}"
        expected = f"{event.expected:.1%} expected"
        return f"run {event.number}/{event.total} {name}: {expected}; it may have {part}{money}"
    result = event.result
    why = f": {result.problem}" if result.problem else ""
    return f"{name}: {result.state}, {len(result.gains)} kept{why}"


def _show(record: FleetRecord, form: Format, target: Path | None, color: Color) -> None:
    from codeopt.report import fleet

    if form is Format.TEXT:
        shown = _table(record)
        if target is None:
            output(color).print(shown)
            return
        text = plain(shown)
    elif form is Format.JSON:
        text = json_text(fleet.document(record)) + "\n"
    else:
        text = fleet.markdown(record)
    if target is None:
        print(text, end="")
    else:
        target.write_text(text, "utf-8")


def _table(record: FleetRecord) -> RenderableType:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from codeopt.report import fleet

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in fleet.HEAD:
        table.add_column(name, overflow="fold")
    for row in fleet.rows(record):
        table.add_row(*(Text(printable(each)) for each in row))
    lines = [
        f"{each.member.name}: git -C {each.survey.root} log -p {each.result.branch}"
        for each in record.members
        if each.survey and each.result and each.result.branch
    ]
    return Group(table, Text(""), Text(fleet.summary(record)), *(Text(printable(x)) for x in lines))
