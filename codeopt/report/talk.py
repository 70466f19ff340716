"""What people said of patches and what came of it, as every report tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codeopt.model.candidate import changed_lines
from codeopt.model.review import Choice, Exchange, Kind, Opinion
from codeopt.model.run import RunRecord

_DOING = {Kind.EDIT: "edited it", Kind.PART: "took a part of it", Kind.REMARK: "asked"}


@dataclass(frozen=True, slots=True)
class Turn:
    """Hold one line of the talk about a function; ``diff`` is what a person made of a patch."""

    target: str
    text: str
    diff: str = ""


def turns(record: RunRecord) -> tuple[Turn, ...]:
    """List the talk of a run, function by function, the oldest first; decisions come last."""
    found = [*_exchanges(record.exchanges), *_decisions(record)]
    order = {name: n for n, name in enumerate(dict.fromkeys(each.target for each in found))}
    return tuple(sorted(found, key=lambda each: order[each.target]))


def _exchanges(exchanges: Iterable[Exchange]) -> list[Turn]:
    found = []
    for each in exchanges:
        target, remark = str(each.target), each.kind is Kind.REMARK
        said = f": {each.said}" if remark else f" ({changed(each.said)})"
        diff = "" if remark else each.said
        found.append(Turn(target, f"a person {_DOING[each.kind]}{said}", diff))
        who = each.model or "the judge"
        outcome = "kept" if each.kept else "not kept"
        answer = each.answer.removeprefix("not kept: ")
        found.append(Turn(target, f"{who}: {outcome}: {answer}"))
    return found


def _decisions(record: RunRecord) -> list[Turn]:
    names = {a.candidate_digest: a.technique or a.strategy for a in record.attempts}
    return [_decision(each, names) for each in record.opinions if each.choice is not Choice.OPEN]


def _decision(opinion: Opinion, names: dict[str, str]) -> Turn:
    name = names.get(opinion.candidate_digest) or opinion.technique or opinion.strategy
    remark = f": {opinion.remark}" if opinion.remark else ""
    return Turn(str(opinion.target), f"{name} was {opinion.choice}{remark}")


def changed(diff: str) -> str:
    """Count the lines that a diff adds and takes away."""
    added, removed = changed_lines(diff)
    return f"lines added: {added}, removed: {removed}"
