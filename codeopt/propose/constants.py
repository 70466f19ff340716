"""Tune the numbers in a rewrite: sizes and thresholds that a model could only guess.

Each trial is a candidate like any other, judged and timed at full length, so there are few of them
and each counts: the search goes from the guess in the direction that gains, by factors that become
smaller. What a number may be is for the judge to say: one that means something is refused there.
"""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from codeopt.model.candidate import Candidate, FunctionSource
from codeopt.propose.digest import candidate_digest
from codeopt.propose.syntax import FUNCTION, is_docstring, parse

_LEAST, _MOST = 2, 1 << 24  # 0 and 1 are flags and first values, seldom sizes
_CONSTANTS = 2  # of one rewrite that are tuned
_FACTORS = (4.0, 2.0)
_TRIALS = 8
_CLEAR = 1.03  # a gain below this is the same within the noise

Search = Generator[int, float | None, int]  # values, their speeds, the best value


@dataclass(frozen=True, slots=True)
class Constant:
    """Name one whole number of a candidate; ``helper`` is the place of its helper, or None."""

    name: str
    value: int
    helper: int | None = None


def constants_of(candidate: Candidate, original: str) -> tuple[Constant, ...]:
    """List the numbers that may be tuned: named ones that are written once.

    Private constants beside the function come first, then local names that the function gives a
    number to, once; those that the ``original`` has with the same value come last.
    """
    beside = [
        Constant(name, value, place)
        for place, text in enumerate(candidate.helpers)
        for name, value in _assigned(text)
    ]
    within = [Constant(name, value) for name, value in _local(candidate.functions[0].source)]
    old = set(_local(original))
    return tuple(
        sorted([*beside, *within], key=lambda each: (each.name, each.value) in old)[:_CONSTANTS]
    )


def with_value(candidate: Candidate, constant: Constant, value: int) -> Candidate:
    """Return the candidate with another value of one constant."""
    functions, helpers = candidate.functions, list(candidate.helpers)
    if constant.helper is None:
        first = functions[0]
        text = _replaced(first.source, constant.name, value)
        functions = (FunctionSource(first.id, text), *functions[1:])
    else:
        text = _replaced(helpers[constant.helper], constant.name, value)
        helpers[constant.helper] = text
    technique = f"{constant.name} = {value}"
    said = f"{constant.name} is {value} where the answer has {constant.value}."
    origin = replace(candidate.origin, technique=technique, request=None, explanation=said)
    digest = candidate_digest(functions, helpers, candidate.imports)
    return replace(
        candidate, digest=digest, functions=functions, helpers=tuple(helpers), origin=origin
    )


def search(start: int, speed: float) -> Search:
    """Yield values to try, be sent the speed of each (None: refused), and return the best.

    With each factor it goes upwards, or else downwards, for as long as that gains clearly.
    """
    best, fastest = start, speed
    tried = {start}
    for factor in _FACTORS:
        for ratio in (factor, 1 / factor):
            came_from = best
            while len(tried) <= _TRIALS:
                value = max(_LEAST, min(_MOST, round(best * ratio)))
                if value in tried:
                    break
                tried.add(value)
                found = yield value
                if found is None or found < fastest * _CLEAR:
                    break
                best, fastest = value, found
            if best != came_from:
                break
    return best


def _assigned(text: str) -> Iterator[tuple[str, int]]:
    """Yield the name and number of a text that is one constant."""
    tree = parse(text)
    if not isinstance(tree, str) and len(tree.body) == 1:
        yield from _number(tree.body[0])


def _local(text: str) -> Iterator[tuple[str, int]]:
    """Yield the numbers that a function gives to names of its own, each written once."""
    tree = parse(text)
    if isinstance(tree, str) or not tree.body or not isinstance(tree.body[-1], FUNCTION):
        return
    function = tree.body[-1]
    names = [n for n in ast.walk(function) if isinstance(n, ast.Name)]
    written = [n.id for n in names if not isinstance(n.ctx, ast.Load)]
    body = function.body[1:] if is_docstring(function.body[:1]) else function.body
    for node in body:
        for name, value in _number(node):
            if written.count(name) == 1:
                yield name, value


def _number(node: ast.stmt) -> Iterator[tuple[str, int]]:
    target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    value = node.value if isinstance(node, ast.Assign) else None
    if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
        number = value.value
        if type(number) is int and _LEAST <= number <= _MOST:
            yield target.id, number


def _replaced(text: str, name: str, value: int) -> str:
    """Write another number where a text gives one to a name."""
    tree = parse(text)
    assert isinstance(tree, ast.Module)
    found = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(name == given for given, _ in _number(node))
    )
    lines = text.split("\n")
    number = found.value
    line = lines[number.lineno - 1].encode("utf-8")
    changed = line[: number.col_offset] + str(value).encode() + line[number.end_col_offset :]
    lines[number.lineno - 1] = changed.decode("utf-8")
    return "\n".join(lines)
