"""Recognise dictionaries and places in them."""

from __future__ import annotations

import ast

from codeopt.propose.catalogue.scope import Scope


def is_dict(scope: Scope, node: ast.expr) -> bool:
    """Tell whether an expression is certainly a plain dictionary."""
    kind = scope.exact(node)
    return kind is not None and kind.name == "dict"


def dict_assumption(scope: Scope, node: ast.expr) -> str:
    """Say that an expression is taken for a plain dictionary, where that is not certain."""
    return "" if is_dict(scope, node) else f"`{scope.text(node)}` is a plain dictionary"


def trivial(node: ast.expr) -> bool:
    """Tell whether evaluating an expression twice, or not at all, makes no difference."""
    if isinstance(node, ast.Tuple):
        return all(trivial(e) for e in node.elts)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant)
    return isinstance(node, ast.Name | ast.Constant)


def is_place(node: ast.expr, mapping: ast.expr, key: ast.expr) -> bool:
    """Tell whether a node is ``mapping[key]``, read or written."""
    return (
        isinstance(node, ast.Subscript)
        and ast.dump(node.value) == ast.dump(mapping)
        and ast.dump(node.slice) == ast.dump(key)
    )
