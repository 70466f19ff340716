"""Quadratic searches: index once, then look up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codeopt.propose.catalogue.loops import Loop, for_loops, hoist_point, loop_variable
from codeopt.propose.catalogue.names import target_names
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope, Stability

_HASHED = "hashable, with a hash that agrees with equality"


# ------------------------------------------------------------------ xs.count(x) in a loop
def _count_in_loop(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name() as owner, attr="count"),
                args=[ast.Name() as item],
                keywords=[],
            ) if scope.editable(node):
                point, kind = hoist_point(scope, owner), scope.likely(owner)
                listed = kind is not None and kind.name in ("list", "tuple")
                own = _goes_through(scope, node, owner, item)
                reached = scope.reach("collections", "Counter")
                if point is None or not (listed or own) or reached is None:
                    continue
                name = scope.fresh(f"{owner.id}_counts")
                yield Site(
                    node.lineno,
                    (
                        scope.before(point.statement, f"{name} = {reached[0]}({owner.id})"),
                        scope.replace(node, f"{name}[{item.id}]"),
                    ),
                    "All elements are counted in one pass; a missing one counts 0.",
                    f"the elements of `{owner.id}` and `{item.id}` are {_HASHED}, and the loop "
                    f"does not change `{owner.id}`",
                    imports=reached[1],
                )


def _goes_through(scope: Scope, node: ast.AST, owner: ast.Name, item: ast.Name) -> bool:
    """Tell whether a loop around goes through the same list with this very variable."""
    return any(
        scope.same(loop.source, owner)
        and isinstance(loop.target, ast.Name)
        and loop.target.id == item.id
        and scope.inside_of(node, loop.node)
        for loop in for_loops(scope)
    )


# ------------------------------------------------------------------ for b in bs: if a.k == b.k
def _join(scope: Scope) -> Iterator[Site]:
    for outer in scope.nodes():
        if not isinstance(outer, ast.For) or not scope.alone(outer):
            continue
        for inner in outer.body:
            match inner:
                case ast.For(target=ast.Name(id=right), iter=ast.Name(id=rows), orelse=[]):
                    keys = _join_keys(scope, outer, inner, right)
                    if keys is not None and _joinable(scope, outer, inner, rows):
                        yield _join_site(scope, outer, inner, *keys)


def _join_keys(
    scope: Scope, outer: ast.For, inner: ast.For, right: str
) -> tuple[ast.expr, ast.expr] | None:
    """Return the key on the outer side and on the inner side of the equality in the inner loop."""
    if len(inner.body) != 1 or not isinstance(inner.body[0], ast.If) or inner.body[0].orelse:
        return None
    test = inner.body[0].test
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        test = test.values[0]
    match test:
        case ast.Compare(left=one, ops=[ast.Eq()], comparators=[other]):
            for ours, theirs in ((one, other), (other, one)):
                names = _names(theirs)
                apart = names == {right} and right not in _names(ours)
                if apart and _names(ours) and _is_path(ours) and _is_path(theirs):
                    return ours, theirs
    return None


def _names(node: ast.expr) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _is_path(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=inner):
            return _is_path(inner)
        case ast.Subscript(value=inner, slice=ast.Constant()):
            return _is_path(inner)
    return isinstance(node, ast.Name)


def _joinable(scope: Scope, outer: ast.For, inner: ast.For, rows: str) -> bool:
    stable = scope.stability(rows, outer.target, *outer.body) is not Stability.NO
    leaves = any(isinstance(n, ast.Break) for n in ast.walk(inner))
    variable = inner.target.id if isinstance(inner.target, ast.Name) else ""
    block = scope.block_of(outer)
    changed = scope.effects(*outer.body)
    free = variable and scope.plain(variable) and scope.confined(variable, inner)
    quiet = not changed.attributes and variable not in changed.mutated
    listed = scope.likely(ast.Name(rows, ast.Load()))
    right = listed is None or listed.name in ("list", "tuple", "iterable")
    own = variable not in target_names(outer.target)
    return bool(stable and not leaves and free and quiet and right and own and block is not None)


def _join_site(
    scope: Scope, outer: ast.For, inner: ast.For, ours: ast.expr, theirs: ast.expr
) -> Site:
    assert isinstance(inner.target, ast.Name)
    rows, item = scope.text(inner.iter), inner.target.id
    index = scope.fresh(f"{rows}_by_key")
    lines = [
        f"{index} = {{}}",
        f"for {item} in {rows}:",
        f"    {index}.setdefault({scope.text(theirs)}, []).append({item})",
    ]
    return Site(
        inner.lineno,
        (
            scope.before(outer, *lines),
            scope.replace(inner.iter, f"{index}.get({scope.text(ours)}, ())"),
        ),
        "Only elements with an equal key reach the test, which stays; they come in the same order.",
        f"`{rows}` is a list that the loops do not change, and the keys are {_HASHED}",
    )


# ------------------------------------------------------------------ x not in xs[:i]
def _earlier_slice(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.ListComp(
                elt=ast.Name(id=item),
                generators=[
                    ast.comprehension(
                        target=ast.Tuple(elts=[ast.Name(id=index), ast.Name(id=item2)]),
                        iter=ast.Call(
                            func=ast.Name(id="enumerate"), args=[ast.Name(id=xs)], keywords=[]
                        ),
                        ifs=[
                            ast.Compare(
                                left=ast.Name(id=item3),
                                ops=[ast.NotIn()],
                                comparators=[
                                    ast.Subscript(
                                        value=ast.Name(id=xs2),
                                        slice=ast.Slice(
                                            lower=None, upper=ast.Name(id=index2), step=None
                                        ),
                                    )
                                ],
                            )
                        ],
                    )
                ],
            ) if item == item2 == item3 and xs == xs2 and index == index2:
                known = scope.is_builtin("enumerate") and scope.is_builtin("dict")
                if known and scope.is_builtin("list") and scope.editable(node):
                    yield Site(
                        node.lineno,
                        (scope.replace(node, f"list(dict.fromkeys({xs}))"),),
                        "A dictionary keeps the first of equal keys, in order of appearance.",
                        f"`{xs}` is a list or tuple whose elements are {_HASHED}",
                    )


# ------------------------------------------------------------------ [sum(xs[:i]) for i in …]
def _prefix_sums(scope: Scope) -> Iterator[Site]:
    for loop in for_loops(scope):
        index = loop_variable(scope, loop)
        if index is None or not isinstance(loop.node, ast.ListComp) or len(loop.body) != 1:
            continue
        summed = _summed_prefix(scope, loop.node.elt)
        match loop.source:
            case ast.Call(func=ast.Name(id="range"), args=[limit], keywords=[]):
                if summed is not None and _all_prefixes(scope, summed, index, limit):
                    yield from _accumulated(scope, loop, summed)


@dataclass(frozen=True, slots=True)
class _Prefix:
    """Hold ``sum(xs[:upper])`` or ``sum([element for variable in xs[:upper]])``."""

    xs: ast.Name
    upper: ast.expr
    inner: ast.ListComp | ast.GeneratorExp | None


def _summed_prefix(scope: Scope, node: ast.expr) -> _Prefix | None:
    match node:
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Subscript() as part], keywords=[]):
            return _prefix(part, None)
        case ast.Call(
            func=ast.Name(id="sum"),
            args=[
                ast.ListComp(generators=[clause]) | ast.GeneratorExp(generators=[clause]) as inner
            ],
            keywords=[],
        ) if not clause.ifs and scope.pure(inner.elt) and not clause.is_async:
            found = _prefix(clause.iter, inner)
            own = found is not None and not scope.used_in(found.xs.id, inner.elt)
            return found if own else None
    return None


def _prefix(node: ast.expr, inner: ast.ListComp | ast.GeneratorExp | None) -> _Prefix | None:
    match node:
        case ast.Subscript(
            value=ast.Name() as xs,
            slice=ast.Slice(lower=None, upper=ast.expr() as upper, step=None),
        ):
            return _Prefix(xs, upper, inner)
    return None


def _all_prefixes(scope: Scope, summed: _Prefix, index: str, limit: ast.expr) -> bool:
    """Tell whether each prefix is summed up, with or without the element at the index."""
    length = ast.parse(f"len({summed.xs.id})", mode="eval").body
    allowed = (ast.Name(index, ast.Load()), ast.parse(f"{index} + 1", mode="eval").body)
    known = all(scope.is_builtin(n) for n in ("len", "sum", "range", "list"))
    free = summed.inner is None or not scope.used_in(index, summed.inner.elt)
    fits = any(scope.same(summed.upper, a) for a in allowed)
    return known and free and fits and scope.same(limit, length)


def _accumulated(scope: Scope, loop: Loop, summed: _Prefix) -> Iterator[Site]:
    reached = scope.reach("itertools", "accumulate")
    if reached is None or not scope.editable(loop.node):
        return
    xs, inner = summed.xs.id, summed.inner
    items = scope.element(summed.xs, exact=True)
    addends = xs
    if inner is not None:
        items = scope.exact(inner.elt)
        target = scope.text_of_module.segment(inner.generators[0].target)
        addends = f"[{scope.text(inner.elt)} for {target} in {xs}]"
    cut = "[1:]" if isinstance(summed.upper, ast.BinOp) else "[:-1]"
    sure = items is not None and items.name in ("int", "bool")
    assert isinstance(loop.node, ast.ListComp)
    yield Site(
        loop.node.lineno,
        (scope.replace(loop.node, f"list({reached[0]}({addends}, initial=0)){cut}"),),
        "Each sum is the one before it and one more element.",
        ""
        if sure
        else f"what is added up from `{xs}`, a list, are integers (sums of floats may "
        "differ in their last bits)",
        imports=reached[1],
    )


REWRITES = (
    Rewrite(
        name="nested-loop-join-to-index",
        summary="Look rows up by their key instead of searching all of them for each",
        gain=Gain.ORDER,
        before="""\
