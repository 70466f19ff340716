"""Read Python text that may be broken, odd or indented, without noise."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_DOCUMENTED = (*FUNCTION, ast.ClassDef, ast.Module)


def parse(text: str) -> ast.Module | str:
    """Return the syntax tree, or one line that says why there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError as error:
            return f"{error.msg} (line {error.lineno})"
        except (ValueError, RecursionError, MemoryError) as error:
            return str(error) or type(error).__name__


def shape(node: ast.AST) -> str:
    """Return a text that is equal for trees that differ in layout and docstrings only."""
    text = ast.unparse(node)
    again = parse(text)
    if isinstance(again, str):
        return text
    for each in ast.walk(again):
        if isinstance(each, _DOCUMENTED) and is_docstring(each.body[:1]):
            del each.body[0]
    return ast.dump(again)


def is_docstring(statements: list[ast.stmt]) -> bool:
    """Tell whether the first of the statements is a text that stands alone."""
    return (
        bool(statements)
        and isinstance(statements[0], ast.Expr)
        and isinstance(statements[0].value, ast.Constant)
        and isinstance(statements[0].value.value, str)
    )


def source_of(text: str, node: ast.stmt) -> str:
    """Return the text of a statement, decorators included, moved to the margin."""
    if not isinstance(node, (*FUNCTION, ast.ClassDef)):
        return ast.get_source_segment(text, node) or ast.unparse(node)
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    lines = text.split("\n")[first - 1 : node.end_lineno]
    margin = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return at_margin("\n".join(lines)[len(margin) :], margin)


def at_margin(text: str, margin: str) -> str:
    """Move a definition whose first line stood behind ``margin`` to the left.

    Lines that begin inside a string stay where they are, unless it is a docstring: they are its
    value.
    """
    if not margin:
        return text
    fixed = _string_lines(margin + text)
    moved = [
        line if number in fixed or number == 1 else _moved(line, margin)
        for number, line in enumerate(text.split("\n"), 1)
    ]
    return "\n".join(moved)


def _moved(line: str, margin: str) -> str:
    if line.startswith(margin):
        return line[len(margin) :]
    return line if line.strip() else ""


def _string_lines(indented: str) -> set[int]:
    """Find the lines (1-based) of an indented definition that begin inside a string."""
    tree = parse(f"if 1:\n{indented}")
    if isinstance(tree, str):
        return set()
    docstrings = {
        line
        for each in ast.walk(tree)
        if isinstance(each, _DOCUMENTED) and is_docstring(each.body[:1])
        for line in range(each.body[0].lineno, (each.body[0].end_lineno or 0) + 1)
    }
    return {
        line
        for first, last in _string_tokens(f"if 1:\n{indented}\n")
        if first not in docstrings
        for line in range(first, last)
    }


def _string_tokens(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each string token: of ``"a" "b"``, each on its own."""
    opened: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "STRING":
            yield token.start[0], token.end[0]
        elif kind.endswith("STRING_START"):
            opened.append(token.start[0])
        elif kind.endswith("STRING_END"):
            yield opened.pop(), token.end[0]
