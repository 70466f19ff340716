"""Replay recorded calls in the sandbox and read what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from codeopt.model.project import Project
from codeopt.verify.observation import Observation, read_observation
from codeopt.worker import Place, Worker, WorkerFailed, run_job

_START_SECONDS = 60.0  # for importing the project


@dataclass(frozen=True, slots=True)
class Replay:
    """Say how recorded calls are replayed; ``overrides`` maps paths to a candidate's text."""

    project: Project
    recording: Path
    overrides: Mapping[str, str] = field(default_factory=dict)
    mode: str = "forward"
    tolerant: bool = False
    seconds: float = 10.0
    budget: float = 20.0
    detail: int | None = None
    hash_seed: int = 0
    inline: int = 64


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what one replay showed: observations by call and pass, in the order made.

    ``skipped`` maps calls to the reason why their arguments could not be built. ``names`` are the
    globals of the module, ``state`` those that had changed at the end. ``failure`` says
    how the process ended when it did not reach its end, ``last`` which call it had begun by then.
    """

    observations: Mapping[tuple[int, str], Observation]
    skipped: Mapping[int, str]
    chosen: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    state: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""
    hung: bool = False
    last: int | None = None


def replay(place: Place, request: Replay) -> Seen:
    """Run one replay in a process of its own."""
    place = replace(place, read=(*place.read, request.recording.parent))
    found: dict[tuple[int, str], Observation] = {}
    skipped: dict[int, str] = {}
    chosen: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    try:
        with Worker(place, _job(place, request), hash_seed=request.hash_seed) as worker:
            first = _checked(worker.receive(_START_SECONDS))
            chosen = tuple(int(index) for index in first["calls"])
            names = frozenset(str(name) for name in first["globals"])
            while True:
                frame = _checked(worker.receive(3 * request.seconds + 20.0))
                if "done" in frame:
                    state = {str(k): str(v) for k, v in frame["state"].items()}
                    return Seen(found, skipped, chosen, names, state)
                _note(frame, found, skipped)
    except WorkerFailed as error:
        hung = bool(error.stopped)
        last = _next(request, chosen, found)
        return Seen(found, skipped, chosen, names, {}, str(error), hung, last)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Seen(found, skipped, chosen, names, {}, f"the process answered nonsense: {error}")


def _job(place: Place, request: Replay) -> dict[str, Any]:
    return {
        "job": "replay",
        "tree": str(place.tree),
        "source_roots": list(request.project.source_roots),
        "recording": str(request.recording),
        "overrides": dict(request.overrides),
        "mode": request.mode,
        "tolerant": request.tolerant,
        "inline": request.inline,
        "seconds": request.seconds,
        "budget": request.budget,
        "detail": request.detail,
    }


def _checked(frame: dict[str, Any]) -> dict[str, Any]:
    if "error" in frame:
        raise WorkerFailed(f"{frame.get('error')}: {frame.get('text')}"[:500])
    return frame


def _note(
    frame: dict[str, Any],
    found: dict[tuple[int, str], Observation],
    skipped: dict[int, str],
) -> None:
    index = int(frame["call"])
    if "skip" in frame:
        skipped[index] = str(frame["skip"])
    else:
        found[index, str(frame["pass"])] = read_observation(frame)


def _next(
    request: Replay, chosen: tuple[int, ...], found: Mapping[tuple[int, str], Observation]
) -> int | None:
    order = chosen[::-1] if request.mode == "again" else chosen
    done = {index for index, _ in found}
    return next((index for index in order if index not in done), None)


def snippet(place: Place, project: Project, recording: Path, call: int) -> str:
    """Write a recorded call as a few runnable lines; "" when that fails."""
    place = replace(place, read=(*place.read, recording.parent))
    job = {
        "job": "explain",
        "tree": str(place.tree),
        "source_roots": list(project.source_roots),
        "recording": str(recording),
        "call": call,
    }
    try:
        return str(run_job(place, job, timeout=_START_SECONDS).get("snippet", ""))
    except WorkerFailed:
        return ""
