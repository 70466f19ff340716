"""Write what was discovered in a file as compact text, and read it back when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from codeopt.model.code import (
    CallSite,
    ClassInfo,
    FileInfo,
    FunctionId,
    FunctionInfo,
    FunctionKind,
    ImportInfo,
    Span,
    SyntaxProblem,
)

Contents = tuple[tuple[FunctionInfo, ...], tuple[ClassInfo, ...], tuple[ImportInfo, ...]]


class StoredFile(FileInfo):
    """Stand for a FileInfo whose functions, classes and imports are decoded when first read."""

    __slots__ = ("_contents", "_load")
    _contents: Contents | None
    _load: Callable[[], Contents]

    def __init__(
        self,
        path: str,
        digest: str,
        lines: int,
        problems: tuple[SyntaxProblem, ...],
        load: Callable[[], Contents],
    ) -> None:
        values = {"path": path, "digest": digest, "lines": lines, "problems": problems}
        for name, value in {**values, "_load": load, "_contents": None}.items():
            object.__setattr__(self, name, value)

    def _decoded(self) -> Contents:
        contents = self._contents
        if contents is None:
            contents = self._load()
            object.__setattr__(self, "_contents", contents)
        return contents

    @property
    def functions(self) -> tuple[FunctionInfo, ...]:
        """Return the functions, in the order of the file."""
        return self._decoded()[0]

    @property
    def classes(self) -> tuple[ClassInfo, ...]:
        """Return the classes, in the order of the file."""
        return self._decoded()[1]

    @property
    def imports(self) -> tuple[ImportInfo, ...]:
        """Return the imported names, in the order of the file."""
        return self._decoded()[2]

    def plain(self) -> FileInfo:
        """Return the same value with everything decoded."""
        return FileInfo(
            self.path, self.digest, self.lines, *self._decoded(), problems=self.problems
        )

    def __eq__(self, other: object) -> bool:
        theirs = other.plain() if isinstance(other, StoredFile) else other
        return self.plain() == theirs

    def __hash__(self) -> int:
        return hash(self.plain())

    def __reduce__(self) -> tuple[Any, ...]:
        return FileInfo, (
            self.path,
            self.digest,
            self.lines,
            *self._decoded(),
            self.problems,
        )


def encode(file: FileInfo) -> str:
    """Write functions, classes and imports; paths are left out, equal files share the text."""
    rows = (
        [_function_row(function) for function in file.functions],
        [(c.qualname, *_span_row(c.span), c.bases, c.decorators) for c in file.classes],
        [(i.module, i.name, i.alias, i.level, i.line) for i in file.imports],
    )
    return json.dumps(rows, separators=(",", ":"))


def _function_row(function: FunctionInfo) -> tuple[object, ...]:
    return (
        function.id.qualname,
        *_span_row(function.span),
        *_span_row(function.body),
        function.kind,
        function.parameters,
        function.decorators,
        [call.callee for call in function.calls],
        [call.line for call in function.calls],
    )


def _span_row(span: Span) -> tuple[int, int, int, int]:
    return span.start_byte, span.end_byte, span.start_line, span.end_line


def decode(path: str, text: str) -> Contents:
    """Read what ``encode`` wrote; raise ValueError for anything else."""
    try:
        functions, classes, imports = json.loads(text)
        return (
            tuple(_function(path, *row) for row in functions),
            tuple(_class(path, *row) for row in classes),
            tuple(ImportInfo(*row) for row in imports),
        )
    except TypeError as error:
        raise ValueError(f"not a stored file: {error}") from None


def _function(path: str, qualname: str, *row: Any) -> FunctionInfo:
    a, b, c, d, e, f, g, h, kind, parameters, decorators, callees, lines = row
    return FunctionInfo(
        FunctionId(path, qualname),
        Span(a, b, c, d),
        Span(e, f, g, h),
        FunctionKind(kind),
        parameters,
        tuple(decorators),
        tuple(map(CallSite, callees, lines)),
    )


def _class(path: str, qualname: str, *row: Any) -> ClassInfo:
    a, b, c, d, bases, decorators = row
    return ClassInfo(path, qualname, Span(a, b, c, d), tuple(bases), tuple(decorators))


def encode_problems(problems: tuple[SyntaxProblem, ...]) -> str:
    """Write problems without their path."""
    return json.dumps([(p.line, p.text) for p in problems]) if problems else ""


def decode_problems(path: str, text: str) -> tuple[SyntaxProblem, ...]:
    """Read what ``encode_problems`` wrote."""
    rows = json.loads(text) if text else []
    return tuple(SyntaxProblem(path, line, problem) for line, problem in rows)
