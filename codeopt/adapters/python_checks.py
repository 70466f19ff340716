"""Check the parts of a candidate before they are written: each must be what it claims to be."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass

from codeopt.adapters.python_parse import parse_file
from codeopt.adapters.python_syntax import Syntax
from codeopt.adapters.python_text import clean
from codeopt.adapters.python_tree import (
    Binding,
    bindings,
    bound_names,
    eager_names,
    parse_quietly,
    shape,
    without_docstrings,
    words,
)
from codeopt.model.candidate import FunctionSource, UnparsableError

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


@dataclass(frozen=True, slots=True)
class NewFunction:
    """Hold the checked text of a function.

    ``lead`` counts the comment lines above it; ``shape`` is empty when only tree-sitter reads it.
    """

    text: str
    decorators: tuple[str, ...]
    words: frozenset[str]
    shape: str
    lead: int


@dataclass(frozen=True, slots=True)
class Helper:
    """Hold a checked helper: the names it binds, those it reads at once, all of its words."""

    text: str
    names: frozenset[str]
    eager: frozenset[str]
    words: frozenset[str]
    digest: str
    is_block: bool


def check_function(syntax: Syntax, function: FunctionSource) -> NewFunction:
    """Check that a text is exactly one function of the right name."""
    text = clean(function.source)
    label, encoded = str(function.id), _encoded(text, str(function.id))
    tree = parse_quietly(text)
    if tree is None and not syntax.is_sound(encoded):
        raise UnparsableError(f"the new text of {label} does not parse{_where(text)}")
    nodes = [n for n in syntax.tree(encoded).root_node.named_children if n.type != "comment"]
    kinds = [n.type for n in nodes]
    found = parse_file(syntax, "", encoded).functions
    if len(nodes) != 1 or kinds[0] not in ("function_definition", "decorated_definition"):
        raise UnparsableError(f"the new text of {label} is not exactly one function")
    if not found or found[0].span.start_byte != nodes[0].start_byte:
        raise UnparsableError(f"the new text of {label} is not a function")
    if found[0].id.qualname != function.id.name:
        raise UnparsableError(f"the new text of {label} defines {found[0].id.qualname} instead")
    digest = shape(without_docstrings(tree.body[0])) if tree else ""
    return NewFunction(text, found[0].decorators, words(text), digest, found[0].span.start_line - 1)


def check_helper(text: str) -> Helper:
    """Check that a helper consists of definitions only."""
    text = clean(text)
    _encoded(text, "a helper")
    tree = parse_quietly(text)
    if tree is None:
        raise UnparsableError(f"a helper does not parse{_where(text)}")
    if not tree.body or not all(isinstance(node, _DEFINITIONS) for node in tree.body):
        raise UnparsableError("a helper must be a function, a class or an assignment")
    is_block = any(not isinstance(node, ast.Assign | ast.AnnAssign) for node in tree.body)
    names = bound_names(tree)
    if not names:
        raise UnparsableError("a helper must bind a name of its own")
    return Helper(text, names, eager_names(tree), words(text), shape(tree), is_block)


def check_imports(lines: tuple[str, ...]) -> tuple[Binding, ...]:
    """Read import lines, one binding a name, in their order."""
    found: dict[Binding, None] = {}
    for line in lines:
        tree = parse_quietly(line.strip())
        if tree is None or not tree.body:
            raise UnparsableError(f"an import line does not parse: {line.strip()[:80]}")
        for node in tree.body:
            if not isinstance(node, ast.Import | ast.ImportFrom):
                raise UnparsableError(f"not an import: {line.strip()[:80]}")
            found.update(dict.fromkeys(sorted(bindings(node))))
    for _, module, name, _ in found:
        if module == "__future__" or name == "*":
            raise UnparsableError(f"from {module} import {name} would change the whole file")
    return tuple(found)


def _encoded(text: str, what: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnparsableError(f"the text of {what} is not valid Unicode") from None


def _where(text: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError as error:
            return f": {error.msg} (line {error.lineno})"
        except (ValueError, RecursionError, MemoryError) as error:
            return f": {error}"
    return ""
