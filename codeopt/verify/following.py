"""Follow the original through a few recorded calls, for strategies that show a model the values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from codeopt.model.evidence import Recording
from codeopt.model.insight import LineTrace, Trace
from codeopt.model.project import Project
from codeopt.worker import Place, Worker, WorkerFailed

_CALLS = 3
_SECONDS = 60.0
_MOST_LINES = 40
_MOST_CALLEES = 12
_LONGEST = 240


def follow(place: Place, project: Project, recording: Recording) -> Trace:
    """Trace one call of each of the largest classes; nothing is known where that fails."""
    job = {
        "job": "follow",
        "tree": str(place.tree),
        "source_roots": list(project.source_roots),
        "qualname": recording.target.qualname,
        "recording": str(recording.file),
        "calls": typical(recording),
    }
    readable = replace(place, read=(*place.read, recording.file.parent))
    text = (place.tree / recording.target.path).read_text("utf-8", "replace")
    try:
        with Worker(readable, job) as worker:
            return trace_of(text, worker.receive(_SECONDS))
    except (WorkerFailed, ValueError, TypeError, KeyError, OSError):
        return Trace()


def typical(recording: Recording) -> list[int]:
    """Choose a call of each of the most frequent classes."""
    classes = sorted(recording.classes, key=lambda each: -len(each.calls))
    return [each.calls[0] for each in classes if each.calls][:_CALLS] or [0]


def trace_of(text: str, frame: Mapping[str, Any]) -> Trace:
    """Turn what the harness saw into lines with their values; raise on what does not fit."""
    rows = text.split("\n")
    hits = {int(line): int(count) for line, count in frame["hits"]}
    values: dict[int, list[str]] = {}
    for line, name, texts in frame["values"]:
        shown = f"{name} = {' | '.join(map(str, texts))}"
        values.setdefault(int(line), []).append(shown[:_LONGEST])
    lines = sorted({*hits, *values})[:_MOST_LINES]
    return Trace(
        tuple(
            LineTrace(rows[line - 1].rstrip(), hits.get(line, 0), tuple(values.get(line, ())))
            for line in lines
            if 0 < line <= len(rows)
        ),
        tuple((str(name), int(count)) for name, count in frame["calls"][:_MOST_CALLEES]),
    )
