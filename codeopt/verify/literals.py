"""Get the arguments of recorded calls as plain literals, which may be written into a file."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from codeopt.model.evidence import Recording
from codeopt.model.project import Project
from codeopt.worker import Place, WorkerFailed, run_job

Call = tuple[tuple[Any, ...], dict[str, Any]]
_ROOM = 4000  # characters of one call
_SECONDS = 60.0


def literals(
    place: Place, project: Project, recording: Recording, numbers: Sequence[int]
) -> tuple[Call, ...]:
    """Return those of some recorded calls whose arguments are plain literals."""
    place = replace(place, read=(*place.read, recording.file.parent))
    job = {
        "job": "literals",
        "tree": str(place.tree),
        "source_roots": list(project.source_roots),
        "recording": str(recording.file),
        "calls": list(numbers),
        "room": _ROOM,
    }
    try:
        found = run_job(place, job, timeout=_SECONDS).get("calls")
    except WorkerFailed:
        return ()
    calls = map(parsed, found if isinstance(found, list) else ())
    return tuple(call for call in calls if call is not None)


def parsed(pair: Any) -> Call | None:
    """Read what a process of the project wrote: as literals, and nothing is run."""
    try:
        texts = [text for text in pair if len(text) <= 2 * _ROOM]
        args, kwargs = (ast.literal_eval(text) for text in texts)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    if not isinstance(args, tuple) or not isinstance(kwargs, dict):
        return None
    return (args, kwargs) if all(isinstance(name, str) for name in kwargs) else None
