"""Find intact functions in a broken file where one error made the parser lose what follows it.

An unclosed bracket swallows every definition after it. Indentation still tells where each one
begins and ends, so each lost definition is parsed again on its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from codeopt.adapters.python_syntax import Syntax

_HEADER = re.compile(rb"(?:async[ \t]+)?(def|class)[ \t]+(\w+)")
_BLOCK = b"if 1:\n"  # makes an indented definition parse on its own
_IGNORED = (b"#", b")", b"]", b"}")


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold one definition that parses by itself, and where its text stood.

    ``owner`` is the prefix of its qualified name; ``offset`` (bytes) and ``row`` turn places in
    ``text`` into places in the file.
    """

    text: bytes
    root: Node
    owner: str
    offset: int
    row: int


@dataclass(frozen=True, slots=True)
class _Line:
    row: int
    start: int
    indent: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """Locate a function by its lines alone: ``start`` and ``end`` are bytes of the file."""

    owner: str
    line: _Line
    end: int

    @property
    def start(self) -> int:
        """Return the byte at which its first decorator, or the function, starts."""
        return self.line.start + self.line.indent


def headers(syntax: Syntax, source: bytes) -> Iterator[Header]:
    """Yield every function that the indentation shows, with the prefix of its qualified name."""
    lines = list(_code_lines(source, _string_rows(syntax, source)))
    owners: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        while owners and owners[-1][0] >= line.indent:
            owners.pop()
        header = _HEADER.match(line.text)
        if not header:
            continue
        owner = owners[-1][1] if owners else ""
        is_function = header[1] == b"def"
        name = owner + header[2].decode("utf-8")
        owners.append((line.indent, f"{name}.<locals>." if is_function else f"{name}."))
        if is_function:
            first = _first_decorator(lines, index)
            yield Header(owner, first, _end(lines, index, len(source)))


def cut(syntax: Syntax, source: bytes, header: Header) -> Piece | None:
    """Parse a function by itself; None when it is broken."""
    line = header.line
    text, offset, row = source[line.start : header.end].rstrip(), line.start, line.row
    if line.indent:
        text, offset, row = _BLOCK + text, offset - len(_BLOCK), row - 1
    root = syntax.tree(text).root_node
    if root.has_error or len(root.named_children) != 1:
        return None
    return Piece(text, root, header.owner, offset, row)


def _string_rows(syntax: Syntax, source: bytes) -> set[int]:
    strings = syntax.captures(syntax.strings, syntax.tree(source).root_node).get("string", ())
    return {
        row
        for node in strings
        if not node.has_error
        for row in range(node.start_point[0] + 1, node.end_point[0] + 1)
    }


def _code_lines(source: bytes, inside_strings: set[int]) -> Iterator[_Line]:
    start = 0
    for row, raw in enumerate(source.split(b"\n")):
        text = raw.lstrip(b" \t\f")
        if text.strip() and row not in inside_strings and not text.startswith(_IGNORED):
            yield _Line(row, start, len(raw) - len(text), text)
        start += len(raw) + 1


def _first_decorator(lines: list[_Line], index: int) -> _Line:
    first = lines[index]
    for line in reversed(lines[:index]):
        if not line.text.startswith(b"@") or line.indent != first.indent:
            break
        first = line
    return first


def _end(lines: list[_Line], index: int, size: int) -> int:
    indent = lines[index].indent
    return next((line.start for line in lines[index + 1 :] if line.indent <= indent), size)
