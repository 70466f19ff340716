"""Parse and edit Python with tree-sitter: the adapter behind the Language port."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from tree_sitter import Node

from codeopt.adapters.python_edit import write
from codeopt.adapters.python_parse import parse_file
from codeopt.adapters.python_syntax import Syntax, grammar_version
from codeopt.adapters.python_text import margin_of, rows_of
from codeopt.adapters.python_tree import parse_quietly, shape, without_docstrings
from codeopt.model.candidate import Candidate, Patch
from codeopt.model.code import FileInfo, FunctionInfo

_FORMAT = 1  # raise it when ``parse`` describes the same bytes differently


class PythonLanguage:
    """Parse and edit Python source text."""

    def __init__(self) -> None:
        self._syntax = Syntax.load()
        self.version = f"python-{_FORMAT}/{grammar_version()}"

    def parse(self, path: str, source: bytes) -> FileInfo:
        """Describe a file; broken files are described as far as they go."""
        return parse_file(self._syntax, path, source)

    def extract(self, source: bytes, function: FunctionInfo) -> str:
        """Return the text of a function with its decorators, dedented, with plain line ends.

        Docstrings move with the code; other strings of several lines stay as they are.
        """
        span = function.span
        margin = margin_of(source, span.start_byte)
        rows = rows_of(self._syntax, margin, source[span.start_byte : span.end_byte])
        return "\n".join(row.text for row in rows) + "\n"

    def apply(self, candidate: Candidate, sources: Mapping[str, bytes]) -> Patch:
        """Write a candidate into files; files that do not change are left out.

        Raise UnparsableError when a part of it is not what it claims to be, does not parse,
        clashes with a name of the file, or has no place there.
        """
        return write(self._syntax, candidate, sources)

    def fingerprint(self, source: str) -> str:
        """Return a digest of the syntax, blind to comments, layout and docstrings."""
        tree = parse_quietly(source)
        if tree is not None:
            return shape(without_docstrings(tree))
        return _tokens(self._syntax.tree(source.encode("utf-8", "replace")).root_node)


def _tokens(root: Node) -> str:
    """Digest the words of a text that only tree-sitter reads."""
    digest = hashlib.sha256()
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "comment":
            continue
        if not node.children or node.type == "string":
            digest.update(b"\0" + (node.text or b""))
        else:
            digest.update(node.type.encode())
            pending.extend(reversed(node.children))
    return digest.hexdigest()
