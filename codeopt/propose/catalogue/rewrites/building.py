"""Building containers: comprehensions and bulk methods instead of one call for each element."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codeopt.propose.catalogue.names import runs_through, target_names
from codeopt.propose.catalogue.places import trivial
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope

_WIDTH = 96


@dataclass(frozen=True, slots=True)
class _Nest:
    """Hold nested loops and conditions around one statement, outermost first."""

    clauses: tuple[ast.For | ast.If, ...]
    step: ast.stmt


def _nest(loop: ast.For) -> _Nest | None:
    clauses: list[ast.For | ast.If] = []
    node: ast.stmt = loop
    while isinstance(node, ast.For | ast.If):
        if node.orelse or len(node.body) != 1:
            return None
        clauses.append(node)
        node = node.body[0]
    return _Nest(tuple(clauses), node)


def _clauses(scope: Scope, nest: _Nest) -> tuple[str, ...]:
    parts = []
    for clause in nest.clauses:
        if isinstance(clause, ast.For):
            parts.append(
                f"for {scope.text_of_module.segment(clause.target)} in {scope.text(clause.iter)}"
            )
        else:
            parts.append(f"if {scope.text(clause.test)}")
    return tuple(parts)


def _pairs(scope: Scope) -> Iterator[tuple[ast.Assign | ast.AnnAssign, str, ast.For, _Nest]]:
    """Yield an empty container, its name, and the loop that fills it, with nothing between."""
    for block in scope.blocks():
        for position, loop in enumerate(block):
            if position == 0 or not isinstance(loop, ast.For):
                continue
            create, nest = block[position - 1], _nest(loop)
            match create:
                case (
                    ast.Assign(targets=[ast.Name(id=name)])
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr())
                ):
                    if nest is not None and _foldable(scope, name, nest):
                        assert isinstance(create, ast.Assign | ast.AnnAssign)
                        yield create, name, loop, nest


def _foldable(scope: Scope, name: str, nest: _Nest) -> bool:
    """Tell whether loops can become clauses of a comprehension that is assigned to ``name``."""
    loop = nest.clauses[0]
    parts = [c.iter if isinstance(c, ast.For) else c.test for c in nest.clauses]
    if scope.used_in(name, *parts) or not scope.plain(name) or scope.guarded(loop):
        return False
    if not runs_through(loop):
        return False
    targets = [c.target for c in nest.clauses if isinstance(c, ast.For)]
    if not all(_names_only(t) for t in targets):
        return False
    variables = set().union(*(target_names(t) for t in targets))
    return (
        name not in variables
        and all(scope.plain(v) and scope.confined(v, loop) for v in variables)
        and not _shadows(scope, nest)
    )


def _shadows(scope: Scope, nest: _Nest) -> bool:
    """Tell whether a loop variable is also read by the iterable of its own or an outer loop."""
    seen: set[str] = set()
    for clause in reversed(nest.clauses):
        if isinstance(clause, ast.For):
            seen |= target_names(clause.target)
            if any(scope.used_in(name, clause.iter) for name in seen):
                return True
    return False


def _names_only(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List):
        return all(_names_only(e) for e in node.elts)
    return isinstance(node, ast.Name)


@dataclass(frozen=True, slots=True)
class _Made:
    """Hold the parts of a comprehension."""

    opening: str
    element: str
    clauses: tuple[str, ...]
    closing: str


def _fold(
    scope: Scope, create: ast.Assign | ast.AnnAssign, loop: ast.For, made: _Made
) -> Iterator[Site]:
    """Replace creation and loop by one assignment; a long one is broken before its clauses."""
    if not scope.alone(create, loop) or create.lineno != create.end_lineno:
        return
    assert create.value is not None
    start = scope.text_of_module.start(create)
    head = scope.text_of_module.cut(start, scope.text_of_module.start(create.value))
    yield Site(
        loop.lineno,
        (scope.rebuild(create, loop, _lines(scope, create, head, made)),),
        "The comprehension evaluates the same expressions in the same order.",
    )


def _lines(scope: Scope, create: ast.stmt, head: str, made: _Made) -> list[str]:
    text = made.opening + " ".join((made.element, *made.clauses)) + made.closing
    width = len(scope.text_of_module.indent(create)) + len(head) + len(text)
    if width <= _WIDTH:
        return [head + text]
    inner = [f"    {part}" for part in (made.element, *made.clauses)]
    return [head + made.opening, *inner, made.closing]


def _append_loop(scope: Scope) -> Iterator[Site]:
    for create, name, loop, nest in _pairs(scope):
        match create.value, nest.step:
            case (
                ast.List(elts=[]),
                ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=owner), attr="append"),
                        args=[element],
                        keywords=[],
                    )
                ),
            ) if owner == name and not scope.used_in(name, element):
                made = _Made("[", scope.text(element), _clauses(scope, nest), "]")
                yield from _fold(scope, create, loop, made)


def _add_loop(scope: Scope) -> Iterator[Site]:
    for create, name, loop, nest in _pairs(scope):
        match create.value, nest.step:
            case (
                ast.Call(func=ast.Name(id="set"), args=[], keywords=[]),
                ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=owner), attr="add"),
                        args=[element],
                        keywords=[],
                    )
                ),
            ) if owner == name and not scope.used_in(name, element) and scope.is_builtin("set"):
                made = _Made("{", scope.text(element), _clauses(scope, nest), "}")
                yield from _fold(scope, create, loop, made)


def _store_loop(scope: Scope) -> Iterator[Site]:
    for create, name, loop, nest in _pairs(scope):
        match nest.step:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=owner), slice=key)], value=value
            ) if owner == name and _starts_empty(scope, create.value):
                in_order = trivial(key) or trivial(value)
                if in_order and not scope.used_in(name, key, value):
                    pair = f"{scope.text(key)}: {scope.text(value)}"
                    made = _Made("{", pair, _clauses(scope, nest), "}")
                    yield from _fold(scope, create, loop, made)


def _starts_empty(scope: Scope, node: ast.expr | None) -> bool:
    match node:
        case ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=[]):
            return scope.is_builtin("dict")
    return False


# ------------------------------------------------------------------ for x in xs: r.append(x)
def _extend(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.For(
                target=ast.Name(id=variable),
                iter=source,
                body=[
                    ast.Expr(
                        value=ast.Call(
                            func=ast.Attribute(value=ast.Name(id=name), attr="append"),
                            args=[ast.Name(id=element)],
                            keywords=[],
                        )
                    )
                ],
                orelse=[],
            ) if element == variable != name and scope.alone(node):
                if (
                    scope.contained(name)
                    and _exact_list(scope, name)
                    and not scope.used_in(name, source)
                    and scope.plain(variable)
                    and scope.confined(variable, node)
                ):
                    line = f"{name}.extend({scope.text(source)})"
                    yield Site(
                        node.lineno,
                        (scope.rebuild(node, node, [line]),),
                        f"`{name}` is a list of this function; extend appends the same elements.",
                    )


def _exact_list(scope: Scope, name: str) -> bool:
    kind = scope.exact(ast.Name(name, ast.Load()))
    return kind is not None and kind.name == "list"


# ------------------------------------------------------------------ r = r + [x]
def _grow(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.BinOp(
                    left=ast.Name(id=again), op=ast.Add(), right=ast.List(elts=[element])
                ),
            ) if again == name:
                in_place = False
            case ast.AugAssign(
                target=ast.Name(id=name), op=ast.Add(), value=ast.List(elts=[element])
            ):
                in_place = True
            case _:
                continue
        fits = scope.contained(name) and _exact_list(scope, name)
        copies = in_place or not _iterated_around(scope, node, name)
        if fits and copies and scope.alone(node) and not isinstance(element, ast.Starred):
            yield Site(
                node.lineno,
                (scope.rebuild(node, node, [f"{name}.append({scope.text(element)})"]),),
                f"`{name}` is a list that only this function can reach, so nobody sees that it "
                "grows in place.",
            )


def _iterated_around(scope: Scope, node: ast.AST, name: str) -> bool:
    return any(
        isinstance(a, ast.For) and scope.used_in(name, a.iter) for a in scope.ancestors(node)
    )


REWRITES = (
    Rewrite(
        name="append-loop-to-comprehension",
        summary="Build a list by a comprehension instead of appending in a loop",
        gain=Gain.LARGE,
        before="""\
