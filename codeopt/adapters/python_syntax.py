"""Python's grammar for tree-sitter, and the few questions that codeopt asks of a syntax tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version

import tree_sitter_python
from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Query, QueryCursor, Tree

_OUTLINE = """
(function_definition) @function
(class_definition) @class
(decorated_definition) @decorated
[(import_statement) (import_from_statement) (future_import_statement)] @import
(call function: [(identifier) (attribute)] @callee)
(yield) @yield
(lambda) @lambda
(global_statement) @global
[(print_statement) (exec_statement)] @python2
"""
_ERRORS = "[(ERROR) (MISSING)] @error"
_STRINGS = "(string) @string"

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_UTF8 = ("utf-8", "utf8", "u8", "ascii", "us-ascii")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Syntax:
    """Hold the compiled grammar and queries."""

    grammar: Grammar
    outline: Query
    errors: Query
    strings: Query

    @classmethod
    def load(cls) -> Syntax:
        """Compile the grammar's queries."""
        grammar = Grammar(tree_sitter_python.language())
        queries = (Query(grammar, text) for text in (_OUTLINE, _ERRORS, _STRINGS))
        return cls(grammar, *queries)

    def tree(self, source: bytes) -> Tree:
        """Parse a whole text; a parser of its own for each call keeps threads apart."""
        return Parser(self.grammar).parse(source)

    def captures(self, query: Query, node: Node) -> dict[str, list[Node]]:
        """Run a query below a node."""
        return QueryCursor(query).captures(node)

    def is_sound(self, source: bytes) -> bool:
        """Tell whether a text parses without an error."""
        return not self.tree(source).root_node.has_error


def grammar_version() -> str:
    """Name the grammar and the binding that parse."""
    return f"{version('tree-sitter')}/{version('tree-sitter-python')}"


def encoding_problem(source: bytes) -> str:
    """Say why the text cannot be read as UTF-8 (empty: it can)."""
    if source.isascii():
        return ""
    declared = next(filter(None, map(_COOKIE.match, source.split(b"\n", 2)[:2])), None)
    name = declared[1].decode("ascii", "replace").lower().replace("_", "-") if declared else "utf-8"
    if name not in _UTF8 and not name.startswith("utf-8-"):
        return f"declared as {name}; only UTF-8 is read"
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte {error.start})"
    return ""


def docstring_of(string: Node) -> bool:
    """Tell whether a string node is the docstring of a function or class."""
    statement = string.parent
    block = statement.parent if statement else None
    if block is None or statement is None or statement.type != "expression_statement":
        return False
    if block.parent is None or block.parent.type not in ("function_definition", "class_definition"):
        return False
    first = next((child for child in block.named_children if child.type != "comment"), None)
    plain = string.child(0)
    prefix = (plain.text or b"") if plain else b""
    return first == statement and prefix.lower()[:1] in (b'"', b"'", b"r")
