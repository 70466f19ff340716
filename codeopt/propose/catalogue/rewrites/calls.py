"""Calls: leave out those that Python can do without."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.inference import Type
from codeopt.propose.catalogue.names import parameters, runs_through, walk_inline
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope
from codeopt.propose.catalogue.text import Edit, apply_edits
from codeopt.propose.catalogue.vocabulary import IMMUTABLE


# ------------------------------------------------------------------ copy.deepcopy(flat)
def _deepcopy(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(args=[ast.Name() as value], keywords=[]):
                if scope.resolve(node.func) == "copy.deepcopy" and scope.editable(node):
                    yield from _shallow(scope, node, value)


def _shallow(scope: Scope, call: ast.Call, value: ast.Name) -> Iterator[Site]:
    exact, likely = scope.exact(value), scope.likely(value)
    kind = exact if _flat(exact) else likely
    if kind is not None and _flat(kind) and scope.is_builtin(kind.name):
        sure = kind is exact
        yield Site(
            call.lineno,
            (scope.replace(call, f"{kind.name}({value.id})"),),
            "What can't change needs no copy of its own; a copy of the container is enough.",
            "" if sure else f"`{value.id}` is what its annotation says, and no subclass of it",
        )


def _flat(kind: Type | None) -> bool:
    if kind is None or kind.name not in ("list", "dict", "set"):
        return False
    parts = [kind.items, kind.values] if kind.name == "dict" else [kind.items]
    return all(p is not None and p.name in IMMUTABLE - {"frozenset"} for p in parts)


# ------------------------------------------------------------------ list(map(lambda x: …, xs))
def _map_lambda(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(
                func=ast.Name(id="list" | "set" as outer),
                args=[
                    ast.Call(
                        func=ast.Name(id="map" | "filter" as verb),
                        args=[ast.Lambda() as function, source],
                        keywords=[],
                    )
                ],
                keywords=[],
            ) if scope.is_builtin(outer) and scope.is_builtin(verb) and scope.editable(node):
                name = _only_parameter(function)
                if name is None or not runs_through(function) or scope.used_in(name, source):
                    continue
                if isinstance(source, ast.Starred) or _hides(function.body):
                    continue
                yield _comprehension(scope, node, outer, verb, name, function, source)


def _only_parameter(function: ast.Lambda) -> str | None:
    found = parameters(function)
    plain = function.args.args or function.args.posonlyargs
    simple = len(found) == 1 and plain and not function.args.defaults
    return found[0].arg if simple else None


def _hides(body: ast.expr) -> bool:
    """Tell whether a lambda makes another one, which would see the last value of the variable."""
    return any(isinstance(n, ast.Lambda | ast.GeneratorExp) for n in ast.walk(body))


def _comprehension(
    scope: Scope,
    call: ast.Call,
    outer: str,
    verb: str,
    name: str,
    function: ast.Lambda,
    source: ast.expr,
) -> Site:
    body, loop = function.body, f"for {name} in {scope.text(source)}"
    if verb == "map":
        inner = f"{scope.value(body)} {loop}"
    else:
        inner = f"{name} {loop} if {scope.text(body)}"
    opening, closing = ("[", "]") if outer == "list" else ("{", "}")
    return Site(
        call.lineno,
        (scope.replace(call, f"{opening}{inner}{closing}"),),
        "The comprehension evaluates the same expression for each element, without a call.",
    )


# ------------------------------------------------------------------ dict(), list(), tuple()
_EMPTY = {"dict": "{}", "list": "[]", "tuple": "()"}


def _empty_literal(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(func=ast.Name(id=name), args=[], keywords=keywords):
                if not scope.is_builtin(name) or not scope.editable(node) or name not in _EMPTY:
                    continue
                if keywords and (name != "dict" or not all(k.arg for k in keywords)):
                    continue
                edits = _braced(scope, node) if keywords else [scope.replace(node, _EMPTY[name])]
                yield Site(
                    node.lineno,
                    tuple(edits),
                    "The literal makes the same object without a call.",
                )


def _braced(scope: Scope, call: ast.Call) -> list[Edit]:
    """Turn ``dict(a=1)`` into ``{"a": 1}``, keeping its lines."""
    text = scope.text_of_module
    behind_name, end = text.end(call.func), text.end(call)
    opening = behind_name + text.cut(behind_name, end).index("(") + 1
    edits = [Edit(text.start(call), opening, "{"), Edit(end - 1, end, "}")]
    for keyword in call.keywords:
        start = text.start(keyword)
        sign = start + text.cut(start, end).index("=") + 1
        gap = text.cut(sign, end)
        value = sign + len(gap) - len(gap.lstrip(" "))
        edits.append(Edit(start, value, f'"{keyword.arg}": '))
    return edits


# ------------------------------------------------------------------ fib(n - 1) + fib(n - 2)
def _memoise(scope: Scope) -> Iterator[Site]:
    function = scope.function
    if scope.around or function.decorator_list or isinstance(function, ast.AsyncFunctionDef):
        return
    calls = list(_self_calls(scope))
    if len(calls) < 2 or not _is_pure(scope) or not scope.alone(*function.body):
        return
    reached = scope.reach("functools", "lru_cache")
    arguments = [p.arg for p in parameters(function)]
    first = function.body[1 if ast.get_docstring(function) else 0]
    if reached is None or not arguments or function.args.vararg or function.args.kwarg:
        return
    inner = scope.fresh(f"_{function.name.strip('_')}_cached")
    helper = _cached_copy(scope, inner, reached[0])
    given = ", ".join([*_positional(function), *(f"{k.arg}={k.arg}" for k in _named(function))])
    yield Site(
        function.lineno,
        (scope.rebuild(first, function.body[-1], [f"return {inner}({given})"], kept=[helper]),),
        "The function depends on nothing but its arguments; a bounded cache, which tells types "
        "apart, keeps results that the recursion asks for again.",
        "arguments are hashable, and the recursion is not deeper than the interpreter allows "
        "with a cache between the calls",
        helpers=(helper,),
        imports=reached[1],
    )


def _positional(function: ast.FunctionDef) -> list[str]:
    return [a.arg for a in [*function.args.posonlyargs, *function.args.args]]


def _named(function: ast.FunctionDef) -> list[ast.arg]:
    return function.args.kwonlyargs


def _self_calls(scope: Scope) -> Iterator[ast.Call]:
    name = scope.function.name
    for node in walk_inline(*scope.function.body):
        match node:
            case ast.Call(func=ast.Name(id=called)) if called == name:
                yield node


_ARITHMETIC = (
    ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.Call,
    ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.expr_context, ast.Return, ast.If,
    ast.Assign, ast.AugAssign, ast.Expr, ast.Raise, ast.keyword,
)  # fmt: skip
_PURE_CALLS = frozenset({"min", "max", "abs", "len", "int", "pow", "divmod", "round"})


def _is_pure(scope: Scope) -> bool:
    """Tell whether a function only computes: names of its own, arithmetic, calls of itself."""
    name = scope.function.name
    if name in scope.names.bound | scope.names.parameters | scope.names.foreign:
        return False
    if any(scope.function.args.defaults) or any(scope.function.args.kw_defaults):
        return False
    nodes = [n for statement in scope.function.body for n in ast.walk(statement)]
    return all(isinstance(n, _ARITHMETIC) and _knows(scope, n, name) for n in nodes)


def _knows(scope: Scope, node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=used):
            own = scope.plain(used) or used == name
            return own or (scope.is_builtin(used) and (used in _PURE_CALLS or used[0].isupper()))
        case ast.Call(func=func):
            return isinstance(func, ast.Name)
    return True


def _cached_copy(scope: Scope, inner: str, cache: str) -> str:
    """Return the function under another name, with a cache, calling itself."""
    text, function = scope.text_of_module, scope.function
    start, end = text.start(function), text.end(function)
    behind_def = start + len("def") + text.cut(start + len("def"), end).index(function.name)
    edits = [Edit(behind_def, behind_def + len(function.name.encode()), inner)]
    edits += [scope.replace(use, inner) for use in scope.uses(function.name)]
    if ast.get_docstring(function) is not None:
        edits.append(scope.delete(function.body[0]))
    inside = [Edit(e.start - start, e.end - start, e.text) for e in edits]
    copied = apply_edits(text.data[start:end], inside)
    return f"@{cache}(maxsize=1024, typed=True)\n{copied}"


REWRITES = (
    Rewrite(
        name="memoise-recursion",
        summary="Remember what a pure recursive function has computed, in a bounded cache",
        gain=Gain.ORDER,
        before="""\
