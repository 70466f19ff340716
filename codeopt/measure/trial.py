"""What a trial of two versions needs to know, and the process in which one version is timed."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codeopt.measure import stats
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Interval, Recording
from codeopt.model.project import Project
from codeopt.worker import Place, Worker, WorkerFailed

ANSWER_SECONDS = 120.0
MAX_SEED = 4_294_967_295


@dataclass(frozen=True, slots=True)
class Trial:
    """Name two versions of a target; each maps paths to the text that replaces a file."""

    place: Place
    project: Project
    recording: Recording
    original: Mapping[str, str]
    candidate: Mapping[str, str]
    seed: int = 0

    @property
    def target(self) -> FunctionId:
        """Return the function whose calls are timed."""
        return self.recording.target

    def job(self, name: str, **more: Any) -> dict[str, Any]:
        """Return a job for the harness."""
        return {
            "job": name,
            "tree": str(self.place.tree),
            "source_roots": list(self.project.source_roots),
            "qualname": self.target.qualname,
            "recording": str(self.recording.file),
            **more,
        }


class Zygote:
    """Keep a process of one version from which samples are forked."""

    def __init__(self, trial: Trial, overrides: Mapping[str, str], hash_seed: int) -> None:
        self._trial, self._overrides, self._seed = trial, overrides, hash_seed
        self._worker = self._start()
        self._ready: dict[str, Any] | None = None
        self._gone = False

    def ready(self) -> dict[str, Any]:
        """Wait until the version is loaded."""
        if self._ready is None:
            self._ready = _checked(self._worker, self._worker.receive(ANSWER_SECONDS))
        return self._ready

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Have a request carried out in a fork (in a new process where there is no fork)."""
        self.send(request)
        return self.receive()

    def send(self, request: dict[str, Any]) -> None:
        """Send a request."""
        if self._gone:
            self._worker.close()
            self._worker, self._ready, self._gone = self._start(), None, False
        self.ready()
        self._worker.send(request)

    def receive(self) -> dict[str, Any]:
        """Receive the answer, or a mark that precedes it."""
        frame = _checked(self._worker, self._worker.receive(ANSWER_SECONDS))
        self._gone = bool(frame.get("gone"))
        return frame

    def close(self) -> None:
        """End the process."""
        self._worker.close()

    def _start(self) -> Worker:
        job = self._trial.job("timing", overrides=dict(self._overrides))
        return Worker(self._trial.place, job, hash_seed=self._seed)


def hash_seeds(seed: int, purpose: str) -> random.Random:
    """Return a generator of hash seeds."""
    return random.Random(f"{purpose} {seed}")


def as_interval(values: list[float], *, level: float = 0.95) -> Interval:
    """Return the Hodges-Lehmann estimate of log ratios with its interval, as ratios."""
    low, high = stats.two_sided(values, level)
    estimate = stats.hodges_lehmann(values)
    return Interval(math.exp(estimate), math.exp(low), exp(high), len(values))


def exp(value: float) -> float:
    """Return e to the power, infinite where it is."""
    return math.exp(value) if value < 700 else math.inf


def _checked(worker: Worker, frame: dict[str, Any]) -> dict[str, Any]:
    if "error" in frame:
        worker.close()
        raise WorkerFailed(f"{frame['error']}: {frame.get('text', '')}"[:400])
    if "died" in frame:
        worker.close()
        raise WorkerFailed(f"the timed process died (status {frame['died']})", stopped="died")
    return frame
