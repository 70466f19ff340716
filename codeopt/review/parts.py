"""Take a patch apart by function, and put some of the parts together again. Pure."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection
from dataclasses import dataclass, replace

from codeopt.model.candidate import FileChange, Patch

_OUTSIDE = "outside of functions"
Opcode = tuple[int, int, int, int]  # lines before, from and to; lines after
Run = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """Name a part of a patch: a function that it changes or adds, or what is outside of them."""

    path: str
    name: str

    def __str__(self) -> str:
        return f"{self.path}: {self.name}"


def parts(patch: Patch) -> tuple[Part, ...]:
    """List the parts of a patch in the order in which they stand in the files."""
    found = [Part(f.path, name) for f in patch.files for name, _ in _named(f)]
    return tuple(dict.fromkeys(found))


def only(patch: Patch, chosen: Collection[Part]) -> Patch:
    """Return a patch that changes what is in some parts, and leaves the rest as it was."""
    files = (_only(each, chosen) for each in patch.files)
    return Patch(tuple(each for each in files if each.before != each.after))


def _only(file: FileChange, chosen: Collection[Part]) -> FileChange:
    before, after = (text.splitlines(keepends=True) for text in (file.before, file.after))
    lines: list[bytes] = []
    at = 0
    for name, (start, end, first, last) in _named(file):
        lines += before[at:start]
        taken = Part(file.path, name) in chosen
        lines += after[first:last] if taken else before[start:end]
        at = end
    return replace(file, after=b"".join([*lines, *before[at:]]))


def _named(file: FileChange) -> list[tuple[str, Opcode]]:
    """Return the stretches of lines that differ, each with the function that it is in."""
    before, after = (text.splitlines(keepends=True) for text in (file.before, file.after))
    old, new = (_owners(text) for text in (file.before, file.after))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    named: list[tuple[str, Opcode]] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            named += _paired(_runs(old, start, end), _runs(new, first, last))
    return named


def _runs(owners: dict[int, str], start: int, end: int) -> list[Run]:
    """Divide lines by the function that they are in; lines between two go with the second."""
    runs: list[Run] = []
    begin = start
    for line in range(start, end):
        name, following = owners.get(line), owners.get(line + 1) if line + 1 < end else None
        if name is not None and following != name:
            runs.append((name, begin, line + 1))
            begin = line + 1
    if begin < end or not runs:
        runs.append((owners.get(begin, _OUTSIDE), begin, end))
    return runs


def _paired(old: list[Run], new: list[Run]) -> list[tuple[str, Opcode]]:
    """Put the lines of a function before and after into one stretch, in the order of the lines."""
    codes: list[tuple[str, Opcode]] = []
    at, names = 0, [name for name, _, _ in old]
    for name, first, last in new:
        here = names.index(name, at) if name in names[at:] else None
        for gone, start, end in old[at:here] if here is not None else ():
            codes.append((gone, (start, end, first, first)))
        at = at if here is None else here + 1
        place = old[at][1] if at < len(old) else old[-1][2]
        start, end = old[here][1:] if here is not None else (place, place)
        codes.append((name, (start, end, first, last)))
    codes += [(name, (start, end, new[-1][2], new[-1][2])) for name, start, end in old[at:]]
    return [(name, code) for name, code in codes if code[0] < code[1] or code[2] < code[3]]


def _owners(text: bytes) -> dict[int, str]:
    """Map line numbers, from 0, to the outermost function or method that they are in."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    owners: dict[int, str] = {}
    _mark(tree.body, "", owners)
    return owners


def _mark(body: list[ast.stmt], prefix: str, owners: dict[int, str]) -> None:
    for node in body:
        if isinstance(node, ast.ClassDef):
            _mark(node.body, f"{prefix}{node.name}.", owners)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            for line in range(first - 1, node.end_lineno or first):
                owners[line] = prefix + node.name
