"""Hold the Python adapter against ``ast`` and against itself on the standard library."""

from __future__ import annotations

import ast
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.python_syntax import Syntax
from codeopt.adapters.python_text import clean, margin_of, place, rows_of
from codeopt.adapters.python_tree import parse_quietly, shape, without_docstrings
from codeopt.model.candidate import Candidate, FunctionSource
from codeopt.model.code import FileInfo, FunctionInfo, FunctionKind

_LIBRARY = Path(sysconfig.get_path("stdlib"))
_CHUNKS = 4
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@cache
def sources(every: int) -> tuple[tuple[str, bytes], ...]:
    """Return every so-manieth file of the library that both parsers can read."""
    paths = sorted(p for p in _LIBRARY.rglob("*.py") if "site-packages" not in p.parts)
    stumbles = ("test_compile.py", "badsyntax_future8.py")  # valid for ast, not for tree-sitter
    names = [p for p in paths if p.name not in stumbles]
    found = ((str(p.relative_to(_LIBRARY)), p.read_bytes()) for p in names[::every])
    readable = ((path, source) for path, source in found if b"coding: latin" not in source[:200])
    return tuple((p, s) for p, s in readable if parse_quietly(s) is not None)


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Walk the body of a scope without entering the scopes inside it."""
    pending = list(getattr(node, "body", ()))
    while pending:
        inner = pending.pop()
        yield inner
        if not isinstance(inner, (*_DEFINITIONS, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(inner))


def expected(node: ast.AST, prefix: str = "", hidden: frozenset[str] = frozenset()) -> list[tuple]:
    """List (qualname, first line, kind, decorators) of all functions, from Python's own parser."""
    found: list[tuple] = []
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _DEFINITIONS):
            found += expected(child, prefix, hidden)
            continue
        qualname = child.name if child.name in hidden else prefix + child.name
        inner = [n for n in own_nodes(child) if isinstance(n, ast.Global)]
        names = frozenset(name for statement in inner for name in statement.names)
        if isinstance(child, ast.ClassDef):
            found += expected(child, f"{qualname}.", names)
            continue
        yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(child))
        kind = {
            (False, False): FunctionKind.FUNCTION,
            (False, True): FunctionKind.GENERATOR,
            (True, False): FunctionKind.COROUTINE,
            (True, True): FunctionKind.ASYNC_GENERATOR,
        }[isinstance(child, ast.AsyncFunctionDef), yields]
        line = min([child.lineno, *(d.lineno for d in child.decorator_list)])
        found.append((qualname, line, kind, len(child.decorator_list)))
        found += expected(child, f"{qualname}.<locals>.", names)
    return found


@pytest.mark.parametrize("chunk", range(_CHUNKS))
def test_functions_agree_with_ast(chunk: int) -> None:
    language = PythonLanguage()
    compared = 0
    for path, source in sources(12)[chunk::_CHUNKS]:
        file = language.parse(path, source)
        if file.problems and "only UTF-8" in file.problems[0].text:
            continue
        found = [
            (f.id.qualname, f.span.start_line, f.kind, len(f.decorators)) for f in file.functions
        ]
        tree = parse_quietly(source)
        assert tree is not None
        assert sorted(found) == sorted(expected(tree)), path
        assert file.problems == (), path
        compared += len(found)
    assert compared > 500


def test_imports_agree_with_ast() -> None:
    language = PythonLanguage()
    for path, source in sources(40):
        tree = parse_quietly(source)
        assert tree is not None
        wanted = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                wanted |= {(a.name, "", a.asname or "", 0, node.lineno) for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                module, level = node.module or "", node.level
                wanted |= {(module, a.name, a.asname or "", level, node.lineno) for a in node.names}
        found = {
            (i.module, i.name, i.alias, i.level, i.line)
            for i in language.parse(path, source).imports
        }
        assert found == wanted, path


def layers(file: FileInfo) -> list[list[FunctionInfo]]:
    """Part functions into sets in which none holds another; of redefinitions the last counts."""
    last = {function.id: function for function in file.functions}
    parts: dict[int, list[FunctionInfo]] = {}
    for function in last.values():
        span = function.span
        around = [f for f in file.functions if f.span.start_byte < span.start_byte]
        depth = sum(f.span.end_byte >= span.end_byte for f in around)
        parts.setdefault(depth, []).append(function)
    return list(parts.values())


@pytest.mark.parametrize("chunk", range(_CHUNKS))
def test_own_text_gives_back_the_same_bytes(chunk: int) -> None:
    language = PythonLanguage()
    for path, source in sources(20)[chunk::_CHUNKS]:
        file = language.parse(path, source)
        for part in layers(file):
            texts = [FunctionSource(f.id, language.extract(source, f)) for f in part]
            same = Candidate("d", part[0].id, tuple(texts))
            assert language.apply(same, {path: source}).files == (), path
            if chunk % 2:
                continue
            windows = source.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            assert language.apply(same, {path: windows}).files == (), path


@pytest.mark.parametrize("chunk", range(4))
def test_moving_lines_keeps_the_meaning(chunk: int) -> None:
    """Indent every line anew, as if none of the old ones were left."""
    language, syntax = PythonLanguage(), Syntax.load()
    for path, source in sources(45)[chunk::4]:
        for function in language.parse(path, source).functions:
            start, end = function.span.start_byte, function.span.end_byte
            margin = margin_of(source, start)
            text = clean(language.extract(source, function))
            placed = place(syntax, text, margin=margin, old=[], newline="\n")
            assert meaning(margin, placed) == meaning(margin, source[start:end]), function.id
            rows = rows_of(syntax, margin, source[start:end])
            again = place(syntax, text, margin=margin, old=rows, newline="\n")
            assert again == source[start:end], function.id


def meaning(margin: bytes, text: bytes) -> str:
    tree = parse_quietly((b"if 1:\n" if margin else b"") + margin + text)
    assert tree is not None
    return shape(without_docstrings(tree))
