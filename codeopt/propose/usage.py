"""Say how callers use what a function returns: a rewrite that knows it can do less.

Only a reading of the syntax: nothing is followed beyond the caller's own body.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.syntax import Function

_MOST_USES = 3


def uses(caller: Function, name: str) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each statement that calls ``name`` with what is done with the result, "" if unclear."""
    parents = {child: node for node in ast.walk(caller) for child in ast.iter_child_nodes(node)}
    seen = set()
    for node in ast.walk(caller):
        if not isinstance(node, ast.Call) or _called(node) != name:
            continue
        statement = _statement(node, parents)
        if statement is not None and id(statement) not in seen:
            seen.add(id(statement))
            yield statement, _use(node, parents, caller)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _statement(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.stmt | None:
    found: ast.AST | None = node
    while found is not None and not isinstance(found, ast.stmt):
        found = parents.get(found)
    return found


def _use(node: ast.expr, parents: dict[ast.AST, ast.AST], caller: Function) -> str:
    """Describe the place of an expression."""
    parent = parents.get(node)
    match parent:
        case ast.Await() | ast.keyword():
            return _use_of_wrapped(parent, parents, caller)
        case ast.Expr():
            return "not used"
        case ast.Return():
            return "returned"
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return _later(caller, name)
        case ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return "unpacked"
        case _:
            return _within(node, parent)


def _use_of_wrapped(
    parent: ast.Await | ast.keyword, parents: dict[ast.AST, ast.AST], caller: Function
) -> str:
    if isinstance(parent, ast.Await):
        return _use(parent, parents, caller)
    outer = parents.get(parent)
    return f"passed to {_called(outer)}" if isinstance(outer, ast.Call) else ""


def _within(node: ast.expr, parent: ast.AST | None) -> str:
    match parent:
        case ast.For(iter=whole) | ast.AsyncFor(iter=whole) | ast.comprehension(iter=whole) if (
            whole is node
        ):
            return "iterated"
        case ast.Subscript(value=whole) if whole is node:
            return "indexed"
        case ast.Attribute(attr=attr):
            return f"its .{attr} is used"
        case ast.Compare():
            return "compared"
        case ast.If() | ast.While() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return "tested for truth"
        case ast.Call(func=func) if func is not node:
            return f"passed to {_called(parent)}"
        case ast.Starred() | ast.YieldFrom():
            return "iterated"
        case ast.Yield():
            return "yielded"
        case ast.BinOp() | ast.AugAssign():
            return "an operand"
    return ""


def _later(caller: Function, name: str) -> str:
    """Describe what is done with the name that holds the result."""
    parents = {child: node for node in ast.walk(caller) for child in ast.iter_child_nodes(node)}
    found: dict[str, None] = {}
    for node in ast.walk(caller):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            parent = parents.get(node)
            use = "returned" if isinstance(parent, ast.Return) else _within(node, parent)
            if use:
                found[use] = None
    kinds = ", ".join(list(found)[:_MOST_USES])
    return f"stored in {name}: {kinds}" if kinds else f"stored in {name}"
