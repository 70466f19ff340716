"""Questions about Python's own syntax trees: names, imports, and equality but for layout."""

from __future__ import annotations

import ast
import hashlib
import re
import warnings

Binding = tuple[int, str, str, str]
_WORD = re.compile(r"[^\W\d]\w*")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def parse_quietly(text: str | bytes) -> ast.Module | None:
    """Parse with the interpreter that runs codeopt; None when that fails.

    The target may use newer syntax than codeopt's own interpreter knows.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def words(text: str) -> frozenset[str]:
    """List all words of a text: more than the names that it uses, never fewer."""
    return frozenset(_WORD.findall(text))


def bound_names(tree: ast.AST) -> frozenset[str]:
    """List the names that a statement binds in the scope in which it stands."""
    names: set[str] = set()
    pending = [tree]
    while pending:
        node = pending.pop()
        names.update(_binds(node))
        if not isinstance(node, (*_SCOPES, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))
    return frozenset(names)


def _binds(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            return [name]
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return [name]
        case ast.alias(name=name, asname=alias):
            return [alias or name.partition(".")[0]]
    return []


def eager_names(tree: ast.AST) -> frozenset[str]:
    """List the names that a definition reads when it is executed, not when it is called."""
    names: set[str] = set()
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            names.add(node.id)
        late = ("body",) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else ()
        if isinstance(node, ast.Lambda):
            late = ("body",)
        for field, value in ast.iter_fields(node):
            if field not in late:
                items = value if isinstance(value, list) else [value]
                pending.extend(item for item in items if isinstance(item, ast.AST))
    return frozenset(names)


def bindings(tree: ast.AST) -> frozenset[Binding]:
    """List the imports outside functions and classes as (level, module, name, alias)."""
    found: set[Binding] = set()
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            found.update((0, alias.name, "", alias.asname or "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found.update((node.level, module, a.name, a.asname or "") for a in node.names)
        if not isinstance(node, _SCOPES):
            pending.extend(ast.iter_child_nodes(node))
    return frozenset(found)


def bound_by(binding: Binding) -> str:
    """Return the name that an import binds."""
    _, module, name, alias = binding
    return alias or name or module.partition(".")[0]


def without_docstrings(tree: ast.AST) -> ast.AST:
    """Drop the docstrings of a tree, in place."""
    for node in ast.walk(tree):
        if isinstance(node, (*_SCOPES, ast.Module)) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:]
    return tree


def shape(tree: ast.AST) -> str:
    """Return a digest of a tree that is blind to layout and comments.

    Written without recursion: generated code nests deeper than Python's stack.
    """
    digest = hashlib.sha256()
    pending: list[object] = [tree]
    while pending:
        item = pending.pop()
        if isinstance(item, ast.AST):
            digest.update(f"{type(item).__name__}(".encode())
            pending.extend(value for _, value in ast.iter_fields(item))
        elif isinstance(item, list):
            digest.update(f"{len(item)}[".encode())
            pending.extend(item)
        else:
            text = hex(item) if type(item) is int else repr(item)
            digest.update(f"{type(item).__name__}:{text};".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
