"""Write the tables of cases into docs/trust.md: ``python -m tests.traps.table``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .case import Case, read_cases

PAGE = Path(__file__).parents[2] / "docs" / "trust.md"
_BEGIN, _END = "<!-- cases: begin -->\n", "<!-- cases: end -->\n"


def page(cases: Iterable[Case]) -> str:
    """Return the page with its tables up to date; the prose around them stays."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    return f"{before}{_BEGIN}{tables(tuple(cases))}{_END}{rest.partition(_END)[2]}"


def tables(cases: tuple[Case, ...]) -> str:
    """Return the tables of traps and of good rewrites, by kind."""
    traps = [case for case in cases if case.is_trap]
    good = [case for case in cases if not case.is_trap]
    return "\n".join(
        [
            f"### Traps: {len(traps)}",
            "",
            "| kind | traps | what they are | refused as |",
            "|---|---|---|---|",
            *_rows(traps, with_reasons=True),
            "",
            f"### Good rewrites: {len(good)}",
            "",
            "| kind | rewrites | what they are |",
            "|---|---|---|",
            *_rows(good, with_reasons=False),
            "",
            *_open(cases),
        ]
    )


def _rows(cases: list[Case], *, with_reasons: bool) -> list[str]:
    kinds = sorted({case.kind for case in cases})
    rows = []
    for kind in kinds:
        own = [case for case in cases if case.kind == kind]
        names = ", ".join(_title(case) for case in own)
        codes = sorted({code for case in own for code in case.reasons})
        reasons = f" {', '.join(f'`{code}`' for code in codes)} |" if with_reasons else ""
        rows.append(f"| {kind} | {len(own)} | {names} |{reasons}")
    return rows


def _title(case: Case) -> str:
    return case.name.replace("-", " ") + (" (open)" if case.open else "")


def _open(cases: tuple[Case, ...]) -> list[str]:
    waiting = [case for case in cases if case.open]
    if not waiting:
        return ["Nothing is open: the judge gets all of them right.", ""]
    lines = [f"- `{case.name}`: {case.open}." for case in waiting]
    return ["### Open: what the judge does not get right yet", "", *lines, ""]


if __name__ == "__main__":
    PAGE.write_text(page(read_cases()), encoding="utf-8")
