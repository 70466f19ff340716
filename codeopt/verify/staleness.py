"""Find what a rewrite computes once from what changes later: globals of the file, the outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.verify.change import FileDiff, Function, functions_in, target_names
from codeopt.verify.constructs import CLOCK, ENVIRONMENT, RANDOM, READS, Names, constructs
from codeopt.verify.patching import assigned, declared_global, mutated_names

_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
_OUTSIDE = frozenset({CLOCK, ENVIRONMENT, READS, RANDOM})
_FIXED = ("os.path.", "pathlib", "uuid.UUID", "uuid.uuid3", "uuid.uuid5")  # not what they name


def stale(diff: FileDiff) -> Iterator[tuple[str, str]]:
    """Yield (what keeps a value, the global that it was made from)."""
    changing = changed_globals(diff.before)
    if not changing or any(_clears(node) for node in diff.new_code):
        return
    for name, value in _constants(diff):
        yield from ((f"the constant {name}", used) for used in sorted(_read(value) & changing))
    names, kept = Names(diff.after), {name for name, _ in _constants(diff)}
    for function in functions_in(diff.new_code):
        reads = (_read(*function.body) - assigned(function)) & changing
        if not _is_cached(function, names):
            memos = _changed_by(function) & kept
            reads = reads - _keys(function, memos) if memos else set()
        yield from ((f"what {function.name} remembers", used) for used in sorted(reads))


def outdated(diff: FileDiff) -> Iterator[tuple[str, str]]:
    """Yield (what keeps a value, the clock, file … that it was made from)."""
    names = Names(diff.after)
    for name, value in _constants(diff):
        yield from ((f"the constant {name}", used) for used in _outside(value, names))
    for function in functions_in(diff.new_code):
        if _is_cached(function, names):
            found = (used for node in function.body for used in _outside(node, names))
            yield from ((f"what {function.name} remembers", used) for used in found)


def _outside(top: ast.AST, names: Names) -> Iterator[str]:
    """Yield what is asked of the outside; a mere other name for a function asks nothing."""
    if any(isinstance(node, ast.Lambda) for node in ast.walk(top)):
        return
    for node in ast.walk(top):
        asked = node.func if isinstance(node, ast.Call) else None
        asked = node.value if isinstance(node, ast.Subscript) else asked
        for found in constructs([asked] if asked else (), names):
            if found.kind in _OUTSIDE and not found.what.startswith(_FIXED):
                yield found.what


def changed_globals(tree: ast.Module) -> set[str]:
    """Return the module-level names that functions of a file change."""
    own = {name for node in tree.body for name in target_names(node)}
    changed = (_changed_by(function) for function in functions_in([tree]))
    return own & set().union(*changed)


def _changed_by(function: Function) -> set[str]:
    inside = {name for name, _ in mutated_names(function)} - assigned(function)
    return inside | declared_global(function)


def _constants(diff: FileDiff) -> Iterator[tuple[str, ast.expr]]:
    for node in diff.helpers:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            yield from ((name, node.value) for name in target_names(node))


def _read(*nodes: ast.AST) -> set[str]:
    """Return the names that are read when the nodes run; what a lambda reads comes later."""
    found: set[str] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        if not isinstance(node, ast.Lambda):
            pending += ast.iter_child_nodes(node)
    return found


def _is_cached(function: Function, names: Names) -> bool:
    decorators = (d.func if isinstance(d, ast.Call) else d for d in function.decorator_list)
    return any(names.dotted(decorator) in _CACHES for decorator in decorators)


def _keys(function: Function, memos: set[str]) -> set[str]:
    """Return the names that the keys of memos are made from, through local names."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and _read(node.value) & memos:
            found |= _read(node.slice)
        elif isinstance(node, ast.Compare) and any(_read(c) & memos for c in node.comparators):
            found |= _read(node.left)
        elif isinstance(node, ast.Call) and _read(node.func) & memos and node.args:
            found |= _read(node.args[0])
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and set(target_names(node)) & found:
            found |= _read(node.value)
    return found


def _clears(node: ast.AST) -> bool:
    """Tell whether code empties a cache when it has to."""
    return any(isinstance(n, ast.Attribute) and n.attr == "cache_clear" for n in ast.walk(node))
