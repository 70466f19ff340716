"""A diff for the terminal: with the colours of the language, unified or side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Span, Text

from codeopt.report.printing import printable

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_SAME, _OLD, _NEW, _OTHER = " ", "-", "+", "@"


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one line: ``kind`` is a space, ``-``, ``+``, or ``@`` for what is not of a file."""

    kind: str
    text: str
    old: int | None = None
    new: int | None = None


@dataclass(frozen=True, slots=True)
class Shades:
    """Name the colours of a dark or a light terminal."""

    syntax: str
    old: str
    new: str
    other: str

    def of(self, line: Line) -> str:
        """Return the style of a line."""
        return {_OLD: self.old, _NEW: self.new}.get(line.kind, "")


DARK = Shades("monokai", "on #4a1f1d", "on #153a20", "bold #8cbcff")
LIGHT = Shades("friendly", "on #fbe3e1", "on #dff3e4", "bold #0a56b0")


def lines(diff: str) -> tuple[Line, ...]:
    """Take a unified diff apart by the counts of its hunks; what is outside of them is ``@``."""
    found: list[Line] = []
    old = new = old_end = new_end = 0
    for text in printable(diff.replace("\r", "")).rstrip("\n").split("\n"):
        inside = old < old_end or new < new_end
        kind = (text[:1] or _SAME) if inside else _OTHER
        if kind not in (_SAME, _OLD, _NEW):
            found.append(Line(_OTHER, text))
            if hunk := _HUNK.match(text):
                old, new = int(hunk[1]), int(hunk[3])
                old_end, new_end = old + int(hunk[2] or 1), new + int(hunk[4] or 1)
            continue
        numbers = (old if kind != _NEW else None), (new if kind != _OLD else None)
        found.append(Line(kind, text[1:], *numbers))
        old, new = old + (kind != _NEW), new + (kind != _OLD)
    return tuple(found)


def unified(diff: str, shades: Shades) -> Table:
    """Return the diff line below line."""
    table = _grid(5, 5, 1, None)
    for line, code in _coloured(lines(diff), shades):
        if line.kind == _OTHER:
            table.add_row("", "", "", code)
            continue
        numbers = (Text(str(number or ""), "dim") for number in (line.old, line.new))
        table.add_row(*numbers, line.kind, code, style=shades.of(line))
    return table


def side_by_side(diff: str, shades: Shades) -> Table:
    """Return the diff with the original at the left and the rewrite at the right."""
    table = _grid(5, None, 5, None)
    for left, right in _pairs(list(_coloured(lines(diff), shades))):
        table.add_row(*_cell(left, shades, old=True), *_cell(right, shades, old=False))
    return table


def _grid(*widths: int | None) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    for width in widths:
        table.add_column(width=width, ratio=None if width else 1, overflow="fold")
    return table


_Shown = tuple[Line, Text]


def _cell(
    shown: _Shown | None, shades: Shades, *, old: bool
) -> tuple[RenderableType, RenderableType]:
    if shown is None:
        return "", ""
    line, code = shown
    if line.kind == _OTHER:
        return "", code if old else ""
    number = Text(str((line.old if old else line.new) or ""), "dim")
    return number, Padding(code, 0, style=shades.of(line))


def _pairs(shown: Sequence[_Shown]) -> Iterator[tuple[_Shown | None, _Shown | None]]:
    """Put lines that were removed beside those that were added in their place."""
    removed: list[_Shown] = []
    added: list[_Shown] = []

    def flushed() -> Iterator[tuple[_Shown | None, _Shown | None]]:
        for number in range(max(len(removed), len(added))):
            yield (
                removed[number] if number < len(removed) else None,
                added[number] if number < len(added) else None,
            )
        removed.clear()
        added.clear()

    for each in shown:
        kind = each[0].kind
        if kind == _OLD:
            if added:
                yield from flushed()
            removed.append(each)
        elif kind == _NEW:
            added.append(each)
        else:
            yield from flushed()
            yield each, each
    yield from flushed()


def _coloured(found: Sequence[Line], shades: Shades) -> Iterator[_Shown]:
    """Colour both versions as code of their own, so that a string over lines stays one."""
    old = iter(_code([line.text for line in found if line.kind in (_SAME, _OLD)], shades))
    new = iter(_code([line.text for line in found if line.kind in (_SAME, _NEW)], shades))
    for line in found:
        if line.kind == _OTHER:
            yield line, Text(line.text, shades.other)
        elif line.kind == _OLD:
            yield line, next(old)
        else:
            code = next(new)
            if line.kind == _SAME:
                next(old)
            yield line, code


def _code(texts: Sequence[str], shades: Shades) -> list[Text]:
    """Colour lines of code; the background is left to the line."""
    plain = "\n".join(text.replace("\t", "    ") for text in texts)
    coloured = Syntax("", "python", theme=shades.syntax).highlight(plain)
    bare = Text(coloured.plain, spans=[_ink(span) for span in coloured.spans])
    found = list(bare.split("\n", allow_blank=True))[: len(texts)]
    return found + [Text("")] * (len(texts) - len(found))


def _ink(span: Span) -> Span:
    style = span.style if isinstance(span.style, Style) else Style.parse(span.style)
    return Span(
        span.start, span.end, Style(color=style.color, bold=style.bold, italic=style.italic)
    )
