"""Put the body of a function that is called once where it is called."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from codeopt.propose.decompose.flow import after, captured, flow
from codeopt.propose.syntax import FUNCTION, Function, is_docstring, parse

_SCOPES = (*FUNCTION, ast.Lambda, ast.ClassDef, ast.Global, ast.Nonlocal)
_FLOW = (ast.Yield, ast.YieldFrom, ast.Await)


def inlined(function: str, helper: str) -> str | None:
    """Return the function with the helper's body in the place of its only call; None: it can't be.

    The call must stand alone, be assigned or be returned, and its arguments must be plain names;
    the helper must end where its only ``return`` is, if it has one.
    """
    outer, inner = _function(function), _function(helper)
    if outer is None or inner is None:
        return None
    call = _only_call(outer, inner.name)
    if call is None or not _is_simple(inner) or not _owns_lines(function, call.statement):
        return None
    names = _names(outer, inner, call)
    if names is None:
        return None
    lines = function.split("\n")
    first, last = call.statement.lineno, call.statement.end_lineno or 0
    margin = lines[first - 1][: call.statement.col_offset]
    lines[first - 1 : last] = textwrap.indent(_body(helper, inner, call, names), margin).split("\n")
    text = "\n".join(lines)
    return None if isinstance(parse(text), str) else text


@dataclass(frozen=True, slots=True)
class _Call:
    """Hold the statement that calls, the arguments, and the names that are assigned."""

    statement: ast.Assign | ast.Expr | ast.Return
    arguments: tuple[str, ...]
    targets: tuple[str, ...]


def _function(text: str) -> Function | None:
    tree = parse(text)
    if isinstance(tree, str) or len(tree.body) != 1 or not isinstance(tree.body[0], FUNCTION):
        return None
    return tree.body[0]


def _only_call(outer: Function, name: str) -> _Call | None:
    uses = [n for n in ast.walk(outer) if isinstance(n, ast.Name) and n.id == name]
    if len(uses) != 1:
        return None
    for node in ast.walk(outer):
        if isinstance(node, ast.Assign | ast.Expr | ast.Return):
            call = node.value
            if isinstance(call, ast.Call) and call.func is uses[0]:
                return _read_call(node, call)
    return None


def _read_call(node: ast.Assign | ast.Expr | ast.Return, call: ast.Call) -> _Call | None:
    given = [a.id for a in call.args if isinstance(a, ast.Name)]
    if call.keywords or len(given) != len(call.args) or len(set(given)) != len(given):
        return None
    targets: list[str] = []
    if isinstance(node, ast.Assign):
        if len(node.targets) != 1:
            return None
        target = node.targets[0]
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        targets = [part.id for part in parts if isinstance(part, ast.Name)]
        if len(targets) != len(parts):
            return None
    return _Call(node, tuple(given), tuple(targets))


def _is_simple(inner: Function) -> bool:
    """Tell whether a helper is a run of statements with at most one return, at its end."""
    given = inner.args
    odd = [*given.posonlyargs, *given.kwonlyargs, *given.defaults, *inner.decorator_list]
    nodes = [n for statement in inner.body for n in ast.walk(statement)]
    texts = [n for n in nodes if isinstance(n, ast.Constant | ast.JoinedStr)]
    returns = [n for n in nodes if isinstance(n, ast.Return)]
    return (
        isinstance(inner, ast.FunctionDef)
        and not (odd or given.vararg or given.kwarg)
        and not any(isinstance(n, (*_SCOPES, *_FLOW)) for n in nodes)
        and all(n.lineno == n.end_lineno for n in texts if n is not _docstring(inner))
        and all(each is inner.body[-1] for each in returns)
    )


def _docstring(inner: Function) -> ast.AST | None:
    first = inner.body[0]
    return first.value if is_docstring(inner.body[:1]) and isinstance(first, ast.Expr) else None


def _names(outer: Function, inner: Function, call: _Call) -> dict[str, str] | None:
    """Map the names of the helper to those they get; None where two things would be one."""
    parameters = [each.arg for each in inner.args.args]
    if len(parameters) != len(call.arguments):
        return None
    stored = {n.id for n in ast.walk(inner) if isinstance(n, ast.Name) and not _is_load(n)} - set(
        parameters
    )
    used = {n.id for n in ast.walk(inner) if isinstance(n, ast.Name)}
    taken = {n.id for n in ast.walk(outer) if isinstance(n, ast.Name)}
    taken |= {each.arg for each in ast.walk(outer) if isinstance(each, ast.arg)}
    bound = taken & _bound(outer)
    if (used - stored - set(parameters)) & bound:
        return None
    found = dict(zip(parameters, call.arguments, strict=True))
    for name in parameters:
        if _is_written(inner, name) and found[name] not in call.targets:
            return None
    free = _dead(outer, call) - set(call.arguments)
    for name in sorted(stored):
        free |= {name} - taken
        found[name] = name if name in free else _fresh(name, taken | set(found.values()))
    return found


def _dead(outer: Function, call: _Call) -> set[str]:
    """Name the variables whose value nobody reads any more once the call has begun."""
    live = flow(after(outer.body, call.statement) or ()).reads
    scopes = (node for statement in outer.body for node in ast.walk(statement))
    names = _bound(outer) - live - captured(scopes)
    return names | set(call.targets)


def _is_load(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _is_written(inner: Function, name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and not _is_load(n) for n in ast.walk(inner)
    )


def _bound(outer: Function) -> set[str]:
    """Name what is local to a function."""
    names = {n.id for n in ast.walk(outer) if isinstance(n, ast.Name) and not _is_load(n)}
    return names | {each.arg for each in ast.walk(outer) if isinstance(each, ast.arg)}


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _body(helper: str, inner: Function, call: _Call, names: Mapping[str, str]) -> str:
    """Return the helper's statements at the margin, renamed, with what the call does at the end."""
    statements = inner.body[1:] if _docstring(inner) is not None else inner.body
    lines = _renamed(helper.split("\n"), inner, names)
    last = statements[-1] if statements else None
    returned = last if isinstance(last, ast.Return) else None
    kept = statements[:-1] if returned is not None else statements
    parts = []
    if kept:
        start, end = kept[0].lineno, kept[-1].end_lineno or 0
        parts.append(textwrap.dedent("\n".join(lines[start - 1 : end])))
    parts += _ending(lines, returned, call)
    return "\n".join(parts) or "pass"


