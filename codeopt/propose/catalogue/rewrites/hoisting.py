"""Hoisting: compute once what a loop computes again and again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.loops import HoistPoint, hoist_point
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope, Stability
from codeopt.propose.catalogue.vocabulary import STR_METHODS, TO_LIST, TO_TUPLE

_CONTAINERS = frozenset({"list", "tuple", "dict", "set", "frozenset", "str", "range", "bytes"})
_BUILT = frozenset({"set", "frozenset", "sorted", "list", "tuple"})


# ------------------------------------------------------------------ len(x), s.lower() in a loop
def _invariant(scope: Scope) -> Iterator[Site]:
    groups: dict[tuple[int, str], tuple[HoistPoint, list[ast.Call]]] = {}
    for node in scope.nodes():
        if isinstance(node, ast.Call) and _hoistable(scope, node):
            point = hoist_point(scope, node)
            if point is not None:
                key = (point.statement.lineno, ast.dump(node))
                groups.setdefault(key, (point, []))[1].append(node)
    for point, calls in groups.values():
        if scope.editable(*calls):
            yield _hoist(scope, point, calls)


def _hoistable(scope: Scope, call: ast.Call) -> bool:
    if call.keywords or any(isinstance(a, ast.Starred) for a in call.args):
        return False
    match call.func:
        case ast.Name(id="len") if len(call.args) == 1:
            return scope.is_builtin("len") and isinstance(call.args[0], ast.Name | ast.Attribute)
        case ast.Name(id=name) if name in _BUILT and len(call.args) == 1:
            argument = isinstance(call.args[0], ast.Name | ast.Attribute)
            return scope.is_builtin(name) and argument and _only_asked(scope, call)
        case ast.Attribute(value=ast.Name() | ast.Attribute() as owner, attr=attr):
            if attr not in STR_METHODS or scope.resolve(owner):
                return False
            makes_new = attr in TO_LIST
            plain = all(isinstance(a, ast.Name | ast.Constant) for a in call.args)
            return plain and (not makes_new or _only_asked(scope, call))
    return False


def _only_asked(scope: Scope, call: ast.Call) -> bool:
    """Tell whether a new container is only asked or iterated, so that sharing it is unseen."""
    match scope.parents[call]:
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]):
            return right is call
        case ast.Subscript(ctx=ast.Load(), value=value):
            return value is call
        case ast.For(iter=source) | ast.comprehension(iter=source):
            return source is call
    return False


def _hoist(scope: Scope, point: HoistPoint, calls: list[ast.Call]) -> Site:
    call, text = calls[0], scope.text(calls[0])
    name = scope.fresh(_name_for(call))
    edits = [scope.before(point.statement, f"{name} = {text}")]
    edits += [scope.replace(each, name) for each in calls]
    return Site(
        call.lineno,
        tuple(edits),
        f"`{text}` gives the same all through the loop.",
        _hoist_assumption(scope, point, call),
    )


def _name_for(call: ast.Call) -> str:
    match call:
        case ast.Call(func=ast.Name(id=verb), args=[ast.Name(id=name) | ast.Attribute(attr=name)]):
            label = {"len": "length", "sorted": "ordered"}.get(verb, verb)
            return f"{name.strip('_')}_{label}"
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr=verb)
        ):
            return f"{name.strip('_')}_{verb}"
    return "value"


def _hoist_assumption(scope: Scope, point: HoistPoint, call: ast.Call) -> str:
    """Say what is taken for granted: that nothing changes, and that hoisting can't raise anew."""
    changes = point.stability is not Stability.SURE
    raises = not _always_first(point.loop, call, scope) and not _cannot_raise(scope, call)
    text = scope.text(call)
    said = []
    if changes:
        said.append(f"the loop does not change what `{text}` depends on")
    if raises:
        said.append(f"`{text}` works even where the loop does not reach it")
    if isinstance(call.func, ast.Attribute) and not _is_string(scope, call.func.value):
        said.append(f"`{scope.text(call.func.value)}` is a string")
    return " and ".join(said)


def _always_first(loop: ast.AST, call: ast.Call, scope: Scope) -> bool:
    """Tell whether a ``while`` evaluates the call first of all, comparisons with names aside."""
    if not isinstance(loop, ast.While):
        return False
    match loop.test:
        case ast.Compare(left=left, comparators=[first, *_]):
            inside = {id(n) for n in (left, first)}
            return id(call) in inside and isinstance(left, ast.Name | ast.Constant | ast.Call)
    return loop.test is call


def _cannot_raise(scope: Scope, call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="len"):
            kind = scope.exact(call.args[0])
            return kind is not None and kind.name in _CONTAINERS
        case ast.Attribute(value=owner, attr=attr):
            safe = attr not in ("index", "rindex", "encode", "format", *TO_TUPLE) and not call.args
            return safe and _is_string(scope, owner)
    return False


# ------------------------------------------------------------------ x.split(",") twice
def _repeated(scope: Scope) -> Iterator[Site]:
    for block in scope.blocks():
        done: set[str] = set()
        for position, statement in enumerate(block):
            for call in _evaluated_first(statement):
                key = ast.dump(call)
                if key not in done and _shareable(scope, call):
                    again = _again(scope, call, block[position:])
                    if again and scope.alone(statement) and scope.editable(call, *again):
                        done.add(key)
                        yield _share(scope, statement, call, again)


