"""Replay calls in the sandbox and read what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from codeopt.model.project import Project
from codeopt.verify.observation import Observation, read_observation
from codeopt.worker import Place, Worker, WorkerFailed, run_job

START_SECONDS = 60.0  # for importing the project


@dataclass(frozen=True, slots=True)
class Replay:
    """Say how a file of calls is replayed; ``overrides`` maps paths to a candidate's text.

    ``zone`` is the local time zone of the process ("": that of the machine).
    """

    project: Project
    recording: Path
    overrides: Mapping[str, str] = field(default_factory=dict)
    mode: str = "forward"
    tolerant: bool = False
    seconds: float = 10.0
    budget: float = 1.5
    detail: int | None = None
    only: tuple[int, ...] = ()
    deadline: float = 600.0
    timeouts: int = 1000
    hash_seed: int = 0
    inline: int = 64
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what one replay showed: observations by call and pass, in the order made.

    ``skipped`` maps calls to the reason why their arguments could not be built. ``names`` are the
    globals of the module, ``state`` those that had changed at the end. ``failure`` says
    how the process ended when it did not reach its end, ``last`` which call it had begun by then;
    ``killed`` that somebody else has ended it.
    """

    observations: Mapping[tuple[int, str], Observation]
    skipped: Mapping[int, str]
    chosen: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    state: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""
    hung: bool = False
    last: int | None = None
    killed: bool = False


class Replayer:
    """Replay file after file in one process, as long as it lives; a context manager."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._worker: Worker | None = None

    def __enter__(self) -> Replayer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def run(self, request: Replay) -> Seen:
        """Make one pass; a process that failed is replaced at the next one.

        If somebody has killed it, that says nothing about its code: make another pass.
        """
        seen = self._pass(request)
        return self._pass(request) if seen.killed else seen

    def _pass(self, request: Replay) -> Seen:
        reading = _Reading(request)
        try:
            reading.read(self._ask(request))
        except WorkerFailed as error:
            self._close()
            return reading.failed(str(error), hung=error.late, killed=error.killed)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._close()
            return reading.failed(f"the process answered nonsense: {error}", hung=False)
        return reading.seen()

    def _ask(self, request: Replay) -> Worker:
        job = _job(self._place, request)
        if self._worker is None:
            place = replace(self._place, read=(*self._place.read, request.recording.parent))
            self._worker = Worker(place, job, hash_seed=request.hash_seed)
        else:
            self._worker.send(job)
        return self._worker

    def _close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


def replay(place: Place, request: Replay) -> Seen:
    """Make one pass in a process of its own."""
    with Replayer(place) as replayer:
        return replayer.run(request)


class _Reading:
    """Read the frames of one pass."""

    def __init__(self, request: Replay) -> None:
        self._request = request
        self._found: dict[tuple[int, str], Observation] = {}
        self._skipped: dict[int, str] = {}
        self._chosen: tuple[int, ...] = ()
        self._names: frozenset[str] = frozenset()
        self._state: dict[str, str] = {}

    def read(self, worker: Worker) -> None:
        """Read up to the frame that ends the pass."""
        first = checked(worker.receive(START_SECONDS))
        self._chosen = tuple(int(index) for index in first["calls"])
        self._names = frozenset(str(name) for name in first["globals"])
        while True:
            frame = checked(worker.receive(6 * self._request.seconds + 20.0))
            if "done" in frame:
                self._state = {str(k): str(v) for k, v in frame["state"].items()}
                return
            self._note(frame)

    def seen(self) -> Seen:
        """Return what a whole pass showed."""
        return Seen(self._found, self._skipped, self._chosen, self._names, self._state)

    def failed(self, text: str, *, hung: bool, killed: bool = False) -> Seen:
        """Return what a pass showed before it failed."""
        order = self._chosen[::-1] if self._request.mode == "again" else self._chosen
        done = {index for index, _ in self._found} | set(self._skipped)
        last = next((index for index in order if index not in done), None)
        found = (self._found, self._skipped, self._chosen, self._names)
        return Seen(*found, {}, text, hung, last, killed)

    def _note(self, frame: dict[str, Any]) -> None:
        index = int(frame["call"])
        if "skip" in frame:
            self._skipped[index] = str(frame["skip"])
        else:
            self._found[index, str(frame["pass"])] = read_observation(frame)


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
        "only": list(request.only),
        "deadline": request.deadline,
        "timeouts": request.timeouts,
        "detail": request.detail,
        "zone": request.zone,
    }


def checked(frame: dict[str, Any]) -> dict[str, Any]:
    """Return a frame that reports no error; raise WorkerFailed with it otherwise."""
    if "error" in frame:
        raise WorkerFailed(f"{frame.get('error')}: {frame.get('text')}"[:500])
    return frame


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
        return str(run_job(place, job, timeout=START_SECONDS).get("snippet", ""))
    except WorkerFailed:
        return ""
