"""Iteration: go over the elements themselves, without indices, copies or unused counters."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeopt.propose.catalogue.loops import Loop, for_loops, loop_variable, steps
from codeopt.propose.catalogue.rewrite import Gain, Rewrite, Site
from codeopt.propose.catalogue.scope import Scope, Stability

_CONTAINERS = frozenset({"list", "tuple", "dict", "set", "frozenset", "str"})
_SEQUENCES = frozenset({"list", "tuple", "str", "range", "bytes"})


# ------------------------------------------------------------------ for i in range(len(xs))
def _range_len(scope: Scope) -> Iterator[Site]:
    for loop in for_loops(scope):
        sequence = _counted(scope, loop.source)
        index = loop_variable(scope, loop)
        if sequence is None or index is None:
            continue
        stability = scope.stable_expression(sequence, *loop.body)
        kind = scope.likely(sequence)
        if stability is Stability.NO or (kind is not None and kind.name not in _SEQUENCES):
            continue
        reads = _reads(loop, sequence, index)
        if reads and scope.is_builtin("enumerate") and scope.editable(*reads):
            yield _direct(scope, loop, sequence, reads, stability)


def _counted(scope: Scope, node: ast.expr) -> ast.expr | None:
    """Return what ``range(len(…))`` counts."""
    match node:
        case ast.Call(
            func=ast.Name(id="range"),
            args=[
                ast.Call(
                    func=ast.Name(id="len"),
                    args=[ast.Name() | ast.Attribute() as sequence],
                    keywords=[],
                )
            ],
            keywords=[],
        ) if scope.is_builtin("range") and scope.is_builtin("len"):
            return sequence
    return None


def _reads(loop: Loop, sequence: ast.expr, index: str) -> list[ast.Subscript]:
    wanted = ast.dump(ast.Subscript(sequence, ast.Name(index, ast.Load()), ast.Load()))
    nodes = [node for top in loop.body for node in ast.walk(top)]
    return [n for n in nodes if isinstance(n, ast.Subscript) and ast.dump(n) == wanted]


def _direct(
    scope: Scope,
    loop: Loop,
    sequence: ast.expr,
    reads: list[ast.Subscript],
    stability: Stability,
) -> Site:
    assert isinstance(loop.target, ast.Name)
    index, item, text = loop.target.id, scope.fresh("item"), scope.text(sequence)
    only_reads = sum(1 for _ in steps(index, *loop.body)) == len(reads)
    direct = only_reads and scope.confined(index, loop.node)
    edits = [
        scope.replace(loop.target, item if direct else f"{index}, {item}"),
        scope.replace(loop.source, text if direct else f"enumerate({text})"),
        *(scope.replace(read, item) for read in reads),
    ]
    kind = scope.exact(sequence)
    sure = kind is not None and kind.name in _SEQUENCES and stability is Stability.SURE
    return Site(
        loop.source.lineno,
        tuple(edits),
        f"`{text}` does not change in the loop, so its iterator gives what the index found.",
        "" if sure else f"`{text}` is a list, tuple or string that the loop does not change",
    )


# ------------------------------------------------------------------ enumerate without index
def _unused_enumerate(scope: Scope) -> Iterator[Site]:
    for loop in for_loops(scope):
        match loop.source, loop.target:
            case (
                ast.Call(func=ast.Name(id="enumerate"), args=[inner], keywords=[]),
                ast.Tuple(elts=[ast.Name(id=index), item]),
            ) if scope.is_builtin("enumerate") and not isinstance(inner, ast.Starred):
                if any(True for _ in steps(index, item, *loop.body)):
                    continue
                free = index not in scope.names.captured | scope.names.foreign
                if free and scope.confined(index, loop.node):
                    yield Site(
                        loop.source.lineno,
                        (
                            scope.replace(loop.target, scope.text(item)),
                            scope.replace(loop.source, scope.text(inner)),
                        ),
                        f"Nothing reads the count `{index}`.",
                    )


# ------------------------------------------------------------------ for line in f.readlines()
def _readlines(scope: Scope) -> Iterator[Site]:
    for loop in for_loops(scope):
        match loop.source:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name) as file, attr="readlines"),
                args=[],
                keywords=[],
            ):
                outside = [u for u in scope.uses(name) if isinstance(u.ctx, ast.Load)]
                if scope.plain(name) and len(outside) == 1 and _opened(scope, name):
                    yield Site(
                        loop.source.lineno,
                        (scope.replace(loop.source, scope.text(file)),),
                        "A text file gives its lines one by one; nothing else reads it.",
                        "the loop does not write to the file that it reads"
                        if scope.effects(*loop.body).opaque
                        else "",
                    )


def _opened(scope: Scope, name: str) -> bool:
    """Tell whether a name is bound only by ``with open(…) as name``."""
    stores = [use for use in scope.uses(name) if isinstance(use.ctx, ast.Store)]
    for use in stores:
        match scope.parents[use]:
            case ast.withitem(context_expr=ast.Call(func=ast.Name(id="open"))):
                if not scope.is_builtin("open"):
                    return False
            case _:
                return False
    return bool(stores)


# ------------------------------------------------------------------ for x in list(xs)
def _copy_to_iterate(scope: Scope) -> Iterator[Site]:
    for loop in for_loops(scope):
        copied = _copied(scope, loop.source)
        if not isinstance(copied, ast.Name) or loop_is_generator(loop):
            continue
        kind = scope.exact(copied) or scope.likely(copied)
        stability = scope.stability(copied.id, *loop.body)
        if kind is not None and kind.name not in _CONTAINERS:
            continue
        if stability is not Stability.NO:
            sure = stability is Stability.SURE and scope.exact(copied) is not None
            text = scope.text(copied)
            yield Site(
                loop.source.lineno,
                (scope.replace(loop.source, text),),
                f"The loop does not change `{text}`, so it needs no copy.",
                "" if sure else f"`{text}` is a container that the loop does not change",
            )


def loop_is_generator(loop: Loop) -> bool:
    """Tell whether a loop runs later than where it stands."""
    return isinstance(loop.node, ast.GeneratorExp)


def _copied(scope: Scope, node: ast.expr) -> ast.expr | None:
    """Return what an expression copies: ``list(x)``, ``tuple(x)``, ``x[:]``, ``x.copy()``."""
    match node:
        case ast.Call(func=ast.Name(id="list" | "tuple" as name), args=[inner], keywords=[]):
            return inner if scope.is_builtin(name) else None
        case ast.Subscript(value=inner, slice=ast.Slice(lower=None, upper=None, step=None)):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[], keywords=[]):
            return inner
    return None


# ------------------------------------------------------------------ sorted(list(x))
_CONSUMERS = frozenset({"sorted", "set", "frozenset", "list", "tuple"})


def _redundant_copy(scope: Scope) -> Iterator[Site]:
    for node in scope.nodes():
        match node:
            case ast.Call(
                func=ast.Name(id=outer),
                args=[
                    ast.Call(
                        func=ast.Name(id="list" | "tuple" as copier), args=[inner], keywords=[]
                    ) as copy,
                    *_,
                ],
            ) if outer in _CONSUMERS and scope.is_builtin(outer) and scope.is_builtin(copier):
                if scope.editable(node) and not isinstance(inner, ast.Starred):
                    yield Site(
                        node.lineno,
                        (scope.replace(copy, scope.text(inner)),),
                        f"`{outer}` goes through any iterable once; it needs no list first.",
                    )


REWRITES = (
    Rewrite(
        name="range-len-to-elements",
        summary="Iterate over elements (or enumerate) instead of indices",
        gain=Gain.LARGE,
        before="""\
