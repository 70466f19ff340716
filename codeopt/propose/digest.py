"""Identify a candidate by its syntax, so that equal rewrites are judged once, ever."""

from __future__ import annotations

import ast
import hashlib
import textwrap
from collections.abc import Iterable

from codeopt.model.candidate import FunctionSource
from codeopt.propose.syntax import parse

_Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def candidate_digest(
    functions: Iterable[FunctionSource],
    helpers: Iterable[str] = (),
    imports: Iterable[str] = (),
) -> str:
    """Return a digest blind to comments, layout, docstrings, and the order of the functions.

    The order of the helpers counts: one may need the other to be there when it is defined.
    """
    parts = [f"function {f.id.path} {f.id.qualname} {_normalised(f.source)}" for f in functions]
    parts.sort()
    parts += [f"helper {_normalised(text)}" for text in helpers]
    parts += sorted(f"import {_normalised(text)}" for text in imports)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _normalised(source: str) -> str:
    text = textwrap.dedent(source).strip()
    tree = parse(text)
    if isinstance(tree, str):
        return f"text {text}"
    for node in ast.walk(tree):
        if isinstance(node, _Documented):
            _drop_docstring(node)
    return ast.dump(tree)


def _drop_docstring(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> None:
    if node.body and _is_text(node.body[0]):
        del node.body[0]


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
