"""What a file defines already, to tell new definitions of an answer from restated ones."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codeopt.propose.syntax import FUNCTION, parse, shape


@dataclass(frozen=True, slots=True)
class Existing:
    """Hold the shapes of what a file defines, by name; of members, by their place."""

    shapes: dict[str, set[str]]
    imports: frozenset[str]


def existing(file: str) -> Existing:
    """Read what a file defines; nothing where it does not parse."""
    tree = parse(file)
    shapes: dict[str, set[str]] = {}
    if isinstance(tree, str):
        return Existing(shapes, frozenset())
    imports = {
        line
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for _, line in import_lines(node)
    }
    for name, node in _named(tree.body, ""):
        shapes.setdefault(name, set()).add(shape(node))
    return Existing(shapes, frozenset(imports))


def _named(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.stmt]]:
    for node in body:
        for name in bound(node):
            yield f"{prefix}{name}", node
        if isinstance(node, ast.ClassDef):
            yield from _named(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.If | ast.Try):
            yield from _named([*node.body, *node.orelse], prefix)


def bound(node: ast.stmt) -> list[str]:
    """Return the names that a statement binds."""
    if isinstance(node, (*FUNCTION, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        names = [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        return names
    if isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def import_lines(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Split an import into lines of one name each, with the name that each binds."""
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        single: ast.stmt = ast.Import([alias])
        if isinstance(node, ast.ImportFrom):
            single = ast.ImportFrom(node.module, [alias], node.level)
        yield name, ast.unparse(single)
