"""Run rewrites on source text, and run the text, for the tests of the catalogue."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

from codeopt.propose.catalogue.drafting import Draft, Module, definition, draft, functions
from codeopt.propose.catalogue.registry import REWRITES
from codeopt.propose.catalogue.rewrite import Rewrite

BY_NAME = {rewrite.name: rewrite for rewrite in REWRITES}


def target_of(source: str) -> str:
    """Return the qualified name of the last function that is not nested."""
    names = [name for _, _, name in functions(ast.parse(source))]
    return [name for name in names if "<locals>" not in name][-1]


def rewritten(source: str, *rewrites: Rewrite, certain: bool = False) -> Draft:
    """Apply rewrites to the last function of a module."""
    module = Module.parse(source)
    assert module is not None
    return draft(module, [target_of(source)], rewrites, certain=certain)


def module_after(result: Draft) -> str:
    """Return the whole module: imports first, helpers before the first function."""
    lines = result.source.split("\n")
    found = next(functions(ast.parse(result.source)))[0]
    first = min([found.lineno, *(d.lineno for d in found.decorator_list)]) - 1
    parts = ["\n".join(lines[:first]), *result.helpers, "\n".join(lines[first:])]
    return "\n".join([*result.imports, *parts])


def body_of(source: str) -> str:
    """Return the text of the last function."""
    text = definition(source, target_of(source))
    assert text is not None
    return text


def outcome(module: str, name: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Run a function of a module: what it gives or raises, and its arguments afterwards."""
    space: dict[str, Any] = {"__name__": "example"}
    exec(compile(module, "<example>", "exec"), space)
    given = copy.deepcopy(arguments)
    try:
        result = space[name](*given)
        if isinstance(result, Iterator):
            result = ["iterator", *result]
    except Exception as error:
        return ("raises", type(error).__name__, repr(error.args), _shown(given))
    return ("gives", _shown(result), _shown(given))


def _shown(value: Any) -> str:
    """Show a value with its types: 1, 1.0 and True differ, NaN equals itself."""
    if isinstance(value, dict):
        inner = ", ".join(f"{_shown(k)}: {_shown(v)}" for k, v in value.items())
    elif isinstance(value, (list, tuple)):
        inner = ", ".join(_shown(v) for v in value)
    elif isinstance(value, (set, frozenset)):
        inner = ", ".join(sorted(_shown(v) for v in value))
    else:
        inner = repr(value)
    return f"{type(value).__name__}({inner})"