def _ending(lines: Sequence[str], returned: ast.Return | None, call: _Call) -> list[str]:
    value = "None"
    if returned is not None and returned.value is not None:
        block = "\n".join(lines[returned.lineno - 1 : returned.end_lineno])
        value = textwrap.dedent(block).removeprefix("return").strip()
    if isinstance(call.statement, ast.Return):
        return [f"return {value}"]
    if isinstance(call.statement, ast.Expr):
        return [] if value == "None" or value.isidentifier() else [value]
    targets = ", ".join(call.targets)
    return [] if value.strip("()") == targets else [f"{targets} = {value}"]


def _renamed(lines: list[str], inner: Function, names: Mapping[str, str]) -> list[str]:
    """Rename names where they stand, so that comments and layout stay."""
    changed = [n for n in _uses(inner) if names.get(n.id, n.id) != n.id]
    encoded = [line.encode() for line in lines]
    for node in sorted(changed, key=lambda n: (n.lineno, -n.col_offset)):
        line = encoded[node.lineno - 1]
        head, tail = line[: node.col_offset], line[node.end_col_offset or 0 :]
        encoded[node.lineno - 1] = head + names[node.id].encode() + tail
    return [line.decode() for line in encoded]


def _uses(inner: Function) -> Iterator[ast.Name]:
    for statement in inner.body:
        yield from (n for n in ast.walk(statement) if isinstance(n, ast.Name))


def _owns_lines(text: str, node: ast.stmt) -> bool:
    lines = text.split("\n")
    head = lines[node.lineno - 1].encode()[: node.col_offset]
    tail = lines[(node.end_lineno or 0) - 1].encode()[node.end_col_offset or 0 :]
    return not head.strip() and not tail.strip()
