"""Find assignments that reach beyond a function: patched modules, classes, built-ins, globals."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

from codeopt.verify.change import Function, body_of, functions_in
from codeopt.verify.constructs import PATCHES, Construct, Names

_SETTERS = frozenset({"setattr", "delattr"})
MUTATORS = frozenset(
    {
        *("append", "appendleft", "add", "insert", "extend", "extendleft", "update", "setdefault"),
        *("pop", "popitem", "popleft", "remove", "discard", "clear", "sort", "reverse"),
        *("move_to_end", "rotate", "subtract", "difference_update", "intersection_update"),
        *("symmetric_difference_update", "__setitem__", "__delitem__"),
    }
)


def patches(nodes: Iterable[ast.AST], names: Names, foreign: frozenset[str]) -> Iterator[Construct]:
    """Yield assignments to what belongs to others.

    ``foreign`` are the module-level names of the file that the candidate did not bring.
    """
    outside = names.imported | foreign | frozenset(dir(builtins))
    for top in nodes:
        for function in _outermost(top):
            yield from _in_function(function, names, foreign)
        yield from _changes(_at_import(top), names, outside)


def mutated_names(function: Function) -> Iterator[tuple[str, int]]:
    """Yield (name, line) for every free or local name whose object a function changes in place."""
    for node in ast.walk(function):
        for target in _targets(node):
            base = _root(target)
            if base and not isinstance(target, ast.Name):
                yield base, target.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base = _root(node.func)
            if base and node.func.attr in MUTATORS:
                yield base, node.lineno


def declared_global(function: Function) -> set[str]:
    """Return the names that a function declares as global."""
    return {
        name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names
    }


def parameters(function: Function) -> set[str]:
    """Return the names of a function's parameters."""
    args = function.args
    every = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
    return {arg.arg for arg in every if arg is not None}


def assigned(function: Function) -> set[str]:
    """Return the names that a function binds itself: parameters and plain assignments."""
    stores = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    inner = {f.name for f in functions_in(body_of(function))}
    return (stores | inner | parameters(function)) - declared_global(function)


def _outermost(top: ast.AST) -> Iterator[Function]:
    if isinstance(top, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield top
    elif isinstance(top, ast.ClassDef):
        for child in top.body:
            yield from _outermost(child)


def _in_function(function: Function, names: Names, foreign: frozenset[str]) -> Iterator[Construct]:
    outside = names.imported | foreign | frozenset(dir(builtins))
    local = assigned(function)
    aliases = _aliases(function, outside - local)
    reach = (outside - local) | aliases

    for name in declared_global(function) & foreign:
        yield Construct(PATCHES, f"global {name}", function.lineno)
    yield from _changes(ast.walk(function), names, reach)


def _at_import(top: ast.AST) -> Iterator[ast.AST]:
    """Yield what a helper runs when it is defined: everything but the bodies of functions."""
    pending = [top]
    while pending:
        node = pending.pop()
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
            pending += ast.iter_child_nodes(node)


def _changes(nodes: Iterable[ast.AST], names: Names, reach: frozenset[str]) -> Iterator[Construct]:
    for node in nodes:
        for target in _targets(node):
            if not isinstance(target, ast.Name) and _is_foreign(target, reach):
                yield Construct(PATCHES, _root(target) or ast.unparse(target), target.lineno)
        if isinstance(node, ast.Call):
            yield from _call(node, names, reach)


def _call(node: ast.Call, names: Names, reach: frozenset[str]) -> Iterator[Construct]:
    function = names.dotted(node.func)
    setter = function in _SETTERS or function.endswith(("__setattr__", "__delattr__"))
    if setter and node.args and (_root(node.args[0]) in reach or _is_class(node.args[0])):
        yield Construct(PATCHES, ast.unparse(node), node.lineno)
    if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
        owner = _root(node.func)
        # np.sort(x) and list.append(x) are functions that are merely called like such methods
        if owner in reach - names.modules - frozenset(dir(builtins)):
            yield Construct(PATCHES, owner, node.lineno)


def _is_foreign(target: ast.AST, reach: frozenset[str]) -> bool:
    return _root(target) in reach or (
        isinstance(target, ast.Attribute)
        and (_is_class(target.value) or target.attr in {"__class__", "__dict__"})
    )


def _is_class(node: ast.AST) -> bool:
    """Tell whether an expression is ``type(x)`` or ``x.__class__``."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "type" and len(node.args) == 1
    return isinstance(node, ast.Attribute) and node.attr == "__class__"


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    found: list[ast.expr] = []
    if isinstance(node, (ast.Assign, ast.Delete)):
        found = list(node.targets)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor)):
        found = [node.target]
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        found = [node.optional_vars]
    for target in found:
        if isinstance(target, (ast.Tuple, ast.List)):
            yield from target.elts
        else:
            yield target


def _root(node: ast.AST) -> str:
    """Return the name at the root of ``name.a[b].c``, or ""."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _aliases(function: Function, outside: frozenset[str]) -> frozenset[str]:
    """Return local names that stand for something from outside (``m = math``)."""
    return frozenset(
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, (ast.Name, ast.Attribute))
        and _root(node.value) in outside
        for target in node.targets
        if isinstance(target, ast.Name)
    )