def total(values: list[int]) -> int:
    result = 0
    for i in range(len(values)):
        if values[i] > 0:
            result += values[i]
    return result
""",
        after="""\
def total(values: list[int]) -> int:
    result = 0
    for item in values:
        if item > 0:
            result += item
    return result
""",
        samples=("([1, -2, 3],)", "([],)"),
        needs="The loop reads `xs[i]` and changes neither the sequence nor the index; the index "
        "goes when nothing else reads it.",
        find=_range_len,
    ),
    Rewrite(
        name="unused-enumerate",
        summary="Don't count what nobody reads",
        gain=Gain.SMALL,
        before="""\
def shout(words):
    return [word.upper() for number, word in enumerate(words)]
""",
        after="""\
def shout(words):
    return [word.upper() for word in words]
""",
        samples=("(['a', 'b'],)", "([],)"),
        needs="The count is read nowhere in the function.",
        find=_unused_enumerate,
    ),
    Rewrite(
        name="readlines-to-iteration",
        summary="Read a file line by line instead of into a list",
        gain=Gain.SMALL,
        before="""\
def count_comments(path):
    count = 0
    with open(path) as file:
        for line in file.readlines():
            if line.startswith("#"):
                count += 1
    return count
""",
        after="""\
def count_comments(path):
    count = 0
    with open(path) as file:
        for line in file:
            if line.startswith("#"):
                count += 1
    return count
""",
        samples=("('/dev/null',)",),
        needs="The file is opened by a `with` in the function and used nowhere else.",
        find=_readlines,
    ),
    Rewrite(
        name="copy-to-iterate",
        summary="Iterate over a container itself instead of a copy of it",
        gain=Gain.SMALL,
        before="""\
def total(count: int) -> int:
    values = [n * n for n in range(count)]
    result = 0
    for value in values[:]:
        result += value
    return result
""",
        after="""\
def total(count: int) -> int:
    values = [n * n for n in range(count)]
    result = 0
    for value in values:
        result += value
    return result
""",
        samples=("(5,)", "(0,)"),
        needs="The loop does not change the container, nor call code that could.",
        find=_copy_to_iterate,
    ),
    Rewrite(
        name="redundant-copy",
        summary="Give an iterable straight to the built-in that consumes it",
        gain=Gain.SMALL,
        before="""\
def distinct(words):
    return sorted(list(set(list(words))))
""",
        after="""\
def distinct(words):
    return sorted(set(words))
""",
        samples=("(['b', 'a', 'b'],)", "('hello',)", "([],)"),
        needs="`list(…)` or `tuple(…)` as the argument of sorted, set, frozenset, list or tuple.",
        find=_redundant_copy,
    ),
)
