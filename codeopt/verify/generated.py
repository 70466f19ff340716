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
from codeopt.verify.replaying import Replay, Seen, checked, replay
from codeopt.worker import Place, Worker, WorkerFailed

COUNT = 560  # inputs that are made up
_MAKE_SECONDS = 180.0  # for a few seconds of work, on a machine that has much else to do
_LATE = "all would take too long"
CALL_SECONDS = 0.5  # limit of one call of the original: inputs that take longer are not used
_PASS_SECONDS = 1.5  # after which the original is not tried on further inputs
ZONE = "America/New_York"  # most machines are in UTC, where local time is what it should not be


@dataclass(frozen=True, slots=True)
class Generated:
    """Hold made-up inputs: ``answers`` are those on which the original agrees with itself.

    ``known`` are the inputs whose types were all seen in recorded calls, ``count`` is how many were
    made. ``file`` is opaque. ``gap`` says why there are none, or fewer than were made.
    """

    file: Path
    answers: Mapping[int, Observation] = field(default_factory=dict)
    known: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    count: int = 0
    gap: str = ""


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
        """Write one file of inputs, none of them answered yet; where that fails, a gap says so."""
        target = self._out / name
        job = {**self._job, "out": str(target), **request}
        try:
            if self._worker is None:
                self._worker = Worker(self._place, job)
            else:
                self._worker.send(job)
            known = checked(self._worker.receive(_MAKE_SECONDS)).get("known")
        except WorkerFailed as error:
            return Generated(target, gap=f"no inputs were made up: {error}"[:200])
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
    if not made.count or not foreign.is_file(made.file):
        gap = made.gap or "no inputs could be made up from the recorded calls"
        return replace(made, gap=gap)
    request = question(project, made, settings)
    first = replay(place, request)
    tried = tuple(index for index, _ in first.observations)
    if not tried:
        return replace(made, gap=f"no made-up input was answered: {first.failure or _LATE}"[:200])
    seed = settings.seed + 1
    again = replace(request, only=tried, hash_seed=seed, deadline=600.0)
    second = replay(place, again)
    return _with_gap(settle(made, first, second, settings.rtol), len(tried), first.failure)


def _with_gap(made: Generated, tried: int, failure: str) -> Generated:
    """Say of answered inputs what is missing of those that were made."""
    if not made.answers:
        gap = "the original answers no made-up input alike twice"
    elif tried < made.count:
        gap = f"{tried} of {made.count} made-up inputs were tried: {failure or _LATE}"
    else:
        return made
    return replace(made, gap=gap[:200])


def question(project: Project, made: Generated, settings: JudgeSettings) -> Replay:
    """Ask the original about inputs."""
    return Replay(
        project,
        made.file,
        tolerant=settings.rtol > 0,
        seconds=CALL_SECONDS,
        deadline=_PASS_SECONDS,
        zone=ZONE,
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
