"""Map syntax-tree positions to bytes of a source text, and cut and edit that text."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass

Positioned = ast.stmt | ast.expr | ast.arg | ast.keyword | ast.alias


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes from ``start`` to ``end`` (half-open) by ``text``."""

    start: int
    end: int
    text: str


class Text:
    """Hold a source text as the parser sees it: lines end in a line feed, columns are bytes."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.data = source.encode()
        self._starts = [0]
        for line in self.data.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._comments: tuple[tuple[int, int], ...] | None = None

    def start(self, node: Positioned) -> int:
        """Return the offset of the first byte of a node."""
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: Positioned) -> int:
        """Return the offset behind the last byte of a node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def cut(self, start: int, end: int) -> str:
        """Return the text between two offsets."""
        return self.data[start:end].decode()

    def segment(self, node: Positioned) -> str:
        """Return the text of a node."""
        return self.cut(self.start(node), self.end(node))

    def line_start(self, offset: int) -> int:
        """Return the offset of the first byte of the line that holds ``offset``."""
        return self.data.rfind(b"\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Return the offset behind the line that holds ``offset``, its line feed included."""
        found = self.data.find(b"\n", offset)
        return len(self.data) if found < 0 else found + 1

    def indent(self, node: Positioned) -> str:
        """Return what stands before a node on its line."""
        start = self.start(node)
        return self.cut(self.line_start(start), start)

    def alone(self, node: ast.stmt) -> bool:
        """Tell whether a statement shares its lines with nothing but a trailing comment."""
        end = self.end(node)
        rest = self.cut(end, self.line_end(end)).strip()
        return not self.indent(node).strip() and (not rest or rest.startswith("#"))

    def comments(self, start: int, end: int) -> list[str]:
        """Return the comments between two offsets."""
        if self._comments is None:
            self._comments = tuple(_find_comments(self))
        return [self.cut(a, b) for a, b in self._comments if start <= a < end]

    def offset(self, line: int, character: int) -> int:
        """Return the offset of a tokenizer position, which counts characters."""
        start = self._starts[line - 1]
        head = self.data[start : self._starts[line]].decode()[:character]
        return start + len(head.encode())


def _find_comments(text: Text) -> Iterable[tuple[int, int]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.source).readline):
            if token.type == tokenize.COMMENT:
                yield text.offset(*token.start), text.offset(*token.end)
    except (tokenize.TokenError, SyntaxError):
        return


def apply_edits(data: bytes, edits: Iterable[Edit]) -> str:
    """Return the text with edits made; they must not overlap."""
    pieces: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        pieces += [data[at : edit.start], edit.text.encode()]
        at = edit.end
    return b"".join([*pieces, data[at:]]).decode()


def overlap(edits: Iterable[Edit], others: Iterable[Edit]) -> bool:
    """Tell whether any edit touches bytes that another one touches."""
    return any(
        a.start == b.start or (a.start < b.end and b.start < a.end) for a in edits for b in others
    )
