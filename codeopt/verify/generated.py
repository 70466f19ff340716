"""Inputs made up from recorded calls, and what the original does on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from codeopt import foreign
from codeopt.config import JudgeSettings
from codeopt.model.evidence import Recording
from codeopt.model.project import Project
from codeopt.verify.compare import compare, uncomparable
from codeopt.verify.observation import Observation
from codeopt.verify.replaying import START_SECONDS, Replay, Seen, replay
from codeopt.worker import Place, Worker, WorkerFailed

COUNT = 400  # inputs that are made up
CALL_SECONDS = 0.5  # limit of one call of the original: inputs that take longer are not used
_PASS_SECONDS = 1.5  # after which the original is not tried on further inputs


@dataclass(frozen=True, slots=True)
class Generated:
    """Hold made-up inputs: ``answers`` are those on which the original agrees with itself.

    ``known`` are the inputs whose types were all seen in recorded calls, ``count`` is how many were
    made. ``file`` is opaque.
    """

    file: Path
    answers: Mapping[int, Observation] = field(default_factory=dict)
    known: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    count: int = 0


class Maker:
    """Make files of inputs from recorded calls, in one process; a context manager."""

    def __init__(self, place: Place, project: Project, recording: Recording, out: Path) -> None:
        foreign.directory(out)
        read = (*place.read, recording.file.parent, out)
        self._place = replace(place, read=read, write=(*place.write, out))
        self._job = {
            "job": "generate",
            "tree": str(place.tree),
            "source_roots": list(project.source_roots),
            "recording": str(recording.file),
        }
        self._out = out
        self._worker: Worker | None = None

    def __enter__(self) -> Maker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._worker is not None:
            self._worker.close()

    def make(self, name: str, request: Mapping[str, Any]) -> Generated:
        """Write one file of inputs, none of them answered yet; nothing when that fails."""
        target = self._out / name
        job = {**self._job, "out": str(target), **request}
        try:
            if self._worker is None:
                self._worker = Worker(self._place, job)
            else:
                self._worker.send(job)
            known = self._worker.receive(START_SECONDS).get("known")
        except WorkerFailed:
            known = None
        flags = known if isinstance(known, list) else []
        inside = frozenset(i for i, flag in enumerate(flags) if flag)
        return Generated(target, known=inside, count=len(flags))


def generate(
    place: Place,
    project: Project,
    recording: Recording,
    settings: JudgeSettings,
    *,
    count: int = COUNT,
) -> Generated:
    """Make up inputs, deterministic by seed, and keep those that the original answers twice."""
    out = recording.file.parent / f"{recording.file.stem}-inputs"
    with Maker(place, project, recording, out) as maker:
        made = maker.make("inputs.bin", {"seed": settings.seed, "count": count})
    if not foreign.is_file(made.file):
        return made
    request = question(project, made, settings)
    first = replay(place, request)
    tried = tuple(index for index, _ in first.observations)
    if not tried:
        return made
    seed = settings.seed + 1
    second = replay(place, replace(request, only=tried, hash_seed=seed, deadline=600.0))
    return settle(made, first, second, settings.rtol)


def question(project: Project, made: Generated, settings: JudgeSettings) -> Replay:
    """Ask the original about inputs."""
    return Replay(
        project,
        made.file,
        tolerant=settings.rtol > 0,
        seconds=CALL_SECONDS,
        deadline=_PASS_SECONDS,
    )


def settle(made: Generated, first: Seen, second: Seen, rtol: float) -> Generated:
    """Keep the inputs on which two replays of the original agree."""
    answers = {}
    for (index, _), one in first.observations.items():
        two = second.observations.get((index, "first"))
        if two is None or uncomparable(one) is not None:
            continue
        if compare(one, two, rtol=rtol) is None:
            answers[index] = one
    return replace(made, answers=answers, names=first.names)
