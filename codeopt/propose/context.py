"""Gather what a reader needs to understand a function: its class, constants, callees, callers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import decode_source
from typing import TypeGuard

from codeopt.model.code import CallSite, FunctionInfo
from codeopt.ports import Assignment
from codeopt.propose.syntax import FUNCTION, Function, at_margin, is_docstring, parse, source_of

_ROOM = 6_000
_SHORT_LINES = 25
_CALLERS = 5


def text_of(source: bytes) -> str:
    """Decode a Python file; bytes that do not fit its encoding are shown as replacements."""
    try:
        return decode_source(source)
    except (UnicodeDecodeError, SyntaxError):
        return source.decode("utf-8", "replace")


def function_text(assignment: Assignment) -> str:
    """Return the text of the target at the margin, decorators included."""
    info = assignment.target
    source = assignment.sources[info.id.path]
    start = source.rfind(b"\n", 0, info.span.start_byte) + 1
    margin = source[start : info.span.start_byte].decode("utf-8", "replace")
    text = source[info.span.start_byte : info.span.end_byte].decode("utf-8", "replace")
    return at_margin(text.replace("\r\n", "\n"), margin if not margin.strip() else "")


def context_of(assignment: Assignment) -> str:
    """Describe the surroundings of the target as a piece of Python, bounded in length."""
    text = text_of(assignment.sources[assignment.target.id.path])
    tree = parse(text)
    parts = [] if isinstance(tree, str) else _Surroundings(text, tree, assignment.target).parts()
    callers = list(_callers(assignment))
    if callers:
        parts.append("\n".join(["# called from", *callers]))
    return _within(parts)


def _within(parts: list[str]) -> str:
    """Join parts in order of importance until the room is used up."""
    kept, room = [], _ROOM
    for part in parts:
        if len(part) <= room:
            kept.append(part)
            room -= len(part)
    return "\n\n".join(kept)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    text: str
    tree: ast.Module
    target: FunctionInfo

    def parts(self) -> list[str]:
        """List the surroundings, what matters most first."""
        owner = self._owner()
        found = [self._class(owner)] if owner else []
        found += self._callees()
        found += self._constants()
        return [part for part in found if part]

    def _owner(self) -> ast.ClassDef | None:
        line = self.target.span.start_line
        holders = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ClassDef)
            and node.lineno < line <= (node.end_lineno or 0)
            and node.name == (self.target.id.class_name or "").rpartition(".")[2]
        ]
        return holders[-1] if holders else None

    def _class(self, owner: ast.ClassDef) -> str:
        """Show a class with its attributes, its ``__init__`` and the methods that are called."""
        called = {site.callee.rpartition(".")[2] for site in self.target.calls if _on_self(site)}
        bases = ", ".join(ast.unparse(base) for base in owner.bases)
        lines = [f"class {owner.name}({bases}):" if bases else f"class {owner.name}:"]
        for member in owner.body:
            if isinstance(member, ast.Assign | ast.AnnAssign):
                lines.append(f"    {ast.unparse(member)}")
            elif self._is_shown(member, {"__init__", *called}):
                lines += [f"    {line}" for line in self._definition(member).split("\n")]
        return "\n".join(lines)

    def _is_shown(self, node: ast.stmt, names: set[str]) -> TypeGuard[Function]:
        target = self.target.span.end_line
        return isinstance(node, FUNCTION) and node.name in names and node.end_lineno != target

    def _callees(self) -> list[str]:
        called = {site.callee for site in self.target.calls}
        return [self._definition(n) for n in self.tree.body if self._is_shown(n, called)]

    def _constants(self) -> list[str]:
        """Show the imports and the module-level assignments that the target mentions."""
        words = self._words()
        found = []
        for node in self.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {(a.asname or a.name).partition(".")[0] for a in node.names}
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            else:
                continue
            if names & words:
                found.append(source_of(self.text, node))
        return ["\n".join(found)] if found else []

    def _words(self) -> set[str]:
        span = self.target.span
        return {
            node.id
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Name) and span.start_line <= node.lineno <= span.end_line
        }

    def _definition(self, node: Function) -> str:
        """Show a function: whole if it is short, else its head and the start of its docstring."""
        source = source_of(self.text, node)
        if source.count("\n") < _SHORT_LINES:
            return source
        head = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        lines = [f"{head} {node.name}({ast.unparse(node.args)}){returns}:"]
        if is_docstring(node.body):
            lines.append(f'    """{(ast.get_docstring(node) or "").split(chr(10))[0]}"""')
        return "\n".join([*lines, "    ...  # not shown"])


def _on_self(site: CallSite) -> bool:
    return site.callee.partition(".")[0] in {"self", "cls"} and site.callee.count(".") == 1


def _callers(assignment: Assignment) -> Iterator[str]:
    """Show the lines that seem to call the target, the same file first."""
    target = assignment.target.id
    shown = 0
    files = sorted(assignment.code.files, key=lambda file: (file.path != target.path, file.path))
    for file in files:
        lines: list[str] | None = None
        for function in file.functions:
            for site in function.calls:
                if site.callee.rpartition(".")[2] != target.name or function.id == target:
                    continue
                if lines is None:
                    lines = text_of(assignment.sources.get(file.path, b"")).split("\n")
                code = lines[site.line - 1].strip() if site.line <= len(lines) else ""
                yield f"# {function.id}: {code[:120]}"
                shown += 1
                if shown == _CALLERS:
                    return