def _evaluated_first(statement: ast.stmt) -> Iterator[ast.Call]:
    """Yield the method calls that a statement certainly evaluates before it does anything."""
    match statement:
        case ast.Assign(value=root) | ast.Return(value=ast.expr() as root) | ast.If(test=root):
            yield from _certain_calls(root)
        case ast.Expr(value=root) | ast.AugAssign(value=root):
            yield from _certain_calls(root)


def _certain_calls(node: ast.expr) -> Iterator[ast.Call]:
    match node:
        case ast.Call(func=ast.Attribute(value=owner), args=args):
            yield from _certain_calls(owner)
            for arg in args:
                yield from _certain_calls(arg)
            yield node
        case ast.Call(args=args):
            for arg in args:
                yield from _certain_calls(arg)
        case ast.Compare(left=left):
            yield from _certain_calls(left)
        case ast.BoolOp(values=[first, *_]):
            yield from _certain_calls(first)
        case ast.BinOp(left=left, right=right):
            yield from _certain_calls(left)
            yield from _certain_calls(right)
        case ast.UnaryOp(operand=inner) | ast.Subscript(value=inner) | ast.Attribute(value=inner):
            yield from _certain_calls(inner)


def _shareable(scope: Scope, call: ast.Call) -> bool:
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=args, keywords=[]
        ):
            plain = all(isinstance(a, ast.Name | ast.Constant) for a in args)
            names = [name, *(a.id for a in args if isinstance(a, ast.Name))]
            fits = attr in STR_METHODS and plain and all(scope.plain(n) for n in names)
            return fits and (attr not in TO_LIST or _only_read(scope, call))
    return False


def _only_read(scope: Scope, call: ast.Call) -> bool:
    if _only_asked(scope, call):
        return True
    parent = scope.parents[call]
    return isinstance(parent, ast.Call) and call in parent.args and _is_len(scope, parent)


def _is_len(scope: Scope, call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "len" and scope.is_builtin("len")


def _again(scope: Scope, call: ast.Call, rest: list[ast.stmt]) -> list[ast.Call]:
    """Return the later places of the same call, up to where what it depends on may change."""
    found: list[ast.Call] = []
    for statement in rest:
        if _hides_calls(statement):
            break
        same = [
            n
            for n in ast.walk(statement)
            if isinstance(n, ast.Call) and n is not call and scope.same(n, call)
        ]
        changes = _rebinds(scope, call, statement)
        if changes and not _changes_at_the_end(scope, statement, call):
            break
        if not all(_shareable(scope, each) for each in same):
            return []
        found += same
        if changes:
            break
    return found


def _rebinds(scope: Scope, call: ast.Call, node: ast.AST) -> bool:
    """Tell whether code gives another value to a name that a call on strings depends on."""
    names = {n.id for n in ast.walk(call) if isinstance(n, ast.Name)}
    return bool(names & scope.effects(node).rebound)


def _hides_calls(statement: ast.stmt) -> bool:
    hidden = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.GeneratorExp)
    return any(isinstance(n, hidden) for n in ast.walk(statement))


def _changes_at_the_end(scope: Scope, statement: ast.stmt, call: ast.Call) -> bool:
    """Tell whether a plain assignment changes the names only after its value was computed."""
    return isinstance(statement, ast.Assign) and not _rebinds(scope, call, statement.value)


def _share(scope: Scope, statement: ast.stmt, call: ast.Call, again: list[ast.Call]) -> Site:
    text = scope.text(call)
    name = scope.fresh(_name_for(call))
    edits = [scope.before(statement, f"{name} = {text}")]
    edits += [scope.replace(each, name) for each in (call, *again)]
    owner = call.func.value if isinstance(call.func, ast.Attribute) else call
    return Site(
        call.lineno,
        tuple(edits),
        f"`{text}` was computed more than once with nothing changed in between.",
        "" if _is_string(scope, owner) else f"`{scope.text(owner)}` is a string",
    )


def _is_string(scope: Scope, node: ast.expr) -> bool:
    kind = scope.exact(node)
    return kind is not None and kind.name == "str"


REWRITES = (
    Rewrite(
        name="invariant-call-out-of-loop",
        summary="Compute what a loop does not change once, before the loop",
        gain=Gain.LARGE,
        before="""\
def matching(words: list[str], wanted) -> list[str]:
    wanted = str(wanted)
    return [word for word in words if word.lower() == wanted.lower()]
""",
        after="""\
def matching(words: list[str], wanted) -> list[str]:
    wanted = str(wanted)
    wanted_lower = wanted.lower()
    return [word for word in words if word.lower() == wanted_lower]
""",
        samples=("(['A', 'b'], 'a')", "([], '')"),
        needs="`len`, a method of strings, or a container that is only asked; its arguments are "
        "neither rebound nor changed in the loop.",
        find=_invariant,
    ),
    Rewrite(
        name="repeated-call-to-local",
        summary="Keep the result of a string method instead of calling it again",
        gain=Gain.SMALL,
        before="""\
def parse(line):
    line = str(line)
    key = line.split("=")[0]
    value = line.split("=")[-1]
    return key, value
""",
        after="""\
def parse(line):
    line = str(line)
    line_split = line.split("=")
    key = line_split[0]
    value = line_split[-1]
    return key, value
""",
        samples=("('a=b',)", "('',)", "('a=b=c',)"),
        needs="The same call on the same names in one block, nothing rebound in between; lists "
        "that it makes are only indexed, iterated or measured.",
        find=_repeated,
    ),
)
