"""Run a workload of the project from one tree, again and again, and say what each run took."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from codeopt.model.project import Project, Workload, WorkloadKind
from codeopt.worker import Place, Worker, WorkerFailed


@dataclass(frozen=True, slots=True)
class Run:
    """Hold one run: seconds of CPU and wall time of all its processes, its peak memory in bytes.

    ``benchmarks`` pairs names with the best seconds of each, sorted; ``seen`` is what an observer
    in the processes wrote, unchecked. ``gave_way`` says that the processes gave up the processor of
    their own will more often than others pushed them aside.
    """

    cpu: float
    wall: float
    peak: int = 0
    benchmarks: tuple[tuple[str, float], ...] = ()
    seen: tuple[Any, ...] = ()
    gave_way: bool = False


class Runner:
    """Keep a process that runs the workload on request; use it as a context manager.

    ``observer`` is a job of the harness that watches the processes of the workload.
    """

    def __init__(
        self,
        place: Place,
        project: Project,
        workload: Workload,
        observer: Mapping[str, Any] | None = None,
    ) -> None:
        self._limit = place.limits.wall_seconds
        self._benchmarks = workload.kind is WorkloadKind.BENCHMARK and observer is None
        job = {
            **_job(place, project, workload),
            "benchmarks": self._benchmarks,
            "observer": None if observer is None else dict(observer),
        }
        self._worker = Worker(replace(place, write=(place.tree, *place.write)), job)

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._worker.close()

    def run(self, number: int) -> Run:
        """Run the workload once; ``number`` is the hash seed. WorkerFailed when it fails."""
        frame = self._worker.ask({"hash_seed": number}, self._limit)
        if "error" in frame or frame.get("returncode") != 0:
            raise WorkerFailed(_failure(frame))
        try:
            return _read(frame, self._benchmarks)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise WorkerFailed(f"the workload's times make no sense: {error}") from error


def _failure(frame: Mapping[str, Any]) -> str:
    if "error" in frame:
        return f"the workload failed: {frame['error']}: {frame.get('text', '')}"[:300]
    return f"the workload failed (exit code {frame.get('returncode')})"


def _read(frame: Mapping[str, Any], benchmarks: bool) -> Run:
    own = sorted((str(n), float(s)) for n, s in dict(frame.get("benchmarks") or {}).items())
    if benchmarks and not own:
        raise ValueError("pytest-benchmark wrote no timings")
    cpu, wall = int(frame["cpu"]) / 1e9, int(frame["wall"]) / 1e9
    voluntary, forced = (int(count) for count in frame["switches"])
    seen = tuple(frame.get("seen") or ())
    return Run(cpu, wall, int(frame["peak"]), tuple(own), seen, voluntary > forced)


def _job(place: Place, project: Project, workload: Workload) -> dict[str, Any]:
    python = place.interpreter.path
    roots = os.pathsep.join(str(place.tree / root) for root in project.source_roots)
    return {
        "job": "command",
        "argv": [part.replace("{python}", str(python)) for part in workload.argv],
        "tree": str(place.tree),
        "environment": {
            "PATH": os.pathsep.join([str(python.parent), "/usr/local/bin", "/usr/bin", "/bin"]),
            "PYTHONPATH": roots,
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    }
