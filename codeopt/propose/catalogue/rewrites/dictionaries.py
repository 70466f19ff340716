"""Dictionaries: look up once, and let the dictionary do what it can do itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.loops import Loop, for_loops, loop_variable, steps
from codeopt.propose.catalogue.places import dict_assumption, is_dict, is_place, trivial
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope, Stability
from codeopt.propose.catalogue.text import Edit


# ------------------------------------------------------------------ for k in d: d[k]
def _loop_to_items(scope: Scope) -> Iterator[Site]:
    for loop in for_loops(scope):
        source = _keys_source(loop.source)
        key = loop_variable(scope, loop)
        if key is None or not isinstance(source, ast.Name | ast.Attribute):
            continue
        stability = scope.stable_expression(source, *loop.body)
        lookups = _lookups(loop, source, key)
        kind = scope.likely(source)
        is_other = kind is not None and kind.name != "dict"
        if stability is Stability.NO or not lookups or is_other or not scope.editable(*lookups):
            continue
        yield _items_site(scope, loop, source, lookups, stability)


def _keys_source(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="keys"), args=[], keywords=[]):
            return owner
    return node


def _lookups(loop: Loop, source: ast.expr, key: str) -> list[ast.Subscript]:
    wanted = ast.dump(ast.Subscript(source, ast.Name(key, ast.Load()), ast.Load()))
    nodes = [node for top in loop.body for node in ast.walk(top)]
    return [n for n in nodes if isinstance(n, ast.Subscript) and ast.dump(n) == wanted]


def _items_site(
    scope: Scope,
    loop: Loop,
    source: ast.expr,
    lookups: list[ast.Subscript],
    stability: Stability,
) -> Site:
    assert isinstance(loop.target, ast.Name)
    key, value = loop.target.id, scope.fresh("value")
    only_lookups = sum(1 for _ in steps(key, *loop.body)) == len(lookups)
    drop_key = only_lookups and scope.confined(key, loop.node)
    pair = f"{key}, {value}" if not drop_key else value
    text = f"{scope.atom(source)}.{'values' if drop_key else 'items'}()"
    edits = [scope.replace(loop.target, pair), scope.replace(loop.source, text)]
    edits += [scope.replace(node, value) for node in lookups]
    sure = is_dict(scope, source) and stability is Stability.SURE
    return Site(
        loop.source.lineno,
        tuple(edits),
        "Iterating over the items gives each value without looking its key up again.",
        "" if sure else f"`{scope.text(source)}` is a mapping that the loop does not change",
    )


# ------------------------------------------------------------------ grouping
def _grouping(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        for first, second in zip(block, [*block[1:], None], strict=True):
            found = _group_step(scope, first, second)
            if found is not None and scope.alone(first):
                mapping, key, call, last = found
                name, method = scope.text(mapping), call.func
                assert isinstance(method, ast.Attribute)
                empty = "set()" if method.attr == "add" else "[]"
                value = scope.text(call.args[0])
                line = f"{name}.setdefault({scope.text(key)}, {empty}).{method.attr}({value})"
                yield Site(
                    first.lineno,
                    (scope.rebuild(first, last, [line]),),
                    "setdefault finds or makes the group in one look-up.",
                    dict_assumption(scope, mapping),
                )


GroupStep = tuple[ast.expr, ast.expr, ast.Call, ast.stmt]


def _group_step(scope: Scope, first: ast.stmt, second: ast.stmt | None) -> GroupStep | None:
    """Recognise ``if k not in d: d[k] = []`` followed by ``d[k].append(v)``."""
    match first, second:
        case (
            ast.If(
                test=ast.Compare(left=key, ops=[ast.NotIn()], comparators=[mapping]),
                body=[ast.Assign(targets=[place], value=empty)],
                orelse=[],
            ),
            ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=again, attr="append" | "add" as method),
                    args=[value],
                    keywords=[],
                ) as call
            ),
        ):
            fits = is_place(place, mapping, key) and is_place(again, mapping, key)
            simple = isinstance(mapping, ast.Name) and trivial(key) and _simple_value(value)
            if fits and simple and _is_empty(scope, empty, method):
                assert second is not None
                return mapping, key, call, second
    return None


def _simple_value(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=inner):
            return _simple_value(inner)
        case ast.Tuple(elts=elts):
            return all(_simple_value(e) for e in elts)
    return isinstance(node, ast.Name | ast.Constant)


def _is_empty(scope: Scope, node: ast.expr, method: str) -> bool:
    match node:
        case ast.List(elts=[]):
            return method == "append"
        case ast.Call(func=ast.Name(id="list" | "set" as name), args=[], keywords=[]):
            return scope.is_builtin(name) and method == ("append" if name == "list" else "add")
    return False


# ------------------------------------------------------------------ d.get
def _get_with_default(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        for statement in block:
            found = _lookup_or_default(scope, statement)
            if found is None or not scope.alone(statement):
                continue
            target, place, default = found
            if not isinstance(place.value, ast.Name) or not trivial(place.slice):
                continue
            if scope.used_in(place.value.id, target) or not isinstance(target, ast.Name):
                continue
            key, name = scope.text(place.slice), scope.text(place.value)
            tail = "" if _is_none(default) else f", {scope.text(default)}"
            line = f"{target.id} = {name}.get({key}{tail})"
            yield Site(
                statement.lineno,
                (_whole(scope, statement, line),),
                "get gives the default where the key is missing, in one look-up and without an "
                "exception.",
                dict_assumption(scope, place.value),
            )


def _whole(scope: Scope, statement: ast.stmt, line: str) -> Edit:
    return scope.rebuild(statement, statement, [line])


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


Lookup = tuple[ast.expr, ast.Subscript, ast.expr]


def _lookup_or_default(scope: Scope, statement: ast.stmt) -> Lookup | None:
    match statement:
        case ast.Try(
            body=[ast.Assign(targets=[target], value=ast.Subscript() as place)],
            handlers=[
                ast.ExceptHandler(
                    type=ast.Name(id="KeyError"),
                    name=None,
                    body=[ast.Assign(targets=[again], value=default)],
                )
            ],
            orelse=[],
            finalbody=[],
        ) if scope.is_builtin("KeyError"):
            pass
        case ast.If(
            test=ast.Compare(left=key, ops=[ast.In()], comparators=[mapping]),
            body=[ast.Assign(targets=[target], value=ast.Subscript() as place)],
            orelse=[ast.Assign(targets=[again], value=default)],
        ) if is_place(place, mapping, key):
            pass
        case _:
            return None
    fits = scope.same(target, again) and trivial(default)
    return (target, place, default) if fits else None


REWRITES = (
    Rewrite(
        name="keys-loop-to-items",
        summary="Iterate over items instead of looking each key up again",
        gain=Gain.LARGE,
        before="""\