def with_names(orders, users):
    result = []
    for order in orders:
        for user in users:
            if order["user"] == user["id"]:
                result.append((order["item"], user["name"]))
    return result
""",
        after="""\
def with_names(orders, users):
    result = []
    users_by_key = {}
    for user in users:
        users_by_key.setdefault(user["id"], []).append(user)
    for order in orders:
        for user in users_by_key.get(order["user"], ()):
            if order["user"] == user["id"]:
                result.append((order["item"], user["name"]))
    return result
""",
        samples=(
            "([{'user': 1, 'item': 'x'}, {'user': 2, 'item': 'y'}],"
            " [{'id': 2, 'name': 'b'}, {'id': 1, 'name': 'a'}, {'id': 2, 'name': 'c'}])",
            "([], [])",
        ),
        needs="The inner loop does nothing unless a key of its variable equals one of the outer "
        "loop's; the rows don't change, and no `break` ends the search.",
        find=_join,
    ),
    Rewrite(
        name="count-in-loop-to-counter",
        summary="Count all elements once instead of counting each by a search",
        gain=Gain.ORDER,
        before="""\
def repeated(words):
    return [word for word in words if words.count(word) > 1]
""",
        after="""\
from collections import Counter


def repeated(words):
    words_counts = Counter(words)
    return [word for word in words if words_counts[word] > 1]
