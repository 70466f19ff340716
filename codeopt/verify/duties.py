"""Find what code does that no comparison of results shows: locks, waits, limits of time, syncs.

Leaving them out makes code faster, and nobody sees a difference until something goes wrong. The
same goes for objects of subclasses that only somebody else has.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codeopt.verify.change import FileDiff, functions_in
from codeopt.verify.constructs import Names

_LOCKS = "takes a lock"
_FLUSH = "hands over what it has written"
_CLASS = "makes an object of the class that it is called on"
_CALLS = {
    **dict.fromkeys(("time.sleep", "asyncio.sleep", "trio.sleep", "anyio.sleep"), "waits"),
    **dict.fromkeys(
        ("asyncio.wait_for", "asyncio.timeout", "asyncio.timeout_at", "trio.fail_after",
         "trio.move_on_after", "anyio.fail_after", "anyio.move_on_after"),
        "sets a limit of time",
    ),
    "asyncio.shield": "shields from being cancelled",
    **dict.fromkeys(("os.fsync", "os.fdatasync"), "writes through to the disk"),
    **dict.fromkeys(
        ("hmac.compare_digest", "secrets.compare_digest"), "compares secrets in constant time"
    ),
}  # fmt: skip
_MAKERS = {
    f"{module}.{name}"
    for module in ("threading", "asyncio", "multiprocessing", "trio", "anyio")
    for name in ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition")
}
_SIGNS = {**dict.fromkeys(("copy", "deepcopy", "replace", "_replace"), _CLASS), "flush": _FLUSH}
_WORDS = {"lock", "rlock", "mutex", "semaphore"}


def dropped(diff: FileDiff) -> Iterator[str]:
    """Yield what the replaced code does unseen, and the new code does not."""
    kept = _mentioned(diff.new_code, Names(diff.after), _held(diff.after))
    for duty, what in _done(diff.old_code, Names(diff.before), _held(diff.before)).items():
        if duty not in kept and not (what == "cls" and not _is_given_class(diff)):
            yield f"{duty} ({what})"


def _is_given_class(diff: FileDiff) -> bool:
    """Tell whether ``cls`` is the first parameter, and no local name."""
    return any([a.arg for a in f.args.args[:1]] == ["cls"] for f in functions_in(diff.old_code))


def _done(nodes: Iterable[ast.AST], names: Names, locks: set[str]) -> dict[str, str]:
    """Map what code does unseen to how that is spelled."""
    found: dict[str, str] = {}
    for node in (inner for top in nodes for inner in ast.walk(top)):
        for duty, what in _unseen(node, names, locks):
            found.setdefault(duty, ast.unparse(what))
    return found


def _unseen(node: ast.AST, names: Names, locks: set[str]) -> Iterator[tuple[str, ast.AST]]:
    yield from ((_LOCKS, taken) for taken in _taken(node, locks))
    if isinstance(node, ast.Call):
        duty = _CALLS.get(names.dotted(node.func), "")
        if duty and not _is_idle(node, duty):
            yield duty, node.func
        if _is_own_class(node.func):
            yield _CLASS, node.func
        if _flushes(node):
            yield _FLUSH, node.func


def _mentioned(nodes: tuple[ast.stmt, ...], names: Names, locks: set[str]) -> set[str]:
    """Return what code may do unseen, under whatever name: a call may go by way of a local."""
    found, idle = set(_done(nodes, names, locks)), set[ast.AST]()
    for node in (inner for top in nodes for inner in ast.walk(top)):
        if isinstance(node, ast.Call) and _is_idle(node, _CALLS.get(names.dotted(node.func), "")):
            idle.add(node.func)
        if isinstance(node, (ast.Name, ast.Attribute)) and node not in idle:
            found |= {_CALLS.get(names.dotted(node), ""), _SIGNS.get(_last(node), "")}
        found |= {_CLASS} if isinstance(node, ast.expr) and _is_own_class(node) else set()
    return found


def _taken(node: ast.AST, locks: set[str]) -> Iterator[ast.expr]:
    """Yield the locks that a statement or call takes."""
    if isinstance(node, (ast.With, ast.AsyncWith)):
        owners = [item.context_expr for item in node.items]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owners = [node.func.value] if node.func.attr == "acquire" else []
    else:
        return
    yield from (owner for owner in owners if _is_lock(owner, locks))


def _is_lock(owner: ast.expr, locks: set[str]) -> bool:
    name = _last(owner.func if isinstance(owner, ast.Call) else owner)
    return name in locks or not _WORDS.isdisjoint(name.lower().split("_"))


def _flushes(call: ast.Call) -> bool:
    """Tell whether a call is ``stream.flush()`` or ``print(…, flush=True)``."""
    method = isinstance(call.func, ast.Attribute) and call.func.attr == "flush"
    return method or any(
        each.arg == "flush" and ast.unparse(each.value) != "False" for each in call.keywords
    )


def _is_own_class(node: ast.expr) -> bool:
    """Tell whether an expression is ``cls``, ``type(self)`` or ``self.__class__``."""
    if isinstance(node, ast.Call):
        own = _last(node.func) == "type" and len(node.args) == 1
        return own and _last(node.args[0]) == "self"
    if isinstance(node, ast.Attribute):
        return node.attr == "__class__" and _last(node.value) == "self"
    return isinstance(node, ast.Name) and node.id == "cls"


def _last(node: ast.AST) -> str:
    """Return the last part of ``a.b.c``, or of ``a.b[c]`` before the index."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _held(tree: ast.Module) -> set[str]:
    """Return the names that locks are bound to in a file, and what such names are bound to."""
    names, found = Names(tree), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            made = isinstance(node.value, ast.Call) and names.dotted(node.value.func) in _MAKERS
            if made or _is_lock(node.value, found):
                found |= set(map(_last, node.targets)) - {""}
    return found


def _is_idle(call: ast.Call, duty: str) -> bool:
    """Tell whether a call waits for no time: that only lets others run."""
    first = call.args[0] if call.args else None
    return duty == "waits" and isinstance(first, ast.Constant) and first.value == 0
