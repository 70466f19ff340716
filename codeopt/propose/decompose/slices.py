"""Outline blocks of a function: find those that can become functions of their own, and move them.

What goes in and what comes out follows from the syntax tree (live variables), never from a model.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from codeopt.propose.decompose.flow import bodies, captured, flow, target_flow, with_flow
from codeopt.propose.syntax import FUNCTION, Function, is_docstring, parse

_MOST = 3
_LEAST_WEIGHT = 0.2  # of the function's time: a colder block is not worth a sample
_LEFT = 2  # statements that must stay outside, or the slice is the function by another name
_FLOW = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)
_SCOPES = (*FUNCTION, ast.ClassDef, ast.Lambda, ast.Global, ast.Nonlocal)
_FRAMES = frozenset({"super", "__class__", "locals", "vars", "dir", "eval", "exec"})
_LOOPS = (ast.For, ast.While)
_INNER = (*_LOOPS, ast.comprehension)  # what makes the body of a loop worth a call a turn


@dataclass(frozen=True, slots=True)
class Slice:
    """Hold one block: lines of the function (1-based, inclusive), live-ins and live-outs.

    ``weight`` is its part of the function's time (0 to 1), guessed by its lines where nothing is
    known.
    """

    first: int
    last: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    weight: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Hold a list of statements with what surely is bound before it and what is run after it."""

    body: Sequence[ast.stmt]
    bound: frozenset[str]
    after: tuple[ast.stmt, ...]
    is_loop: bool = False


@dataclass(slots=True)
class _Finder:
    text: str
    function: Function
    weights: Mapping[int, float]
    foreign: frozenset[str] = frozenset()
    found: list[Slice] = field(default_factory=list)

    def places(self, place: _Place) -> Iterator[_Place]:
        """Yield lists of statements, the outer ones first; what a ``try`` guards is left alone."""
        yield place
        bound = place.bound
        for number, node in enumerate(place.body):
            after = (*place.body[number + 1 :], *place.after)
            match node:
                case ast.For():
                    inner = bound | target_flow(node.target).sure
                    yield from self.places(_Place(node.body, inner, (node, *after), True))
                case ast.While():
                    yield from self.places(_Place(node.body, bound, (node, *after), True))
                case ast.If():
                    yield from self.places(_Place(node.body, bound, after))
                    yield from self.places(_Place(node.orelse, bound, after))
                case ast.With():
                    inner = bound | with_flow(node).sure
                    yield from self.places(_Place(node.body, inner, after))
            bound |= flow([node]).sure

    def runs(self, place: _Place) -> Iterator[tuple[int, int]]:
        """Yield half-open ranges: loops with what is set up for them, and bodies of loops."""
        for number, node in enumerate(place.body):
            if isinstance(node, _LOOPS):
                start = number
                while start and _sets_up(place.body[start - 1], node):
                    start -= 1
                if self._leaves_enough(place.body[start : number + 1]):
                    for first in dict.fromkeys((start, number)):
                        yield first, number + 1
        inner = any(isinstance(n, _INNER) for s in place.body for n in ast.walk(s))
        if place.is_loop and inner and self._leaves_enough(place.body):
            yield 0, len(place.body)

    def _leaves_enough(self, block: Sequence[ast.stmt]) -> bool:
        return _count(_body(self.function)) - _count(block) >= _LEFT

    def slice(self, place: _Place, start: int, end: int) -> Slice | None:
        """Return a run of statements as a slice, or None where it cannot be moved."""
        block = place.body[start:end]
        if self._is_refused(block):
            return None
        before, inside = flow(place.body[:start]), flow(block)
        after = flow([*place.body[end:], *place.after])
        if before.ends or inside.ends:
            return None
        outputs = inside.writes & after.reads
        inputs = (inside.reads | (outputs - inside.sure)) & self._locals()
        if not inputs <= place.bound | before.sure:
            return None
        first, last = block[0].lineno, block[-1].end_lineno or 0
        weight = self._weight(first, last)
        return Slice(first, last, tuple(sorted(inputs)), tuple(sorted(outputs)), weight)

    def _locals(self) -> frozenset[str]:
        return _parameters(self.function) | flow(_body(self.function)).writes

    def _is_refused(self, block: Sequence[ast.stmt]) -> bool:
        nodes = [n for statement in block for n in ast.walk(statement)]
        inside = {id(n) for n in nodes}
        around = [n for s in self.function.body for n in ast.walk(s) if id(n) not in inside]
        writes = flow(block).writes
        return (
            any(isinstance(n, (*_FLOW, *_SCOPES)) or _is_odd(n) for n in nodes)
            or _leaves_loop(block)
            or bool(writes & (captured(around) | self.foreign))
            or not _owns_lines(self.text, block)
        )

    def _weight(self, first: int, last: int) -> float:
        start = _body(self.function)[0].lineno
        weights = self.weights or {
            n: 1.0 for n in range(start, (self.function.end_lineno or 0) + 1)
        }
        inside = sum(weight for line, weight in weights.items() if first <= line <= last)
        return inside / (sum(weights.values()) or 1.0)


