"""Counting: one look-up for each element, or none in Python at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from codeopt.propose.catalogue.places import is_dict, is_place, trivial
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope


def _counting(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        for first, second in zip(block, [*block[1:], None], strict=True):
            found = _count_step(first, second)
            if found is None or not scope.alone(first):
                continue
            mapping, key, amount, last = found
            name = scope.text(mapping)
            if not isinstance(mapping, ast.Name) or not is_dict(scope, mapping):
                continue
            if not trivial(key) or not _holds_numbers(scope, mapping.id):
                continue
            place = f"{name}[{scope.text(key)}]"
            line = f"{place} = {name}.get({scope.text(key)}, 0) + {amount}"
            yield Site(
                first.lineno,
                (scope.rebuild(first, last, [line]),),
                "A missing key counts from 0, as before; one look-up is saved.",
            )


CountStep = tuple[ast.expr, ast.expr, str, ast.stmt]


def _count_step(first: ast.stmt, second: ast.stmt | None) -> CountStep | None:
    """Recognise ``if k in d: d[k] += n else: d[k] = n`` and ``if k not in d: d[k] = 0; …``."""
    match first:
        case ast.If(
            test=ast.Compare(left=key, ops=[op], comparators=[mapping]),
            body=[one],
            orelse=other,
        ):
            if isinstance(op, ast.In) and len(other) == 1:
                found = _amounts(mapping, key, one, other[0])
                return (mapping, key, found, first) if found else None
            if isinstance(op, ast.NotIn) and len(other) == 1:
                found = _amounts(mapping, key, other[0], one)
                return (mapping, key, found, first) if found else None
            if isinstance(op, ast.NotIn) and not other and second is not None:
                start, more = _stored(mapping, key, one), _added(mapping, key, second)
                return (mapping, key, more, second) if start == "0" and more else None
    return None


def _amounts(mapping: ast.expr, key: ast.expr, add: ast.stmt, store: ast.stmt) -> str | None:
    more, start = _added(mapping, key, add), _stored(mapping, key, store)
    return more if more is not None and more == start else None


def _added(mapping: ast.expr, key: ast.expr, node: ast.stmt) -> str | None:
    match node:
        case ast.AugAssign(target=target, op=ast.Add(), value=ast.Constant(value=int(n))):
            return str(n) if is_place(target, mapping, key) and type(n) is int else None
    return None


def _stored(mapping: ast.expr, key: ast.expr, node: ast.stmt) -> str | None:
    match node:
        case ast.Assign(targets=[target], value=ast.Constant(value=int(n))):
            return str(n) if is_place(target, mapping, key) and type(n) is int else None
    return None


def _holds_numbers(scope: Scope, name: str) -> bool:
    """Tell whether a dictionary starts empty and nothing but integer constants is stored in it."""
    if not scope.contained(name):
        return False
    for use in scope.uses(name):
        parent = scope.parents[use]
        if isinstance(parent, ast.Assign | ast.AnnAssign) and parent.value is not use:
            if not _empty_dict(scope, parent.value):
                return False
        elif isinstance(parent, ast.AugAssign) and parent.target is use:
            return False
        elif isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load):
            if not _stores_number(scope.parents[parent]):
                return False
        elif isinstance(parent, ast.Attribute) and parent.attr in ("update", "setdefault"):
            return False
    return True


def _empty_dict(scope: Scope, node: ast.expr | None) -> bool:
    match node:
        case ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=[]):
            return scope.is_builtin("dict")
    return False


def _stores_number(statement: ast.AST) -> bool:
    match statement:
        case ast.Assign(value=ast.Constant(value=value)):
            return type(value) is int
        case ast.AugAssign(op=ast.Add() | ast.Sub(), value=ast.Constant(value=value)):
            return type(value) is int
        case ast.Delete():
            return True
    return False


# ------------------------------------------------------------------ whole counting loop
def _counting_loop(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        for create, loop in pairwise(block):
            match create, loop:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=start),
                    ast.For(target=ast.Name() as item, iter=source, body=body, orelse=[]),
                ) if _counts(scope, name, item, body):
                    if _empty_dict(scope, start) and _may_replace(scope, name, item, loop, create):
                        yield from _counter_site(scope, create, loop, source)


def _may_replace(scope: Scope, name: str, item: ast.Name, loop: ast.stmt, create: ast.stmt) -> bool:
    assert isinstance(loop, ast.For)
    return (
        scope.plain(name)
        and scope.plain(item.id)
        and scope.confined(item.id, loop)
        and not scope.used_in(name, loop.iter)
        and not scope.guarded(loop)
        and scope.alone(create, loop)
        and name != item.id
    )


def _counts(scope: Scope, name: str, item: ast.Name, body: list[ast.stmt]) -> bool:
    mapping, key = ast.Name(name, ast.Load()), ast.Name(item.id, ast.Load())
    if len(body) <= 2:
        found = _count_step(body[0], body[1] if len(body) == 2 else None)
        if found is not None and found[2] == "1" and found[3] is body[-1]:
            return scope.same(found[0], mapping) and scope.same(found[1], key)
    match body:
        case [ast.Assign(targets=[target], value=ast.BinOp(left, ast.Add(), ast.Constant(1)))]:
            get = ast.Call(ast.Attribute(mapping, "get", ast.Load()), [key, ast.Constant(0)], [])
            return is_place(target, mapping, key) and scope.same(left, get)
    return False


def _counter_site(
    scope: Scope, create: ast.Assign, loop: ast.For, source: ast.expr
) -> Iterator[Site]:
    reached = scope.reach("collections", "Counter")
    if reached is not None and scope.is_builtin("dict"):
        counter, imports = reached
        target = scope.text(create.targets[0])
        line = f"{target} = dict({counter}({scope.text(source)}))"
        mapping = scope.likely(source)
        is_mapping = mapping is None or mapping.name in ("dict", "iterable")
        yield Site(
            create.lineno,
            (scope.rebuild(create, loop, [line]),),
            "Counter counts in C, in order of first appearance; the result is a plain dictionary.",
            f"`{scope.text(source)}` is not a mapping (Counter would take its values as counts)"
            if is_mapping
            else "",
            imports=imports,
        )


REWRITES = (
    Rewrite(
        name="counting-loop-to-counter",
        summary="Count with Counter instead of a loop",
        gain=Gain.LARGE,
        before="""\
def frequencies(text: str) -> dict[str, int]:
    counts = {}
    for word in text.split():
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    return counts
""",
        after="""\
from collections import Counter


def frequencies(text: str) -> dict[str, int]:
    counts = dict(Counter(text.split()))
    return counts
""",
        samples=("('a b a',)", "('',)", "('x',)"),
        needs="An empty dictionary right before a loop that does nothing but count its variable.",
        find=_counting_loop,
    ),
    Rewrite(
        name="counting-to-get",
        summary="Count with one `get` instead of a test and two stores",
        gain=Gain.SMALL,
        before="""\
def lengths(words):
    counts = {}
    for word in words:
        size = len(word)
        if size in counts:
            counts[size] += 1
        else:
            counts[size] = 1
    return counts
""",
        after="""\
def lengths(words):
    counts = {}
    for word in words:
        size = len(word)
        counts[size] = counts.get(size, 0) + 1
    return counts
""",
        samples=("(['a', 'bb', 'c'],)", "([],)"),
        needs="A dictionary made in the function, in which nothing but integer counts is stored.",
        find=_counting,
    ),
)
