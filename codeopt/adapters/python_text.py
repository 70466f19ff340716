"""Move the text of a function between its place in a file and the margin, byte for byte.

Lines that begin inside a multi-line string belong to its value and never move, except in
docstrings. Whatever a rewrite left as it was keeps its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from codeopt.adapters.python_syntax import BOM, Syntax, docstring_of

_MULTILINE = re.compile(rb"\"\"\"|'''|\\\r?\n")
_BLOCK = b"if 1:\n"


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one line of a function: at the margin, as it stands in the file, and its line end."""

    text: str
    raw: str
    end: str
    fixed: bool


def margin_of(source: bytes, start: int) -> bytes:
    """Return what stands before a byte on its line."""
    line = source.rfind(b"\n", 0, start) + 1
    if line == 0 and source.startswith(BOM):
        line = len(BOM)
    return source[line:start]


def rows_of(syntax: Syntax, margin: bytes, text: bytes) -> list[Row]:
    """Split a function's text, whose first line stands behind ``margin``, into lines."""
    fixed = fixed_rows(syntax, margin, text)
    prefix = margin.decode("utf-8")
    rows = []
    for index, line in enumerate(text.decode("utf-8").split("\n")):
        end = "\r\n" if line.endswith("\r") else "\n"
        raw = line.removesuffix("\r")
        moved = raw if index == 0 or index in fixed else _outdented(raw, prefix)
        rows.append(Row(moved, raw, end, index in fixed))
    return rows


def _outdented(line: str, prefix: str) -> str:
    if line.startswith(prefix):
        return line[len(prefix) :]
    return line if line.strip() else ""


def fixed_rows(syntax: Syntax, margin: bytes, text: bytes) -> frozenset[int]:
    """Find the lines (0-based) that begin inside a string which is no docstring."""
    if not _MULTILINE.search(text):
        return frozenset()
    block = _BLOCK if margin else b""
    root = syntax.tree(block + margin + text).root_node
    shift = 1 if margin else 0
    return frozenset(
        row - shift
        for node in syntax.captures(syntax.strings, root).get("string", ())
        if node.start_point[0] != node.end_point[0] and not docstring_of(node)
        for row in range(node.start_point[0] + 1, node.end_point[0] + 1)
    )


def newline_of(source: bytes) -> str:
    """Return the line end that most lines of a file have."""
    return "\r\n" if 2 * source.count(b"\r\n") > source.count(b"\n") else "\n"


def clean(text: str) -> str:
    """Drop blank lines around a definition and give it plain line ends."""
    plain = text.replace("\r\n", "\n").removeprefix("\ufeff")
    return re.sub(r"\A(?:[ \t\f]*\n)+", "", plain).rstrip()


def place(syntax: Syntax, text: str, *, margin: bytes, old: list[Row], newline: str) -> bytes:
    """Write a definition behind ``margin``, keeping the bytes of the lines that ``old`` has too."""
    fixed = fixed_rows(syntax, b"", text.encode("utf-8"))
    lines = [(line, index in fixed) for index, line in enumerate(text.split("\n"))]
    new = _adopting(lines, [row.text for row in old[1:] if not row.fixed])
    kept = dict(_matches([(row.text, row.fixed) for row in old], new))
    prefix = margin.decode("utf-8")
    parts: list[str] = []
    for index, (line, is_fixed) in enumerate(new):
        if index in kept:
            row = old[kept[index]]
            parts += (row.raw, row.end if kept[index] < len(old) - 1 else newline)
        else:
            bare = index == 0 or is_fixed or not line.strip()
            parts += (line if bare else prefix + line, newline)
    return "".join(parts[:-1]).encode("utf-8")


def _matches(old: list[tuple[str, bool]], new: list[tuple[str, bool]]) -> Iterator[tuple[int, int]]:
    """Pair equal lines, new index first; common ends are paired without the costly search."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    yield from ((i, i) for i in range(head))
    middle = SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
    )
    for block in middle.get_matching_blocks():
        yield from ((head + block.b + i, head + block.a + i) for i in range(block.size))
    yield from ((len(new) - 1 - i, len(old) - 1 - i) for i in range(tail))


def _adopting(new: list[tuple[str, bool]], old: list[str]) -> list[tuple[str, bool]]:
    """Turn spaces into tabs, or tabs into spaces, where the replaced lines have those."""
    ours = [_lead(line) for line, is_fixed in new if not is_fixed and _lead(line)]
    theirs = [lead for line in old if (lead := _lead(line))]
    if not ours or not theirs or "".join(ours).strip(theirs[0][0]) == "":
        return new
    if theirs[0][0] == "\t":
        before, after = " " * min(map(len, ours)), "\t"
        # an odd width would compare wrongly with tabs
        if any(lead.replace(before, "") for lead in ours):
            return new
    else:
        before, after = "\t", " " * min(map(len, theirs))
    return [
        (
            line if is_fixed else _lead(line).replace(before, after) + line[len(_lead(line)) :],
            is_fixed,
        )
        for line, is_fixed in new
    ]


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))] if line.strip() else ""
