"""Sorting: don't sort to take a few, and let C find the keys."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope

_ORDER = "comparing the elements orders them totally (no NaN, no sets)"
_TOTAL = frozenset({"str", "int", "bool", "bytes"})


def _sorted_calls(
    scope: Scope,
) -> Iterator[tuple[ast.Subscript, ast.Call, ast.expr | None, bool]]:
    """Yield ``sorted(…)[…]`` with its key and direction."""
    for node in scope.nodes():
        match node:
            case ast.Subscript(
                value=ast.Call(
                    func=ast.Name(id="sorted"), args=[argument], keywords=keywords
                ) as call,
                ctx=ast.Load(),
            ) if scope.is_builtin("sorted") and not isinstance(argument, ast.Starred):
                options = {k.arg: k.value for k in keywords}
                reverse = options.get("reverse", ast.Constant(False))
                known = set(options) <= {"key", "reverse"} and isinstance(reverse, ast.Constant)
                if known and isinstance(reverse, ast.Constant) and scope.editable(node):
                    yield node, call, options.get("key"), bool(reverse.value)


def _total_order(scope: Scope, call: ast.Call, key: ast.expr | None) -> str:
    items = scope.element(call.args[0], exact=True)
    return "" if key is None and items is not None and items.name in _TOTAL else _ORDER


def _key_text(scope: Scope, key: ast.expr | None) -> str:
    return "" if key is None else f", key={scope.value(key)}"


# ------------------------------------------------------------------ sorted(x)[0]
def _first(scope: Scope) -> Iterator[Site]:
    for node, call, key, reverse in _sorted_calls(scope):
        last = _is_number(node.slice, -1)
        if not (_is_number(node.slice, 0) or (last and key is None)):
            continue
        assumption = _total_order(scope, call, key)
        if last and assumption:
            continue
        small = reverse == last
        made = _extreme(scope, call, key, small)
        if made is not None:
            text, imports = made
            yield Site(
                node.lineno,
                (scope.replace(node, text),),
                "Finding the first of equal smallest (or largest) elements needs no sorting; an "
                "empty input fails the same way.",
                assumption,
                imports=imports,
            )


def _is_number(node: ast.expr, number: int) -> bool:
    try:
        return ast.literal_eval(node) == number and not isinstance(node, ast.Tuple)
    except (ValueError, TypeError):
        return False


def _extreme(
    scope: Scope, call: ast.Call, key: ast.expr | None, small: bool
) -> tuple[str, tuple[str, ...]] | None:
    argument, extra = call.args[0], _key_text(scope, key)
    if isinstance(argument, ast.Name) and _not_empty(scope, argument):
        name = "min" if small else "max"
        if scope.is_builtin(name):
            return f"{name}({scope.text(argument)}{extra})", ()
    reached = scope.reach("heapq", "nsmallest" if small else "nlargest")
    if reached is None:
        return None
    return f"{reached[0]}(1, {scope.text(argument)}{extra})[0]", reached[1]


def _not_empty(scope: Scope, name: ast.Name) -> bool:
    """Tell whether the statements before have left the function when a container is empty."""
    if not scope.plain(name.id):
        return False
    statement = scope.statement(name)
    for block in scope.blocks():
        if statement in block:
            earlier = block[: block.index(statement)]
            guards = [i for i, s in enumerate(earlier) if _leaves_if_empty(s, name.id)]
            if not guards:
                return False
            between = earlier[guards[-1] + 1 :]
            found = scope.effects(*between)
            return not (found.opaque or name.id in found.rebound | found.mutated)
    return False


def _leaves_if_empty(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.If(
            test=ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=tested)),
            body=[*_, ast.Return() | ast.Raise() | ast.Continue() | ast.Break()],
            orelse=[],
        ):
            return tested == name
    return False


# ------------------------------------------------------------------ sorted(x)[:k]
def _few(scope: Scope) -> Iterator[Site]:
    for node, call, key, reverse in _sorted_calls(scope):
        match node.slice:
            case ast.Slice(lower=None, upper=ast.expr() as count, step=None):
                constant = isinstance(count, ast.Constant) and isinstance(count.value, int)
                if not constant and not isinstance(count, ast.Name):
                    continue
                reached = scope.reach("heapq", "nlargest" if reverse else "nsmallest")
                if reached is not None:
                    yield _few_site(scope, node, call, key, count, reached)


def _few_site(
    scope: Scope,
    node: ast.Subscript,
    call: ast.Call,
    key: ast.expr | None,
    count: ast.expr,
    reached: tuple[str, tuple[str, ...]],
) -> Site:
    argument = scope.text(call.args[0])
    text = f"{reached[0]}({scope.text(count)}, {argument}{_key_text(scope, key)})"
    taken = [_total_order(scope, call, key)]
    if not isinstance(count, ast.Constant):
        taken.append(f"`{scope.text(count)}` is an integer that is not negative")
    return Site(
        node.lineno,
        (scope.replace(node, text),),
        "heapq gives the same elements in the same order, ties included, and keeps only so many.",
        "; ".join(t for t in taken if t),
        imports=reached[1],
    )


# ------------------------------------------------------------------ key=lambda x: x[1]
def _lambda_key(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.keyword(
                arg="key",
                value=ast.Lambda(
                    args=ast.arguments(
                        posonlyargs=[], args=[parameter], vararg=None, kwonlyargs=[], kwarg=None,
                        defaults=[],
                    ),
                    body=body,
                ) as function,
            ) if _sorts(scope, node) and scope.editable(function):  # fmt: skip
                made = _getter(scope, parameter.arg, body)
                if made is not None:
                    yield Site(
                        function.lineno,
                        (scope.replace(function, made[0]),),
                        "The getter does in C what the lambda did.",
                        imports=made[1],
                    )


def _sorts(scope: Scope, keyword: ast.keyword) -> bool:
    call = scope.parents[keyword]
    assert isinstance(call, ast.Call)
    match call.func:
        case ast.Name(id="sorted" | "min" | "max" as name):
            return scope.is_builtin(name)
        case ast.Attribute(attr="sort"):
            return True
    path = scope.resolve(call.func)
    return path in ("itertools.groupby", "heapq.nsmallest", "heapq.nlargest", "heapq.merge")


def _getter(scope: Scope, name: str, body: ast.expr) -> tuple[str, tuple[str, ...]] | None:
    parts = body.elts if isinstance(body, ast.Tuple) else [body]
    if isinstance(body, ast.Tuple) and len(parts) < 2:
        return None
    keys = [_constant_index(p, name) for p in parts]
    if all(k is not None for k in keys):
        reached = scope.reach("operator", "itemgetter")
        return reached and (f"{reached[0]}({', '.join(k or '' for k in keys)})", reached[1])
    attributes = [_attribute(p, name) for p in parts]
    if all(a is not None for a in attributes):
        reached = scope.reach("operator", "attrgetter")
        quoted = ", ".join(f'"{a}"' for a in attributes)
        return reached and (f"{reached[0]}({quoted})", reached[1])
    match body:
        case ast.Call(func=ast.Name(id=builtin), args=[ast.Name(id=only)], keywords=[]):
            if only == name and builtin in ("len", "abs", "str", "int", "float", "sum", "ord"):
                return (builtin, ()) if scope.is_builtin(builtin) else None
    return None


def _constant_index(node: ast.expr, name: str) -> str | None:
    match node:
        case ast.Subscript(value=ast.Name(id=owner), slice=index) if owner == name:
            try:
                value = ast.literal_eval(index)
            except (ValueError, TypeError):
                return None
            return ast.unparse(index) if isinstance(value, int | str) else None
    return None


def _attribute(node: ast.expr, name: str) -> str | None:
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=attr) if owner == name:
            return None if attr.startswith("__") else attr
    return None


REWRITES = (
    Rewrite(
        name="sorted-to-extreme",
        summary="Find the smallest or largest element without sorting",
        gain=Gain.ORDER,
        before="""\
