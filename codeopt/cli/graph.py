"""``codeopt graph``: show what the code graph knows about a function."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeopt.cli.console import JsonOption, RepositoryOption, json_text
from codeopt.report.printing import printable

if TYPE_CHECKING:
    from codeopt.ports import Assignment


class Query(StrEnum):
    """Name the questions that the graph answers."""

    CALLERS = "callers"
    CALLEES = "callees"
    CONTEXT = "context"


def command(
    query: Annotated[Query, typer.Argument(help="What to show.", show_default=False)],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help="path::function or path::Class.method.", show_default=False
        ),
    ],
    *,
    repository: RepositoryOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show who calls a function, what it calls, or what a model is told about its surroundings."""
    from codeopt.cli.wiring import look_up

    found = look_up(repository, target)
    rows = {Query.CONTEXT: _context, Query.CALLEES: _callees, Query.CALLERS: _callers}[query](found)
    if as_json:
        answer = {"version": 1, "target": str(found.target.id), str(query): rows}
        print(json_text(answer))
    elif query is Query.CONTEXT:
        print(printable("\n\n".join(row["text"] for row in rows if row["chosen"])))
    else:
        for row in rows:
            print(printable(" ".join([row["function"], *(["(perhaps)"] if _maybe(row) else [])])))


def _callees(found: Assignment) -> list[dict[str, Any]]:
    graph = found.graph
    return [{"function": str(each)} for each in (graph.callees(found.target.id) if graph else ())]


def _callers(found: Assignment) -> list[dict[str, Any]]:
    """List the callers; calls of a method of an unknown object are only possible ones."""
    if found.graph is None:
        return []
    known = found.graph.callers(found.target.id)
    others = found.graph.possible_callers(found.target.id.name)
    sure = [{"function": str(each), "certain": True} for each in known]
    maybe = [{"function": str(each), "certain": False} for each in others if each not in known]
    return sure + maybe


def _context(found: Assignment) -> list[dict[str, Any]]:
    """List the surroundings, and which of them have room in a prompt."""
    from codeopt.propose.context import chosen, parts_of

    kept = chosen(found)
    return [
        {
            "kind": part.kind,
            "tokens": part.tokens,
            "relevance": round(part.relevance, 2),
            "chosen": part in kept,
            "text": part.text,
        }
        for part in parts_of(found)
    ]


def _maybe(row: dict[str, Any]) -> bool:
    return row.get("certain") is False
