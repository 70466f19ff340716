"""Values that describe code: where a function lives, and what a repository contains."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


@dataclass(frozen=True, slots=True, order=True)
class FunctionId:
    """Name one function: a POSIX path relative to the repository and its ``__qualname__``.

    A nested function keeps Python's own spelling, ``outer.<locals>.inner``.
    """

    path: str
    qualname: str

    def __str__(self) -> str:
        return f"{self.path}::{self.qualname.replace('.<locals>.', '.')}"

    @property
    def name(self) -> str:
        """Return the last part of the qualified name."""
        return self.qualname.rpartition(".")[2]

    @property
    def class_name(self) -> str | None:
        """Return the qualified name of the class that directly holds the function, if any."""
        owner = self.qualname.rpartition(".")[0]
        return owner if owner and not owner.endswith("<locals>") else None


_TEST_FOLDERS = frozenset(("tests", "test"))


def is_test(path: str) -> bool:
    """Tell whether a file belongs to the tests, by its name."""
    *folders, name = path.split("/")
    named = name == "conftest.py" or fnmatch.fnmatchcase(name, "test_*.py")
    return named or name.endswith("_test.py") or not _TEST_FOLDERS.isdisjoint(folders)


@dataclass(frozen=True, slots=True)
class Span:
    """Locate text in a file: bytes are 0-based and half-open, lines are 1-based and inclusive."""

    start_byte: int
    end_byte: int
    start_line: int
    end_line: int


class FunctionKind(StrEnum):
    """Say what calling a function gives."""

    FUNCTION = "function"
    GENERATOR = "generator"
    COROUTINE = "coroutine"
    ASYNC_GENERATOR = "async_generator"


@dataclass(frozen=True, slots=True)
class CallSite:
    """Record a call: its text up to the parenthesis (``self.run``, ``os.path.join``), its line.

    A method of anything but a dotted name is ``.name``: ``"".join(x)`` calls ``.join``.
    """

    callee: str
    line: int


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """Describe a function or method; ``span`` starts at its first decorator.

    ``parameters`` is the text between the parentheses; ``decorators`` are texts without the ``@``.
    """

    id: FunctionId
    span: Span
    body: Span
    kind: FunctionKind
    parameters: str
    decorators: tuple[str, ...] = ()
    calls: tuple[CallSite, ...] = ()

    @property
    def is_nested(self) -> bool:
        """Tell whether the function is defined inside another function."""
        return "<locals>" in self.id.qualname


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """Describe a class; ``bases`` are the texts between its parentheses."""

    path: str
    qualname: str
    span: Span
    bases: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportInfo:
    """Describe ``from module import name as alias``; empty ``name``: a module.

    ``alias`` is empty where the source gives none; ``level`` counts the dots before ``module``.
    """

    module: str
    name: str
    alias: str
    level: int
    line: int

    @property
    def bound(self) -> str:
        """Return the name that the import binds (``*`` for a star import)."""
        return self.alias or self.name or self.module.partition(".")[0]


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """Point to text that could not be parsed."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class FileInfo:
    """Everything discovered in one Python file; ``digest`` is ``content_digest`` of its bytes."""

    path: str
    digest: str
    lines: int
    functions: tuple[FunctionInfo, ...] = ()
    classes: tuple[ClassInfo, ...] = ()
    imports: tuple[ImportInfo, ...] = ()
    problems: tuple[SyntaxProblem, ...] = ()


def content_digest(source: bytes) -> str:
    """Return the digest that identifies the bytes of a file."""
    return hashlib.sha256(source).hexdigest()


class FunctionIndex(Mapping[FunctionId, FunctionInfo]):
    """Look functions up by id, touching only the files that are asked for."""

    def __init__(self, files: Mapping[str, FileInfo]) -> None:
        self._files = files
        self._seen: dict[str, dict[FunctionId, FunctionInfo]] = {}

    def _of(self, path: str) -> dict[FunctionId, FunctionInfo]:
        if path not in self._seen:
            file = self._files.get(path)
            self._seen[path] = {f.id: f for f in file.functions} if file else {}
        return self._seen[path]

    def __getitem__(self, key: FunctionId) -> FunctionInfo:
        return self._of(key.path)[key]

    def __iter__(self) -> Iterator[FunctionId]:
        for path in self._files:
            yield from self._of(path)

    def __len__(self) -> int:
        return sum(len(self._of(path)) for path in self._files)


@dataclass(frozen=True)
class CodeMap:
    """Everything discovered in a repository; ``files`` is sorted by path."""

    files: tuple[FileInfo, ...]
    parsed: int = 0
    reused: int = 0
    skipped: tuple[SyntaxProblem, ...] = field(default=())

    @cached_property
    def by_path(self) -> dict[str, FileInfo]:
        """Index the files by path."""
        return {file.path: file for file in self.files}

    @cached_property
    def functions(self) -> Mapping[FunctionId, FunctionInfo]:
        """Index all functions by id; of redefinitions the last wins, as it does in Python."""
        return FunctionIndex(self.by_path)

    @property
    def lines(self) -> int:
        """Count the lines of all files."""
        return sum(file.lines for file in self.files)

    @property
    def problems(self) -> tuple[SyntaxProblem, ...]:
        """List the syntax errors of all files."""
        return tuple(p for file in self.files for p in file.problems) + self.skipped