def total(prices: dict[str, int], stock: dict[str, int]) -> int:
    result = 0
    for name in prices:
        if prices[name] > 0:
            result += prices[name] * stock.get(name, 0)
    return result
""",
        after="""\
def total(prices: dict[str, int], stock: dict[str, int]) -> int:
    result = 0
    for name, value in prices.items():
        if value > 0:
            result += value * stock.get(name, 0)
    return result
""",
        samples=("({'a': 2, 'b': 0}, {'a': 3})", "({}, {})"),
        needs="The loop neither changes the mapping nor rebinds the key; the looked-up value is "
        "only read.",
        find=_loop_to_items,
    ),
    Rewrite(
        name="grouping-to-setdefault",
        summary="Find or make a group with one `setdefault`",
        gain=Gain.SMALL,
        before="""\
def by_first(words):
    groups = {}
    for word in words:
        initial = word[0]
        if initial not in groups:
            groups[initial] = []
        groups[initial].append(word)
    return groups
""",
        after="""\
def by_first(words):
    groups = {}
    for word in words:
        initial = word[0]
        groups.setdefault(initial, []).append(word)
    return groups
""",
        samples=("(['ann', 'abe', 'bob'],)", "([],)"),
        needs="The key and what is added are plain names, constants or attributes.",
        find=_grouping,
    ),
    Rewrite(
        name="lookup-to-get",
        summary="Use `get` instead of a test or an exception for a missing key",
        gain=Gain.SMALL,
        before="""\
def codes(letters):
    table = {"a": 1, "b": 2}
    result = []
    for letter in letters:
        try:
            code = table[letter]
        except KeyError:
            code = 0
        result.append(code)
    return result
""",
        after="""\
def codes(letters):
    table = {"a": 1, "b": 2}
    result = []
    for letter in letters:
        code = table.get(letter, 0)
        result.append(code)
    return result
""",
        samples=("('abz',)", "('',)"),
        needs="Key and default are names or constants; the mapping has no `__missing__`.",
        find=_get_with_default,
    ),
)