def nearest(points, origin):
    if not points:
        return None
    return sorted(points, key=lambda p: abs(p - origin))[0]
""",
        after="""\
def nearest(points, origin):
    if not points:
        return None
    return min(points, key=lambda p: abs(p - origin))
""",
        samples=("([5, 3, 9], 4)", "([], 1)", "([2.0, 2], 7)"),
        needs="`sorted(…)[0]`, or `[-1]` on strings or integers; where the input may be empty, "
        "`heapq.nsmallest(1, …)[0]` keeps the IndexError.",
        find=_first,
    ),
    Rewrite(
        name="sorted-slice-to-heapq",
        summary="Take the first few of a sorted order from a heap",
        gain=Gain.ORDER,
        before="""\
def podium(scores):
    return sorted(scores, reverse=True)[:3]
""",
        after="""\
import heapq


def podium(scores):
    return heapq.nlargest(3, scores)
""",
        samples=("([5, 3, 9, 1, 9],)", "([],)", "([1],)", "([(1, 'a'), (1, 'b'), (0, 'c')],)"),
        needs="`sorted(…)[:k]` with a constant or named k.",
        find=_few,
    ),
    Rewrite(
        name="lambda-key-to-getter",
        summary="Use itemgetter, attrgetter or a built-in as sort key instead of a lambda",
        gain=Gain.SMALL,
        before="""\
def by_count(pairs):
    return sorted(pairs, key=lambda pair: pair[1])
""",
        after="""\
from operator import itemgetter


def by_count(pairs):
    return sorted(pairs, key=itemgetter(1))
""",
        samples=("([('a', 2), ('b', 1)],)", "([],)"),
        needs="The lambda only indexes with constants, reads attributes, or calls a built-in.",
        find=_lambda_key,
    ),
)
