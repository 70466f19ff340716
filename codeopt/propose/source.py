"""Find definitions in the text of files as they are now, whatever lines they had before."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from importlib.util import decode_source

from codeopt.model.code import FunctionId
from codeopt.propose.syntax import FUNCTION, Function, is_docstring, parse, source_of

_SHORT_LINES = 25
_EMPTY = ast.Module([], [])


def text_of(source: bytes) -> str:
    """Decode a Python file; bytes that do not fit its encoding are shown as replacements."""
    try:
        return decode_source(source)
    except (UnicodeDecodeError, SyntaxError):
        return source.decode("utf-8", "replace")


class Files:
    """Read and parse the files of a repository when they are asked for."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._known: dict[str, tuple[str, ast.Module]] = {}

    def text(self, path: str) -> str:
        """Return the text of a file; "" when it is not there."""
        return self._read(path)[0]

    def tree(self, path: str) -> ast.Module:
        """Return the syntax tree of a file; an empty one when it does not parse."""
        return self._read(path)[1]

    def function(self, id: FunctionId) -> Function | None:
        """Find a function or method; of redefinitions the last one counts."""
        body = self.tree(id.path).body
        *outer, name = id.qualname.replace(".<locals>", "").split(".")
        for part in outer:
            holder = _named(body, part)
            if holder is None:
                return None
            body = holder.body
        found = _named(body, name)
        return found if isinstance(found, FUNCTION) else None

    def owner(self, id: FunctionId) -> ast.ClassDef | None:
        """Find the class of a method, where it stands in the module itself."""
        found = _named(self.tree(id.path).body, id.class_name or "")
        return found if isinstance(found, ast.ClassDef) else None

    def shown(self, path: str, node: Function) -> str:
        """Show a function: whole if it is short, else its head and the start of its docstring."""
        source = source_of(self.text(path), node)
        if source.count("\n") < _SHORT_LINES:
            return source
        head = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        lines = [f"{head} {node.name}({ast.unparse(node.args)}){returns}:"]
        if is_docstring(node.body):
            lines.append(f'    """{(ast.get_docstring(node) or "").split(chr(10))[0]}"""')
        return "\n".join([*lines, "    ...  # not shown"])

    def _read(self, path: str) -> tuple[str, ast.Module]:
        if path not in self._known:
            text = text_of(self._sources.get(path, b""))
            tree = parse(text)
            self._known[path] = text, _EMPTY if isinstance(tree, str) else tree
        return self._known[path]


def _named(body: list[ast.stmt], name: str) -> Function | ast.ClassDef | None:
    """Find a definition in a block, in the branches of its ifs and tries, too."""
    found = None
    for node in body:
        if isinstance(node, (*FUNCTION, ast.ClassDef)):
            found = node if node.name == name else found
            continue
        for part in ("body", "orelse", "finalbody"):
            found = _named(getattr(node, part, []), name) or found
    return found
