"""Find what is private and may change together with a target, in other files, too.

Between functions that only call each other, what one hands to the next is nobody else's business:
a list may become a dict when all that build and read it are rewritten at once. So may what the
objects of a private class are made of, as long as none of them gets out. The graph says what a
target reaches; that nothing else mentions it is read from the text of every file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from codeopt.model.candidate import FunctionSource
from codeopt.model.code import FunctionId, is_test
from codeopt.ports import Assignment
from codeopt.propose.confined import is_confined, methods_of
from codeopt.propose.source import Files
from codeopt.propose.syntax import FUNCTION, source_of

_MOST = 4
_MOST_LINES = 120
_WORD = re.compile(r"\w+")


def companions(assignment: Assignment) -> tuple[FunctionSource, ...]:
    """Return the functions and methods that may be rewritten along with a target, nearest first.

    Of a class it is all methods or none.
    """
    files, target = Files(assignment.sources), assignment.target.id
    reached = _reached(assignment, files)
    inner = internal(target, reached, assignment.sources)
    found = [FunctionSource(each, _text(files, each)) for each in reached if each in inner]
    lines = sum(each.source.count("\n") + 1 for each in found)
    return tuple(found) if lines <= _MOST_LINES else ()


def internal(
    target: FunctionId, functions: Iterable[FunctionId], sources: Mapping[str, bytes]
) -> frozenset[FunctionId]:
    """Choose the functions that nothing mentions but the target and others of those chosen."""
    around, chosen = _Around(target, sources, Files(sources)), set(functions)
    while True:
        seen = {each for each in chosen if around.sees(each, chosen)}
        if not seen:
            return frozenset(chosen)
        chosen -= seen


@dataclass(frozen=True, slots=True)
class _Around:
    """Hold the files in which a target stands."""

    target: FunctionId
    sources: Mapping[str, bytes]
    files: Files

    def sees(self, function: FunctionId, chosen: set[FunctionId]) -> bool:
        """Tell whether others can get hold of a function, or of an object of its class."""
        if self._mentions(function, {self.target, *chosen}):
            return True
        if function.class_name is None:
            return False
        owner, node = self.files.owner(function), self.files.function(self.target)
        if owner is None or node is None or self.target.class_name == owner.name:
            return True
        plain = [each for each in chosen if each.class_name is None]
        others = {e.name: found for e in plain if (found := self.files.function(e)) is not None}
        return not is_confined(owner, node, others)

    def _mentions(self, function: FunctionId, within: set[FunctionId]) -> bool:
        """Tell whether a name stands anywhere but in its definition, in imports, and ``within``.

        Of a method it is the name of its class that counts.
        """
        name = _name(function)
        for path, source in self.sources.items():
            if name.encode() in source:
                own = {each.qualname for each in within if each.path == path}
                own |= {name} if path == function.path else set()
                if name in _mentions(self.files.tree(path), own, name):
                    return True
        return False


def _reached(assignment: Assignment, files: Files) -> list[FunctionId]:
    """List what is private and called by a target, directly or through another of them."""
    graph, target = assignment.graph, assignment.target.id
    found: dict[str, list[FunctionId]] = {}
    queue = [target] if graph is not None else []
    known = {target}
    while queue and graph is not None:
        for each in graph.callees(queue.pop(0)):
            unit = [] if each in known else _unit(each, files)
            if unit and target not in unit:
                found.setdefault(_name(each), []).extend(unit)
                queue += unit
            known.update(unit)
    single = [unit for unit in found.values() if len({_owner(each) for each in unit}) == 1]
    return [each for unit in single[:_MOST] for each in unit]


def _unit(function: FunctionId, files: Files) -> list[FunctionId]:
    """Return what changes only as a whole: a private function, or all methods of its class."""
    if is_test(function.path):
        return []
    if function.class_name is None:
        return [function] if _is_private(function, files) else []
    owner = files.owner(function)
    methods = methods_of(owner) if owner is not None else None
    path, name = function.path, function.class_name
    return [FunctionId(path, f"{name}.{each.name}") for each in methods or ()]


def _name(function: FunctionId) -> str:
    return function.class_name or function.name


def _owner(function: FunctionId) -> tuple[str, str]:
    return function.path, _name(function)


def _is_private(function: FunctionId, files: Files) -> bool:
    name = function.qualname
    plain = "." not in name and name.startswith("_") and not name.endswith("__")
    node = files.function(function) if plain else None
    return node is not None and not node.decorator_list  # a decorator may hand it to anybody


def _text(files: Files, function: FunctionId) -> str:
    node = files.function(function)
    assert node is not None
    return source_of(files.text(function.path), node)


def _mentions(tree: ast.Module, own: set[str], name: str) -> Iterator[str]:
    """Yield the words of a file that are no part of the functions named ``own``."""
    if not tree.body:  # it does not parse: anything may be in it
        yield name
    pending: list[tuple[ast.AST, str]] = [(node, "") for node in tree.body]
    while pending:
        node, prefix = pending.pop()
        if isinstance(node, (*FUNCTION, ast.ClassDef)):
            qualname = f"{prefix}{node.name}"
            if qualname in own:
                continue
            yield node.name
            prefix = f"{qualname}." if isinstance(node, ast.ClassDef) else f"{qualname}.<locals>."
        yield from _words(node)
        pending.extend((child, prefix) for child in ast.iter_child_nodes(node))


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.alias(asname=str()):  # who knows what it is called from here on
            yield from _WORD.findall(node.name)
        case ast.Constant(value=str(text)):
            yield from _WORD.findall(text)