""",
        samples=("(['a', 'b', 'a'],)", "([],)", "('hello',)"),
        needs="`xs.count(x)` in a loop that does not change `xs`, a list.",
        find=_count_in_loop,
    ),
    Rewrite(
        name="earlier-slice-to-fromkeys",
        summary="Drop duplicates by a dictionary instead of searching all that came before",
        gain=Gain.ORDER,
        before="""\
def unique(items):
    return [x for i, x in enumerate(items) if x not in items[:i]]
""",
        after="""\
def unique(items):
    return list(dict.fromkeys(items))
""",
        samples=("([3, 1, 3],)", "([],)", "([1, 1.0, True],)"),
        needs="Exactly this comprehension over a list or tuple of hashable elements.",
        find=_earlier_slice,
    ),
)

# these look at comprehensions, so they come after loops were made into such
SUMS = (
    Rewrite(
        name="prefix-sums-to-accumulate",
        summary="Add up prefixes in one pass",
        gain=Gain.ORDER,
        before="""\
def running(values: list[int]) -> list[int]:
    return [sum(values[: i + 1]) for i in range(len(values))]
""",
        after="""\
from itertools import accumulate


def running(values: list[int]) -> list[int]:
    return list(accumulate(values, initial=0))[1:]
""",
        samples=("([1, 2, 3],)", "([],)", "([True, 1],)"),
        needs="Sums of all prefixes of a list of integers.",
        find=_prefix_sums,
    ),
)
