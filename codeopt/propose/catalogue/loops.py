"""Recognise loops, and find the place before a loop where unchanging work can be done once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codeopt.propose.catalogue.names import Comprehension, Nested
from codeopt.propose.catalogue.scope import Scope, Stability


@dataclass(frozen=True, slots=True)
class Loop:
    """Describe a ``for`` loop or one ``for`` clause of a comprehension.

    ``node`` holds everything; ``body`` is what runs once for each element.
    """

    node: ast.For | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    target: ast.expr
    source: ast.expr
    body: tuple[ast.AST, ...]


def for_loops(scope: Scope) -> Iterator[Loop]:
    """Yield the loops over an iterable, comprehensions with one clause included."""
    for node in scope.nodes():
        if isinstance(node, ast.For):
            yield Loop(node, node.target, node.iter, tuple(node.body))
        elif isinstance(node, Comprehension) and len(node.generators) == 1:
            clause = node.generators[0]
            if not clause.is_async:
                result = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
                yield Loop(node, clause.target, clause.iter, (*clause.ifs, *result))


def loop_variable(scope: Scope, loop: Loop) -> str | None:
    """Return the name of a loop's only variable if nothing but the loop gives it a value there."""
    if not isinstance(loop.target, ast.Name):
        return None
    name = loop.target.id
    names = scope.names
    if name in names.captured | names.foreign or name in scope.effects(*loop.body).rebound:
        return None
    if isinstance(loop.node, ast.For):
        return name if scope.plain(name) else None
    return name


def steps(name: str, *body: ast.AST) -> Iterator[ast.Name]:
    """Yield the places in a loop's body that mention a name."""
    for top in body:
        for node in ast.walk(top):
            if isinstance(node, ast.Name) and node.id == name:
                yield node


@dataclass(frozen=True, slots=True)
class HoistPoint:
    """Say before which statement an expression can be computed once, and how sure that is.

    ``loop`` is the outermost loop that it leaves.
    """

    statement: ast.stmt
    loop: ast.AST
    stability: Stability


def hoist_point(scope: Scope, node: ast.expr) -> HoistPoint | None:
    """Find the outermost loop all through which an expression keeps its value."""
    best: HoistPoint | None = None
    child: ast.AST = node
    for ancestor in scope.ancestors(node):
        if isinstance(ancestor, Nested):
            break
        repeated = _repeated(ancestor, child)
        if repeated is not None:
            if isinstance(ancestor, ast.comprehension):
                repeated = (scope.parents[ancestor],)
            stability = scope.stable_expression(node, *repeated)
            if stability is Stability.NO:
                if best is not None and best.statement is ancestor:
                    best = None
                break
            best = HoistPoint(scope.statement(ancestor), ancestor, stability)
        child = ancestor
    if best is None or not scope.alone(best.statement):
        return None
    return best if scope.block_of(best.statement) is not None else None


def _repeated(ancestor: ast.AST, child: ast.AST) -> tuple[ast.AST, ...] | None:
    """Return what runs again and again with ``child`` in a loop, None when ``child`` does not."""
    match ancestor:
        case ast.For(target=target, body=body) if child in body:
            return (target, *body)
        case ast.While(test=test, body=body) if child is test or child in body:
            return (test, *body)
    if isinstance(ancestor, Comprehension) and not isinstance(child, ast.comprehension):
        return (ancestor,)
    if isinstance(ancestor, ast.comprehension) and child in ancestor.ifs:
        return (ancestor,)
    return None
