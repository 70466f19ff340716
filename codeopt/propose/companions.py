"""Find the private functions that may change together with a target, in other files, too.

Between functions that only call each other, what one hands to the next is nobody else's business:
a list may become a dict when all that build and read it are rewritten at once. The graph says which
functions a target reaches; that nothing else mentions them is read from the text of every file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from codeopt.model.candidate import FunctionSource
from codeopt.model.code import FunctionId, is_test
from codeopt.ports import Assignment
from codeopt.propose.source import Files
from codeopt.propose.syntax import FUNCTION, source_of

_MOST = 4
_MOST_LINES = 120
_WORD = re.compile(r"\w+")


def companions(assignment: Assignment) -> tuple[FunctionSource, ...]:
    """Return the functions that may be rewritten along with a target, nearest first."""
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
    files, chosen = Files(sources), set(functions)
    while True:
        within = {target, *chosen}
        seen = {each for each in chosen if _is_mentioned(each, within, files, sources)}
        if not seen:
            return frozenset(chosen)
        chosen -= seen


def _reached(assignment: Assignment, files: Files) -> list[FunctionId]:
    """List private functions of modules that a target calls, directly or through one of them."""
    graph, target = assignment.graph, assignment.target.id
    found: list[FunctionId] = []
    queue = [target] if graph is not None else []
    while queue and graph is not None:
        for each in graph.callees(queue.pop(0)):
            if each not in found and each != target and _is_private(each, files):
                found.append(each)
                queue.append(each)
    names = [each.name for each in found]
    return [each for each in found if names.count(each.name) == 1][:_MOST]


def _is_private(function: FunctionId, files: Files) -> bool:
    name = function.qualname
    plain = "." not in name and name.startswith("_") and not name.endswith("__")
    node = files.function(function) if plain and not is_test(function.path) else None
    return node is not None and not node.decorator_list  # a decorator may hand it to anybody


def _text(files: Files, function: FunctionId) -> str:
    node = files.function(function)
    assert node is not None
    return source_of(files.text(function.path), node)


def _is_mentioned(
    function: FunctionId, within: set[FunctionId], files: Files, sources: Mapping[str, bytes]
) -> bool:
    """Tell whether a name stands anywhere but in its definition, in imports, and in ``within``."""
    name = function.name.encode()
    for path in sources:
        if name in sources[path]:
            own = {each.qualname for each in within if each.path == path}
            if function.name in _mentions(files.tree(path), own, function.name):
                return True
    return False


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
