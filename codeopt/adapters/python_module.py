"""What the top level of a module binds, and where a new statement may go."""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from codeopt.adapters.python_syntax import BOM, Syntax
from codeopt.adapters.python_tree import (
    Binding,
    bindings,
    bound_by,
    bound_names,
    parse_quietly,
    shape,
    words,
)

_IMPORTS = ("import_statement", "import_from_statement", "future_import_statement")
_TYPE_CHECKING = re.compile(r"if\s+(?:\w+\.)?TYPE_CHECKING\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """Describe one statement at the top level; ``anchor`` is where text before it goes."""

    start: int
    end: int
    anchor: int
    kind: str
    names: frozenset[str]
    imports: frozenset[Binding]
    digest: str


def statements_of(syntax: Syntax, source: bytes) -> tuple[Statement, ...]:
    """Describe the top level of a module."""
    nodes = syntax.tree(source).root_node.named_children
    found: list[Statement] = []
    for index, node in enumerate(nodes):
        if node.type != "comment":
            comments = _comments_above(nodes, index)
            found.append(_statement(source, node, _anchor(source, node, comments)))
    return tuple(found)


def _statement(source: bytes, node: Node, anchor: int) -> Statement:
    text = source[node.start_byte : node.end_byte].decode("utf-8")
    tree = parse_quietly(text)
    names = words(text) if tree is None else bound_names(tree)
    imports = bindings(tree) if tree else frozenset()
    if _TYPE_CHECKING.match(text):
        names, imports = names - {bound_by(b) for b in imports}, frozenset()
    kind = "import" if node.type in _IMPORTS else "other"
    if node.type == "future_import_statement":
        kind = "future"
    elif node.type == "expression_statement" and text.lstrip("rRuU").startswith(("'", '"')):
        kind = "text"
    digest = shape(tree) if tree and kind == "other" else ""
    return Statement(node.start_byte, node.end_byte, anchor, kind, names, imports, digest)


def _comments_above(nodes: list[Node], index: int) -> list[Node]:
    """Return the comments that stand directly above a statement, nearest first."""
    found: list[Node] = []
    row = nodes[index].start_point[0]
    for node in reversed(nodes[:index]):
        alone = node.type == "comment" and node.start_point[1] == 0
        if not alone or node.end_point[0] != row - 1 - len(found):
            break
        found.append(node)
    return found


def _anchor(source: bytes, node: Node, comments: list[Node]) -> int:
    start = comments[-1].start_byte if comments else node.start_byte
    if comments and comments[-1].start_point[0] == 0:  # a licence, a cookie, a shebang: stays first
        start = node.start_byte
    return max(source.rfind(b"\n", 0, start) + 1, len(BOM) if source.startswith(BOM) else 0)


def taken_names(syntax: Syntax, source: bytes, statements: Sequence[Statement]) -> frozenset[str]:
    """List the names that mean something in a module, or to all of Python."""
    names = frozenset(dir(builtins)).union(*(statement.names for statement in statements))
    found = syntax.captures(syntax.outline, syntax.tree(source).root_node)
    for node in found.get("global", ()):
        names |= words((node.text or b"").decode("utf-8")) - {"global"}
    if any(b[2] == "*" for statement in statements for b in statement.imports):
        names |= words(source.decode("utf-8"))
    return names
