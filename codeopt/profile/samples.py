"""Read what the sampler wrote inside the sandbox: untrusted files of stacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeopt import foreign
from codeopt.model.evidence import Frame

_MOST_BYTES = 64 << 20
_MOST_FILES = 2000
_DEEPEST = 400
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold one distinct stack as it was seen: absolute paths, outermost frame first."""

    frames: tuple[Frame, ...]
    seconds: float
    samples: int


def read_samples(directory: Path) -> tuple[Sample, ...]:
    """Read the files of all processes; a file that is not as it should be is left out."""
    files = sorted(directory.glob("stacks-*.json"))[:_MOST_FILES]
    return tuple(sample for file in files for sample in _read(file))


def _read(file: Path) -> list[Sample]:
    try:
        document = json.loads(foreign.read(file, _MOST_BYTES))
        frames = [_frame(each) for each in document["frames"]]
        return list(_samples(document["stacks"], frames))
    except (OSError, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return []


def _frame(value: Any) -> Frame:
    path, name, line = value
    if not (isinstance(path, str) and isinstance(name, str) and type(line) is int):
        raise ValueError("not a frame")
    return Frame(path[:_LONGEST], name[:_LONGEST], max(0, line))


def _samples(stacks: Any, frames: list[Frame]) -> Iterator[Sample]:
    for seconds, count, indices in stacks:
        if not (isinstance(seconds, (int, float)) and type(count) is int and 0 < seconds < 1e6):
            raise ValueError("not a weight")
        if not all(type(index) is int and index >= 0 for index in indices):
            raise ValueError("not an index")
        stack = tuple(frames[index] for index in indices[-_DEEPEST:])
        yield Sample(stack, float(seconds), max(1, count))
