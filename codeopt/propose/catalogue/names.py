"""Find out what the names in a module and in one of its functions are bound to."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
Nested = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
Comprehension = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BUILTINS = frozenset(dir(builtins))
_INTROSPECTION = frozenset({"locals", "vars", "eval", "exec", "globals", "dir", "breakpoint"})


def walk_inline(*nodes: ast.AST) -> Iterator[ast.AST]:
    """Walk nodes without entering nested functions, lambdas and classes."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, Nested):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))


def runs_through(node: ast.AST) -> bool:
    """Tell whether code neither pauses, nor binds names in passing, nor may raise StopIteration.

    Only then is it the same in a generator, in a comprehension and in a loop.
    """
    for part in ast.walk(node):
        match part:
            case ast.Await() | ast.Yield() | ast.YieldFrom() | ast.NamedExpr():
                return False
            case ast.comprehension(is_async=1) | ast.Call(func=ast.Name(id="next" | "super")):
                return False
            case ast.Call(func=ast.Attribute(attr="__next__")) | ast.Name(id="__class__"):
                return False
    return True


def bound_names(node: ast.AST) -> Iterator[str]:
    """Yield the names that one node, itself, binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name


def parameters(function: Function | ast.Lambda) -> list[ast.arg]:
    """Return all parameters of a function."""
    a = function.args
    stars = [star for star in (a.vararg, a.kwarg) if star is not None]
    return [*a.posonlyargs, *a.args, *a.kwonlyargs, *stars]


def target_names(target: ast.expr) -> set[str]:
    """Return the plain names that an assignment target binds."""
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name) and not _is_load(n)}


def _is_load(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


@dataclass(frozen=True, slots=True)
class ModuleNames:
    """Hold what is known of the names of a module.

    ``bound`` are all names bound at its top level (functions that say ``global`` included),
    ``imported`` maps a name bound by exactly one top-level import to the dotted path it stands
    for, ``constants`` maps names bound once to a literal to its node, ``lists`` does so for lists
    of literals that nothing in the module changes; ``used`` are all identifiers.
    """

    bound: frozenset[str]
    imported: dict[str, str]
    constants: dict[str, ast.Assign]
    lists: dict[str, ast.Assign]
    used: frozenset[str]
    star: bool


def module_names(tree: ast.Module) -> ModuleNames:
    """Find out what the names of a module are bound to."""
    everything = list(ast.walk(tree))
    counts = Counter(name for node in walk_inline(*tree.body) for name in bound_names(node))
    for node in everything:
        if isinstance(node, ast.Global):
            counts.update([*node.names, *node.names])
    imports = [s for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
    imported = {name: path for s in imports for name, path in _import_paths(s)}
    once = {name for name, count in counts.items() if count == 1}
    return ModuleNames(
        frozenset(counts),
        {name: path for name, path in imported.items() if name in once},
        {name: node for name, node in _assigned(tree, ast.Constant) if name in once},
        {
            name: node
            for name, node in _assigned(tree, ast.List)
            if name in once and _only_reads(everything, name, node)
        },
        frozenset(name for node in everything for name in _identifiers(node)),
        any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in everything),
    )


def _assigned(tree: ast.Module, kind: type[ast.expr]) -> Iterator[tuple[str, ast.Assign]]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if isinstance(value, kind):
                yield name, statement


def _only_reads(nodes: list[ast.AST], name: str, assigned: ast.Assign) -> bool:
    """Tell whether a list of literals is only tested and iterated in its own module."""
    assert isinstance(assigned.value, ast.List)
    if not all(isinstance(e, ast.Constant) for e in assigned.value.elts):
        return False
    reads = {
        id(part)
        for node in nodes
        if isinstance(node, ast.Compare | ast.For | ast.comprehension)
        for part in (node.comparators if isinstance(node, ast.Compare) else [node.iter])
    }
    uses = (n for n in nodes if isinstance(n, ast.Name) and n.id == name)
    return all(id(use) in reads or use is assigned.targets[0] for use in uses)


def _import_paths(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            if node.level == 0:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif alias.asname or "." not in alias.name:
            yield alias.asname or alias.name, alias.name


def _identifiers(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name):
            yield name
        case ast.Global() | ast.Nonlocal():
            yield from node.names
        case _:
            yield from bound_names(node)


@dataclass(frozen=True, slots=True)
class FunctionNames:
    """Hold what is known of the names of a function.

    ``parameters`` and ``bound`` are its own; ``foreign`` are declared global or nonlocal;
    ``captured`` are named inside nested functions, lambdas or classes; ``comprehended`` are bound
    by comprehensions; ``enclosing`` are bound by functions around it. ``frame_is_seen`` is set
    when something may read its local variables by name.
    """

    parameters: frozenset[str]
    bound: frozenset[str]
    foreign: frozenset[str]
    captured: frozenset[str]
    comprehended: frozenset[str]
    enclosing: frozenset[str]
    frame_is_seen: bool


def function_names(function: Function, around: tuple[ast.AST, ...]) -> FunctionNames:
    """Find out what the names of a function are bound to."""
    own = list(walk_inline(*function.body))
    comprehended = {
        name
        for node in own
        if isinstance(node, Comprehension)
        for generator in node.generators
        for name in target_names(generator.target)
    }
    inner = [node for top in own if isinstance(top, Nested) for node in ast.walk(top)]
    captured = {n.id for n in inner if isinstance(n, ast.Name)}
    captured |= {x for n in inner if isinstance(n, ast.Nonlocal | ast.Global) for x in n.names}
    return FunctionNames(
        parameters=frozenset(p.arg for p in parameters(function)),
        bound=frozenset(_bound_outside_comprehensions(function)),
        foreign=frozenset(
            x for n in own if isinstance(n, ast.Global | ast.Nonlocal) for x in n.names
        ),
        captured=frozenset(captured),
        comprehended=frozenset(comprehended),
        enclosing=frozenset(_enclosing(around)),
        frame_is_seen=any(_sees_frame(node) for node in own + inner),
    )


def _bound_outside_comprehensions(function: Function) -> Iterator[str]:
    stack: list[tuple[ast.AST, bool]] = [(s, False) for s in function.body]
    while stack:
        node, hidden = stack.pop()
        if not hidden:
            yield from bound_names(node)
        if isinstance(node, Nested):
            continue
        for child in ast.iter_child_nodes(node):
            inside = isinstance(node, ast.comprehension) and child is node.target
            walrus = isinstance(node, ast.NamedExpr) and child is node.target
            stack.append((child, (hidden or inside) and not walrus))


def _enclosing(around: tuple[ast.AST, ...]) -> Iterator[str]:
    for outer in around:
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (p.arg for p in parameters(outer))
            for node in walk_inline(*outer.body):
                yield from bound_names(node)


def _sees_frame(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name):
            return name in _INTROSPECTION
        case ast.Attribute(attr="_getframe" | "currentframe" | "f_locals"):
            return True
    return False
