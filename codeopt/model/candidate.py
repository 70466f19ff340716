"""Values that describe a proposed rewrite and the bytes that it changes."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from codeopt.model.code import FunctionId

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")


class UnparsableError(ValueError):
    """Say why a candidate cannot be written into the files; the judge makes it a reason."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Say where a candidate came from; ``request`` is the digest of the model request."""

    strategy: str
    technique: str
    model: str | None = None
    request: str | None = None
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """Hold the new text of one existing function: dedented, decorators included."""

    id: FunctionId
    source: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hold one rewrite of a target, as whole definitions.

    ``functions`` replaces existing functions (the target first), ``helpers`` adds module-level
    private definitions (functions, constants, compiled patterns) to the target's file before the
    first function that uses them, ``imports`` adds import lines. ``digest`` identifies the rewrite
    after normalisation: equal digests are judged once.
    """

    digest: str
    target: FunctionId
    functions: tuple[FunctionSource, ...]
    helpers: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    origin: Origin = field(default_factory=lambda: Origin("manual", ""))

    @property
    def declared(self) -> frozenset[FunctionId]:
        """Name the functions that it says it changes."""
        return frozenset({self.target, *(each.id for each in self.functions)})

    @property
    def code(self) -> str:
        """Return all that is proposed as one text: imports, helpers, functions."""
        imports = ["\n".join(self.imports)] if self.imports else []
        functions = [each.source.strip("\n") for each in self.functions]
        return "\n\n\n".join([*imports, *self.helpers, *functions]) + "\n"


@dataclass(frozen=True, slots=True)
class FileChange:
    """Hold the exact bytes of one file before and after."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Patch:
    """Hold what a candidate changes, byte for byte."""

    files: tuple[FileChange, ...]

    def diff(self, context: int = 3) -> str:
        """Return a unified diff with ``a/`` and ``b/`` prefixes."""
        return "".join(_file_diff(change, context) for change in self.files)


def _file_diff(change: FileChange, context: int) -> str:
    before = change.before.decode("utf-8", "replace").splitlines(keepends=True)
    after = change.after.decode("utf-8", "replace").splitlines(keepends=True)
    names = (f"a/{change.path}", f"b/{change.path}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(before, after, *names, n=context)
    )


def changed_lines(diff: str) -> tuple[int, int]:
    """Count the lines that a unified diff adds and removes; what a hunk holds is no header."""
    added = removed = old = new = 0
    for line in diff.splitlines():
        if found := _HUNK.match(line):
            old, new = (int(size) if size else 1 for size in found.groups())
        elif old > 0 or new > 0:
            added += line.startswith("+")
            removed += line.startswith("-")
            old -= not line.startswith(("+", "\\"))
            new -= not line.startswith(("-", "\\"))
    return added, removed
