"""Cut text out of a function and splice new text into it.

Everything that is not touched keeps its bytes: edits replace single statements or expressions,
and comments inside a replaced statement move above it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from codeopt.propose.catalogue.structure import Structure
from codeopt.propose.catalogue.text import Edit

_ATOMS = (
    ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.Dict, ast.Set, ast.ListComp,
    ast.SetComp, ast.DictComp, ast.JoinedStr, ast.GeneratorExp,
)  # fmt: skip
_LOOSE = (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Lambda, ast.IfExp, ast.Starred)
_WIDTH = 88


class Editor(Structure):
    """Make edits to the text of a function."""

    def text(self, node: ast.expr) -> str:
        """Return the text of an expression for use as an argument or a right-hand side."""
        raw = self._raw(node)
        if isinstance(node, _LOOSE) or (isinstance(node, ast.Tuple) and not raw.startswith("(")):
            return f"({raw})"
        return raw

    def value(self, node: ast.expr) -> str:
        """Return the text of an expression for use behind ``name=`` in a call."""
        raw = self._raw(node)
        return raw if isinstance(node, ast.Lambda | ast.IfExp) else self.text(node)

    def atom(self, node: ast.expr) -> str:
        """Return the text of an expression for use before a dot, a bracket or an operator."""
        text = self.text(node)
        number = isinstance(node, ast.Constant) and isinstance(node.value, int | float | complex)
        constant = isinstance(node, ast.Constant) and not number and "\n" not in text
        closed = isinstance(node, _ATOMS) or constant or text == f"({self._raw(node)})"
        closed = closed or isinstance(node, ast.Tuple)
        return text if closed else f"({text})"

    def _raw(self, node: ast.expr) -> str:
        if self.inside(node, (ast.JoinedStr,)):
            return ast.unparse(node)
        raw = self.text_of_module.segment(node)
        if "\n" not in raw:
            return raw
        flat = ast.unparse(node)
        return flat if len(flat) <= _WIDTH and "\n" not in flat else f"({raw})"

    def editable(self, *nodes: ast.AST) -> bool:
        """Tell whether the text of nodes can be replaced (it can't inside an f-string)."""
        return not any(self.inside(node, (ast.JoinedStr,)) for node in nodes)

    def replace(self, node: ast.expr, text: str) -> Edit:
        """Replace an expression."""
        return Edit(self.text_of_module.start(node), self.text_of_module.end(node), text)

    def before(self, statement: ast.stmt, *lines: str) -> Edit:
        """Add lines before a statement."""
        text, start = self.text_of_module, self.text_of_module.start(statement)
        indent = text.indent(statement)
        return Edit(start, start, "".join(f"{line}\n{indent}" for line in lines))

    def after(self, statement: ast.stmt, *lines: str) -> Edit:
        """Add lines after a statement, with its indentation."""
        text = self.text_of_module
        indent = text.indent(statement)
        at = text.line_end(text.end(statement))
        lead = "" if text.data[at - 1 : at] == b"\n" else "\n"
        return Edit(at, at, lead + "".join(f"{indent}{line}\n" for line in lines))

    def rebuild(
        self, first: ast.stmt, last: ast.stmt, lines: Sequence[str], *, kept: Iterable[str] = ()
    ) -> Edit:
        """Replace statements by lines; comments that the lines don't carry move above them."""
        text, indent = self.text_of_module, self.text_of_module.indent(first)
        start, end = text.start(first), text.end(last)
        new = [*kept, *lines]
        comments = [c for c in text.comments(start, end) if not any(c in line for line in new)]
        return Edit(start, end, f"\n{indent}".join([*comments, *lines]))

    def delete(self, statement: ast.stmt) -> Edit:
        """Delete a statement with its line."""
        text = self.text_of_module
        start, end = text.start(statement), text.end(statement)
        return Edit(text.line_start(start), text.line_end(end), "")

    def alone(self, *statements: ast.stmt) -> bool:
        """Tell whether statements can be edited as whole lines."""
        return all(self.text_of_module.alone(statement) for statement in statements)
