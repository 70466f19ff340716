"""Look-ups: find attributes and functions of modules once, before a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.loops import HoistPoint, hoist_point
from codeopt.propose.catalogue.names import Comprehension
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope


# ------------------------------------------------------------------ math.sqrt in a loop
def _module_attribute(scope: Scope) -> Iterator[Site]:
    groups: dict[tuple[int, str], tuple[ast.stmt, list[ast.Attribute]]] = {}
    for node in scope.nodes():
        if not isinstance(node, ast.Attribute) or not scope.editable(node):
            continue
        path, call = scope.resolve(node), scope.parents[node]
        called = isinstance(call, ast.Call) and call.func is node
        loop = _outermost_loop(scope, node)
        if called and path and path.startswith(("math.", "cmath.", "operator.")) and loop:
            groups.setdefault((loop.lineno, path), (loop, []))[1].append(node)
    for loop, nodes in groups.values():
        name = scope.fresh(nodes[0].attr)
        text = scope.text(nodes[0])
        yield Site(
            nodes[0].lineno,
            (
                scope.before(loop, f"{name} = {text}"),
                *(scope.replace(each, name) for each in nodes),
            ),
            f"`{text}` is the same function in every turn of the loop; a local name is found "
            "faster.",
        )


# ------------------------------------------------------------------ self.items in a loop
def _attribute(scope: Scope) -> Iterator[Site]:
    groups: dict[tuple[int, str], tuple[HoistPoint, list[ast.Attribute]]] = {}
    for node in scope.nodes():
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        parent = scope.parents[node]
        called = isinstance(parent, ast.Call) and parent.func is node
        if not isinstance(node.value, ast.Name) or called or scope.resolve(node):
            continue
        point = hoist_point(scope, node)
        if point is not None and scope.editable(node):
            key = (point.statement.lineno, ast.dump(node))
            groups.setdefault(key, (point, []))[1].append(node)
    for point, nodes in groups.values():
        if len(nodes) < 2:
            continue
        name, text = _local_name(scope, nodes[0]), scope.text(nodes[0])
        yield Site(
            nodes[0].lineno,
            (
                scope.before(point.statement, f"{name} = {text}"),
                *(scope.replace(each, name) for each in nodes),
            ),
            "Nothing in the loop stores an attribute of this name or calls unknown code.",
            f"`{text}` is there even where the loop does not reach it, and reading it has no "
            "effects",
        )


def _local_name(scope: Scope, node: ast.Attribute) -> str:
    """Name a local after the attribute, or after its object too where that name is taken."""
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    plain = node.attr.strip("_")
    return scope.fresh(plain if scope.is_free(plain) else f"{owner}_{plain}")


def _outermost_loop(scope: Scope, node: ast.AST) -> ast.stmt | None:
    """Return the statement of the outermost loop around a node, if a line fits before it."""
    found: ast.stmt | None = None
    for ancestor in scope.ancestors(node):
        if isinstance(ancestor, ast.For | ast.While):
            found = ancestor
        elif isinstance(ancestor, Comprehension):
            found = scope.statement(ancestor)
    if found is None or not scope.alone(found) or scope.block_of(found) is None:
        return None
    return found


REWRITES = (
    Rewrite(
        name="attribute-to-local",
        summary="Read an attribute once, before the loop, instead of in each turn",
        gain=Gain.SMALL,
        before="""\
def between(samples, limits):
    return [x for x in samples if -limits.stop < x < limits.stop]
""",
        after="""\
def between(samples, limits):
    stop = limits.stop
    return [x for x in samples if -stop < x < stop]
""",
        samples=("([1, 5], range(3))", "([], range(1))"),
        needs="At least two reads; the loop stores no attribute of that name and calls nothing of "
        "unknown effect.",
        find=_attribute,
    ),
    Rewrite(
        name="module-function-to-local",
        summary="Look a function of math up once, not in every turn of a loop",
        gain=Gain.SMALL,
        before="""\
import math


def norms(points):
    result = []
    for x, y in points:
        result.append(math.sqrt(x * x + y * y))
    return result
""",
        after="""\
import math


def norms(points):
    result = []
    sqrt = math.sqrt
    for x, y in points:
        result.append(sqrt(x * x + y * y))
    return result
""",
        samples=("([(3, 4)],)", "([],)"),
        needs="A function of math, cmath or operator that is called in a loop.",
        find=_module_attribute,
    ),
)