def paths(rows, columns):
    if rows == 0 or columns == 0:
        return 1
    return paths(rows - 1, columns) + paths(rows, columns - 1)
""",
        after="""\
from functools import lru_cache


@lru_cache(maxsize=1024, typed=True)
def _paths_cached(rows, columns):
    if rows == 0 or columns == 0:
        return 1
    return _paths_cached(rows - 1, columns) + _paths_cached(rows, columns - 1)


def paths(rows, columns):
    return _paths_cached(rows, columns)
""",
        samples=("(3, 4)", "(0, 0)", "(5, 1)"),
        needs="A module-level function without decorators or defaults that calls itself at least "
        "twice and otherwise only computes with its own names. The cache is a declared effect.",
        find=_memoise,
    ),
    Rewrite(
        name="deepcopy-of-flat-to-copy",
        summary="Copy a container of immutable values by its constructor",
        gain=Gain.LARGE,
        before="""\
import copy


def extended(values: list[int], more: int) -> list[int]:
    result = copy.deepcopy(values)
    result.append(more)
    return result
""",
        after="""\
import copy


def extended(values: list[int], more: int) -> list[int]:
    result = list(values)
    result.append(more)
    return result
""",
        samples=("([1, 2], 3)", "([], 0)"),
        needs="A list, set or dictionary of strings, bytes, numbers or None, as made in the "
        "function or as annotated.",
        find=_deepcopy,
    ),
    Rewrite(
        name="map-lambda-to-comprehension",
        summary="Use a comprehension instead of map or filter with a lambda",
        gain=Gain.LARGE,
        before="""\
def doubled(values):
    return list(map(lambda v: v * 2, filter(None, values)))
""",
        after="""\
def doubled(values):
    return [v * 2 for v in filter(None, values)]
""",
        samples=("([1, 0, 2],)", "([],)"),
        needs="`list` or `set` of map or filter with a lambda of one parameter.",
        find=_map_lambda,
    ),
    Rewrite(
        name="constructor-to-literal",
        summary="Write an empty (or keyword) container as a literal",
        gain=Gain.SMALL,
        before="""\
def describe(name):
    tags = list()
    return dict(name=name, tags=tags)
""",
        after="""\
def describe(name):
    tags = []
    return {"name": name, "tags": tags}
""",
        samples=("('a',)", "(None,)"),
        needs="`dict`, `list` and `tuple` mean the built-ins.",
        find=_empty_literal,
    ),
)
