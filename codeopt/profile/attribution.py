"""Tell which function of the project a frame belongs to, and which part of a stack is its work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from codeopt.model.code import CodeMap, FunctionId, FunctionInfo
from codeopt.model.evidence import Frame

_IMPORTER = "<frozen importlib"
_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
_FOREIGN = ("site-packages", "dist-packages")


@dataclass(frozen=True, slots=True)
class Located:
    """Hold a frame with where it belongs: ``function`` is None for code outside functions."""

    frame: Frame
    project: bool
    function: FunctionId | None
    comprehension: bool = False


@dataclass(frozen=True)
class Attribution:
    """Map frames to the functions of a code map."""

    tree: Path
    code: CodeMap
    _known: dict[Frame, Located] = field(default_factory=dict)

    def place(self, frame: Frame) -> Located:
        """Say where a frame belongs."""
        known = self._known.get(frame)
        if known is None:
            known = self._known[frame] = self._find(frame)
        return known

    def stack(self, frames: tuple[Frame, ...]) -> tuple[Located, ...]:
        """Return the stack from the first frame of the project on.

        Empty when the project's code is not on it, or only waits for an import: starting the test
        framework and loading modules are no part of what can be made faster.
        """
        places = [self.place(frame) for frame in frames]
        first = next((i for i, place in enumerate(places) if place.project), None)
        if first is None:
            return ()
        last_import = max(
            (i for i, frame in enumerate(frames) if frame.path.startswith(_IMPORTER)), default=-1
        )
        if last_import >= 0 and not any(place.function for place in places[last_import:]):
            return ()
        return tuple(_without_comprehensions(places[first:]))

    def _find(self, frame: Frame) -> Located:
        path = self._relative(frame.path)
        if path is None:
            return Located(frame, False, None)
        function = self._function(path, frame)
        name = function.qualname if function else frame.name
        inner = frame.name.rpartition(".")[2] in _COMPREHENSIONS
        return Located(Frame(path, name, frame.line), True, function, inner)

    def _relative(self, path: str) -> str | None:
        """Return the path below the tree, None for code that is not the project's."""
        if path.startswith("<"):
            return None
        whole = os.path.normpath(os.path.join(self.tree, path))  # noqa: PTH118 - a text, not a place
        for root in (str(self.tree), os.path.realpath(self.tree)):
            if whole.startswith(f"{root}/"):
                inner = whole[len(root) + 1 :]
                return None if any(part in inner.split("/") for part in _FOREIGN) else inner
        return None

    def _function(self, path: str, frame: Frame) -> FunctionId | None:
        """Find the innermost function around the line that has the frame's name.

        Lambdas, and before Python 3.12 comprehensions, are frames of their own: they belong to
        the function around them. Module and class bodies belong to none.
        """
        file = self.code.by_path.get(path)
        name = frame.name.rpartition(".")[2]
        if file is None or name == "<module>":
            return None
        around = [f for f in file.functions if f.span.start_line <= frame.line <= f.span.end_line]
        around.sort(key=_lines)
        if name.startswith("<"):
            return around[0].id if around else None
        return next((f.id for f in around if f.id.name == name), None)


def _without_comprehensions(places: list[Located]) -> Iterator[Located]:
    """Let a comprehension stand for the function around it, which it is since Python 3.12."""
    for place, inner in zip_longest(places, places[1:]):
        same = inner is not None and place.function and inner.function == place.function
        if not (same and inner.comprehension):
            yield place


def _lines(function: FunctionInfo) -> int:
    return function.span.end_line - function.span.start_line
