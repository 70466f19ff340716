"""``codeopt stats``: figures over runs, as the field defines them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeopt.cli.console import Color, ColorOption, JsonOption, RepositoryOption, output

if TYPE_CHECKING:
    from rich.table import Table

    from codeopt.model.run import RunRecord
    from codeopt.report.stats import Efficiency, Figures


def command(
    runs: Annotated[
        list[str] | None,
        typer.Argument(metavar="RUN", help="Runs, or parts of their names (default: latest)."),
    ] = None,
    *,
    repository: RepositoryOption = Path(),
    as_json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show %Opt, speed-up, %Correct and Best@k, and what each kept percent cost."""
    from codeopt.cli.wiring import load_record

    records = [load_record(repository, run) for run in dict.fromkeys(runs or [""])]
    rows = _rows(records)
    effects = [each for record in records for each in _efficiency(record)]
    if as_json:
        shown = [asdict(each) for each in effects]
        print(json.dumps({"version": 1, "strategies": rows, "kept": shown}, indent=2))
        return
    console = output(color)
    console.print(_table(rows))
    if effects:
        console.print(_effects(effects))


def _rows(records: Sequence[RunRecord]) -> list[dict[str, Any]]:
    """Return one row for each strategy, and one for all of them together."""
    from codeopt.report import stats

    answers = stats.samples(records)
    rows = []
    for name in sorted({each.strategy for each in answers}):
        own = [each for each in answers if each.strategy == name]
        rows.append(_row(name, stats.figures(own), stats.cost_of(records, name)))
    return [*rows, _row("all", stats.figures(answers), stats.cost(records))]


def _row(name: str, found: Figures, cost: Any) -> dict[str, Any]:
    return {
        "strategy": name,
        "programs": found.programs,
        "samples": found.samples,
        "opt_percent": round(found.opt, 2),
        "correct_percent": round(found.correct, 2),
        "speedup": round(found.speedup, 4),
        "best": {str(k): [round(opt, 2), round(speed, 4)] for k, opt, speed in found.best},
        "tokens": cost.spend.tokens,
        "usd": round(cost.spend.usd, 6),
        "kept_percent": round(cost.kept_percent, 2),
        "tokens_per_percent": cost.tokens_per_percent,
        "usd_per_percent": cost.usd_per_percent,
    }


def _efficiency(record: RunRecord) -> tuple[Efficiency, ...]:
    from codeopt.report.stats import efficiency

    return efficiency(record)


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    from rich.table import Table

    table = Table("strategy", "samples", "%Opt", "%Correct", "speed-up", "Best@k", "tokens", "/ %")
    for row in rows:
        best = "  ".join(f"@{k} {speed:.2f}×" for k, (_, speed) in row["best"].items())
        each = row["tokens_per_percent"]
        table.add_row(
            row["strategy"],
            f"{row['samples']} of {row['programs']} functions",
            f"{row['opt_percent']:.1f}",
            f"{row['correct_percent']:.1f}",
            f"{row['speedup']:.2f}×",
            best,
            f"{row['tokens']:,}",
            f"{each:,.0f} tokens" if each is not None else "–",
        )
    return table


def _effects(effects: Sequence[Efficiency]) -> Table:
    from rich.table import Table

    from codeopt.report.printing import printable

    table = Table("kept", "ET (s)", "MU (MB)", "TMU (MB·s, at most)")
    for each in effects:
        table.add_row(
            printable(each.program),
            _change(each.et, 1.0),
            _change(each.mu, 1e6),
            _change(each.tmu, 1e6),
        )
    return table


def _change(pair: tuple[float, float] | None, unit: float) -> str:
    return "–" if pair is None else f"{pair[0] / unit:.3f} → {pair[1] / unit:.3f}"