def find_slices(
    text: str, weights: Mapping[int, float] | None = None, *, prefix: str = "", taken: str = ""
) -> tuple[Slice, ...]:
    """Return the blocks of a function worth moving, in their order, hottest of those that overlap.

    ``text`` is the function at the margin, ``weights`` maps its lines (1-based) to time, ``taken``
    is a text with all names that a new one must not meet.
    """
    function = _function(text)
    if function is None or isinstance(function, ast.AsyncFunctionDef):
        return ()
    declared = [n for n in ast.walk(function) if isinstance(n, ast.Global | ast.Nonlocal)]
    foreign = frozenset(name for n in declared for name in n.names)
    finder = _Finder(text, function, weights or {}, foreign)
    for place in finder.places(_Place(_body(function), _parameters(function), ())):
        for start, end in finder.runs(place):
            found = finder.slice(place, start, end)
            if found is not None and found.weight >= _LEAST_WEIGHT:
                finder.found.append(found)
    return _named(_apart(finder.found), prefix or function.name.strip("_") or "part", taken)


def outline(text: str, slices: Sequence[Slice]) -> tuple[str, tuple[str, ...]]:
    """Return the function with each block replaced by a call, and the new functions in order."""
    lines = text.split("\n")
    parts = []
    for each in sorted(slices, key=lambda each: -each.first):
        block = lines[each.first - 1 : each.last]
        margin = block[0][: len(block[0]) - len(block[0].lstrip())]
        parts.append(_definition(each, block))
        call = f"{each.name}({', '.join(each.inputs)})"
        results = ", ".join(each.outputs)
        lines[each.first - 1 : each.last] = [f"{margin}{results and results + ' = '}{call}"]
    return "\n".join(lines), tuple(reversed(parts))


def _definition(slice_: Slice, block: Sequence[str]) -> str:
    body = textwrap.indent(textwrap.dedent("\n".join(block)), "    ")
    result = f"\n    return {', '.join(slice_.outputs)}" if slice_.outputs else ""
    return f"def {slice_.name}({', '.join(slice_.inputs)}):\n{body}{result}"


def _apart(found: Sequence[Slice]) -> list[Slice]:
    """Choose the hottest that do not overlap; of equal ones the first, which is the outer one."""
    chosen: list[Slice] = []
    for each in sorted(found, key=lambda each: -each.weight):
        if len(chosen) < _MOST and all(each.last < c.first or each.first > c.last for c in chosen):
            chosen.append(each)
    return sorted(chosen, key=lambda each: each.first)


def _named(slices: Sequence[Slice], prefix: str, taken: str) -> tuple[Slice, ...]:
    names = (f"_{prefix}_block{n}" for n in range(1, 1000))
    free = (name for name in names if name not in taken)
    return tuple(replace(each, name=next(free)) for each in slices)


def _function(text: str) -> Function | None:
    tree = parse(text)
    if isinstance(tree, str) or len(tree.body) != 1 or not isinstance(tree.body[0], FUNCTION):
        return None
    return tree.body[0]


def _body(function: Function) -> list[ast.stmt]:
    return function.body[1:] if is_docstring(function.body[:1]) else function.body


def _parameters(function: Function) -> frozenset[str]:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    rest = [each for each in (given.vararg, given.kwarg) if each]
    return frozenset(each.arg for each in [*named, *rest])


def _count(statements: Sequence[ast.stmt]) -> int:
    return sum(isinstance(n, ast.stmt) for s in statements for n in ast.walk(s))


def _sets_up(node: ast.stmt, loop: ast.stmt) -> bool:
    """Tell whether a statement only gives a name its first value, which the loop uses."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = {t.id for t in targets if isinstance(t, ast.Name)}
    used = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name)}
    empty = isinstance(node.value, ast.Call) and not node.value.args and not node.value.keywords
    display = isinstance(node.value, ast.Constant | ast.List | ast.Dict | ast.Set)
    return len(names) == len(targets) and names <= used and (display or empty)


def _is_odd(node: ast.AST) -> bool:
    """Tell whether a node means something else in another function."""
    if isinstance(node, ast.Delete):
        return any(isinstance(target, ast.Name) for target in node.targets)
    if isinstance(node, ast.comprehension):
        return bool(node.is_async)
    if isinstance(node, ast.Attribute):
        return _is_mangled(node.attr)
    return isinstance(node, ast.Name) and (node.id in _FRAMES or _is_mangled(node.id))


def _is_mangled(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")


def _leaves_loop(statements: Sequence[ast.stmt]) -> bool:
    """Tell whether a ``break`` or ``continue`` means a loop outside the statements."""
    for node in statements:
        if isinstance(node, ast.Break | ast.Continue):
            return True
        inner = [node.orelse] if isinstance(node, _LOOPS) else list(bodies(node))
        if any(_leaves_loop(body) for body in inner):
            return True
    return False


def _owns_lines(text: str, block: Sequence[ast.stmt]) -> bool:
    """Tell whether whole lines can be moved: no shared ones, no text over several lines."""
    lines = text.split("\n")
    first, last = block[0], block[-1]
    head = lines[first.lineno - 1].encode()[: first.col_offset]
    tail = lines[(last.end_lineno or 0) - 1].encode()[last.end_col_offset or 0 :].strip()
    texts = [n for s in block for n in ast.walk(s) if isinstance(n, ast.Constant | ast.JoinedStr)]
    return (
        not head.strip()
        and (not tail or tail.startswith(b"#"))
        and not any(n.lineno != n.end_lineno for n in texts)
    )