def squares(numbers):
    result = []
    for n in numbers:
        if n > 0:
            result.append(n * n)
    return result
""",
        after="""\
def squares(numbers):
    result = [n * n for n in numbers if n > 0]
    return result
""",
        samples=("([1, -2, 3],)", "([],)", "(range(4),)"),
        needs="An empty list right before loops and conditions around a single append; the loop "
        "variables are not read afterwards, the list is not read inside, and no `try` is around.",
        find=_append_loop,
    ),
    Rewrite(
        name="add-loop-to-set-comprehension",
        summary="Build a set by a comprehension instead of adding in a loop",
        gain=Gain.LARGE,
        before="""\
def initials(names):
    result = set()
    for name in names:
        result.add(name[:1])
    return result
""",
        after="""\
def initials(names):
    result = {name[:1] for name in names}
    return result
""",
        samples=("(['ann', 'abe', 'bob'],)", "([],)"),
        needs="As for lists, with `set()` and a single add.",
        find=_add_loop,
    ),
    Rewrite(
        name="store-loop-to-dict-comprehension",
        summary="Build a dictionary by a comprehension instead of storing in a loop",
        gain=Gain.SMALL,
        before="""\
def sizes(words):
    result = {}
    for word in words:
        result[word] = len(word)
    return result
""",
        after="""\
def sizes(words):
    result = {word: len(word) for word in words}
    return result
""",
        samples=("(['a', 'bb', 'a'],)", "([],)"),
        needs="As for lists, with an empty dictionary and a single store whose key or value is "
        "a plain name or constant (the two are evaluated in the other order).",
        find=_store_loop,
    ),
    Rewrite(
        name="append-loop-to-extend",
        summary="Extend a list at once instead of appending each element",
        gain=Gain.LARGE,
        before="""\
def flatten(rows):
    result = []
    for row in rows:
        result.append(None)
        for cell in row:
            result.append(cell)
    return result
""",
        after="""\
def flatten(rows):
    result = []
    for row in rows:
        result.append(None)
        result.extend(row)
    return result
""",
        samples=("([[1, 2], [], [3]],)", "([],)", "(['ab'],)"),
        needs="The list is made in the function and only it can reach it; the loop variable is "
        "not read afterwards.",
        find=_extend,
    ),
    Rewrite(
        name="list-concatenation-to-append",
        summary="Append to a list instead of copying it for each element",
        gain=Gain.ORDER,
        before="""\
def running(values):
    totals = []
    last = 0
    for value in values:
        last += value
        totals = totals + [last]
    return totals
""",
        after="""\
def running(values):
    totals = []
    last = 0
    for value in values:
        last += value
        totals.append(last)
    return totals
""",
        samples=("([1, 2, 3],)", "([],)"),
        needs="The list is made in the function, no other name refers to it, and no loop around "
        "iterates over it.",
        find=_grow,
    ),
)
