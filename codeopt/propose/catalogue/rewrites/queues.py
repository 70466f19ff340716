"""Queues: both ends of a deque are cheap, the front of a list is not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope
from codeopt.propose.catalogue.text import Edit

_LOOPS = (ast.For, ast.While)


# ------------------------------------------------------------------ queue.pop(0)
def _deque(scope: Scope) -> Iterator[Site]:
    reached = scope.reach("collections", "deque")
    if reached is None:
        return
    for node in scope.nodes():
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if scope.contained(name) and isinstance(node, ast.Assign):
                uses = _QueueUses(scope, name)
                kind = scope.exact(value)
                if uses.front and uses.supported and kind is not None and kind.name == "list":
                    yield _deque_site(scope, name, value, uses, reached)


class _QueueUses:
    """Look at how a list is used: at its ends only, or otherwise."""

    def __init__(self, scope: Scope, name: str) -> None:
        self.scope = scope
        self.front: list[ast.Call] = []
        self.may_be_empty = False
        self.supported = True
        stores = 0
        for use in scope.uses(name):
            if isinstance(use.ctx, ast.Store):
                stores += 1
            elif not self._add(use, scope.parents[use]):
                self.supported = False
        self.supported = self.supported and stores == 1

    def _add(self, use: ast.Name, parent: ast.AST) -> bool:
        match parent:
            case ast.Attribute(attr="pop" | "insert" as method):
                call = self.scope.parents[parent]
                return isinstance(call, ast.Call) and self._end(call, method)
            case ast.Attribute(attr=attr):
                return attr in ("append", "extend", "clear")
            case ast.Call(func=ast.Name(id="len")):
                return True
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]):
                return right is use
        return self.scope.tested(use)

    def _end(self, call: ast.Call, method: str) -> bool:
        """Accept ``pop()``, ``pop(0)`` and ``insert(0, x)``."""
        match call.args:
            case [] if method == "pop":
                return self._popped(call)
            case [ast.Constant(value=0)] if method == "pop":
                self.front.append(call)
                return self._popped(call)
            case [ast.Constant(value=0), _] if method == "insert":
                self.front.append(call)
                return not call.keywords
        return False

    def _popped(self, call: ast.Call) -> bool:
        """Note whether something may be taken from an empty queue: the message would differ."""
        assert isinstance(call.func, ast.Attribute)
        owner = call.func.value
        guarded = any(
            isinstance(a, ast.While) and self.scope.same(a.test, owner)
            for a in self.scope.ancestors(call)
        )
        self.may_be_empty = self.may_be_empty or not guarded
        return not call.keywords


def _deque_site(
    scope: Scope,
    name: str,
    value: ast.expr,
    uses: _QueueUses,
    reached: tuple[str, tuple[str, ...]],
) -> Site:
    made, imports = reached
    inner = "" if isinstance(value, ast.List) and not value.elts else scope.text(value)
    edits = [scope.replace(value, f"{made}({inner})")]
    edits += [_at_front(scope, call) for call in uses.front]
    in_loop = any(scope.inside(call, _LOOPS) for call in uses.front)
    return Site(
        value.lineno,
        tuple(edits) if in_loop and scope.editable(*uses.front) else (),
        f"`{name}` is a list of this function that is used at its ends only.",
        f"`{name}` is never popped when it is empty (the text of the IndexError differs)"
        if uses.may_be_empty or len(uses.front) > 1
        else "",
        imports=imports,
    )


def _at_front(scope: Scope, call: ast.Call) -> Edit:
    assert isinstance(call.func, ast.Attribute)
    owner = scope.atom(call.func.value)
    if len(call.args) == 2:
        return scope.replace(call, f"{owner}.appendleft({scope.text(call.args[1])})")
    return scope.replace(call, f"{owner}.popleft()")


# ------------------------------------------------------------------ result.insert(0, x)
def _insert_then_reverse(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        for position, loop in enumerate(block[1:], 1):
            match block[position - 1], loop:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[])),
                    ast.For() | ast.While(),
                ) if scope.contained(name) and not scope.guarded(loop):
                    inserts = _only_inserts(scope, name, loop)
                    if inserts and scope.alone(loop) and not _leaves_early(loop):
                        edits = [_appended(scope, call) for call in inserts]
                        yield Site(
                            inserts[0].lineno,
                            (*edits, scope.after(loop, f"{name}.reverse()")),
                            f"Nothing looks at `{name}` before the loop is over; appending and "
                            "reversing once gives the same order.",
                        )


def _only_inserts(scope: Scope, name: str, loop: ast.stmt) -> list[ast.Call]:
    """Return all uses of a list in a loop if each is ``insert(0, …)``, else nothing."""
    calls: list[ast.Call] = []
    for use in scope.uses(name):
        if not scope.inside_of(use, loop):
            continue
        method = scope.parents[use]
        call = scope.parents.get(method)
        match call:
            case ast.Call(
                func=ast.Attribute(attr="insert"), args=[ast.Constant(value=0), _], keywords=[]
            ) if call.func is method and isinstance(scope.parents[call], ast.Expr):
                calls.append(call)
            case _:
                return []
    return calls


def _leaves_early(loop: ast.stmt) -> bool:
    """Tell whether a loop may pause, or has an ``else`` that would see the list too early."""
    pauses = any(isinstance(n, ast.Yield | ast.YieldFrom | ast.Await) for n in ast.walk(loop))
    return pauses or bool(getattr(loop, "orelse", None))


def _appended(scope: Scope, call: ast.Call) -> Edit:
    assert isinstance(call.func, ast.Attribute)
    owner = scope.atom(call.func.value)
    return scope.replace(call, f"{owner}.append({scope.text(call.args[1])})")


REWRITES = (
    Rewrite(
        name="insert-front-to-reverse",
        summary="Append and reverse once instead of inserting at the front",
        gain=Gain.ORDER,
        before="""\
def digits(number):
    result = []
    while number > 0:
        result.insert(0, number % 10)
        number //= 10
    return result
""",
        after="""\
def digits(number):
    result = []
    while number > 0:
        result.append(number % 10)
        number //= 10
    result.reverse()
    return result
""",
        samples=("(1234,)", "(0,)", "(7,)"),
        needs="An empty list right before a loop in which nothing but `insert(0, …)` touches it.",
        find=_insert_then_reverse,
    ),
    Rewrite(
        name="list-queue-to-deque",
        summary="Take from the front of a deque instead of a list",
        gain=Gain.ORDER,
        before="""\
def reachable(graph, start):
    seen = {start}
    queue = [start]
    while queue:
        node = queue.pop(0)
        for other in graph.get(node, ()):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return sorted(seen)
""",
        after="""\
from collections import deque


def reachable(graph, start):
    seen = {start}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in graph.get(node, ()):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return sorted(seen)
""",
        samples=("({1: [2, 3], 2: [1, 4]}, 1)", "({}, 0)"),
        needs="The list is made in the function, never handed out, and used at its ends only.",
        find=_deque,
    ),
)
