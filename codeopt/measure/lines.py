"""See where a candidate still spends its time: its hot lines, and the inputs it is slowest on.

What a strategy tells the model about its last attempt (EffiLearner). It decides nothing: figures
come from a sampler in one process, rounded by whoever shows them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from codeopt.model.evidence import HotLine, InputClass, Recording
from codeopt.model.project import Project
from codeopt.worker import Place, Worker, WorkerFailed

_SECONDS = 0.3
_ANSWER_SECONDS = 30.0
_MOST_CALLS = 60
_MOST_LINES = 12
_LEAST_SAMPLES = 20


@dataclass(frozen=True, slots=True)
class Insight:
    """Hold the hot lines of a version, hottest first, and the label of its slowest inputs."""

    lines: tuple[HotLine, ...] = ()
    slowest: str = ""


def look_inside(
    place: Place, project: Project, recording: Recording, texts: Mapping[str, str]
) -> Insight:
    """Sample a candidate (path -> text) on recorded calls; nothing is known where that fails."""
    job = {
        "job": "lines",
        "tree": str(place.tree),
        "source_roots": list(project.source_roots),
        "qualname": recording.target.qualname,
        "recording": str(recording.file),
        "overrides": dict(texts),
        "calls": _spread(recording),
        "seconds": _SECONDS,
    }
    readable = replace(place, read=(*place.read, recording.file.parent))
    with contextlib.suppress(WorkerFailed, ValueError, TypeError, KeyError, OSError):
        with Worker(readable, job) as worker:
            frame = worker.receive(_ANSWER_SECONDS)
        samples = {int(line): int(count) for line, count in frame["lines"]}
        times = {int(index): int(spent) for index, spent in frame["times"]}
        text = texts.get(recording.target.path, "")
        return Insight(hot_lines(text, samples), slowest(recording.classes, times))
    return Insight()


def hot_lines(text: str, samples: Mapping[int, int]) -> tuple[HotLine, ...]:
    """Turn samples by line into the hottest lines; too few samples say nothing."""
    total = sum(samples.values())
    if total < _LEAST_SAMPLES:
        return ()
    rows = text.split("\n")
    hottest = sorted(samples.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_LINES]
    return tuple(
        HotLine(rows[line - 1].rstrip(), count / total)
        for line, count in hottest
        if 0 < line <= len(rows)
    )


def slowest(classes: tuple[InputClass, ...], times: Mapping[int, int]) -> str:
    """Return the label of the class whose calls take longest on average; "" for one class."""
    paces = []
    for each in classes:
        spent = [times[index] for index in each.calls if index in times]
        if spent:
            paces.append((sum(spent) / len(spent), each.label))
    return max(paces)[1] if len(paces) > 1 else ""


def _spread(recording: Recording) -> list[int]:
    """Choose calls of all classes in turn."""
    chosen: dict[int, None] = {}
    longest = max((len(each.calls) for each in recording.classes), default=0)
    for place in range(longest):
        chosen |= {each.calls[place]: None for each in recording.classes if place < len(each.calls)}
    return list(chosen)[:_MOST_CALLS] or list(range(min(recording.calls, _MOST_CALLS)))
