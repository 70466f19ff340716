"""Whatever needs no assumption behaves as the original, on inputs of every kind."""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest

from codeopt.propose.catalogue.drafting import functions
from codeopt.propose.catalogue.registry import REWRITES
from tests.propose.catalogue.near_misses import ASSUMED, NEVER
from tests.propose.catalogue.running import module_after, outcome, rewritten, target_of


class Odd:
    """Equal to everything, always of one hash, and with the attributes that examples read."""

    def __init__(self) -> None:
        self.stop = self.user = self.id = self.total = 2
        self.second = [1]

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 7  # an address would order sets in another way in each run

    def __repr__(self) -> str:
        return "Odd()"


def pool() -> list[Any]:
    """Return values of many kinds, fresh ones."""
    return [
        0, 1, -3, 2.5, float("nan"), True, None, "", "a", "ab a=b", "http://x", "é+", b"ab",
        [], [1, 2, 1], [3, 1, 2], ["b", "a", "b"], [1, 1.0, True], [[1], [1], []], [(1, 2), (3, 4)],
        [float("nan"), 1.0, -0.0, 0.0], (), (1, 2, 1), {}, {"a": 1, "b": 2}, {1: [2], 2: [1]},
        {1: {1}}, set(), {1, 2}, frozenset({"a"}), range(4), [None, 0, "a"], [Odd(), 1],
        [{"user": 1, "id": 1, "item": 2, "name": "n"}], Odd(), ["x", 1], [0.1, 0.2, 0.3],
    ]  # fmt: skip


SOURCES = [(r.name, r.before) for r in REWRITES]
SOURCES += [(f"{name}: {why}", code) for name, why, code in (*NEVER, *ASSUMED)]
FOREIGN = ("numpy", "regex", "sortedcontainers", "async def", "LIMIT", "next(it)", "open(")


def runnable(source: str) -> bool:
    return not any(word in source for word in FOREIGN)


def arguments(source: str, name: str) -> list[tuple[Any, ...]]:
    """Return argument tuples for a function, the same ones each time."""
    found = {qualname: function for function, _, qualname in functions(ast.parse(source))}
    arity = len(found[name].args.args)
    chance = random.Random(name + source)
    if arity <= 1:
        return [tuple(values) for values in itertools.product(pool(), repeat=arity)]
    return [tuple(chance.choice(pool()) for _ in range(arity)) for _ in range(60)]


def certain_changes() -> Iterator[Any]:
    """Yield the sources that change without any assumption, and can run here."""
    for label, source in SOURCES:
        if runnable(source) and "." not in target_of(source):
            result = rewritten(source, *REWRITES, certain=True)
            if result.applied:
                yield pytest.param(source, module_after(result), id=label)


@pytest.mark.parametrize(("source", "after"), list(certain_changes()))
def test_certain_rewrites_together_change_nothing(source: str, after: str) -> None:
    name = target_of(source)
    for given in arguments(source, name):
        assert outcome(after, name, given) == outcome(source, name, given), (given, after)


@pytest.mark.parametrize("source", [s for _, s in SOURCES], ids=[n for n, _ in SOURCES])
def test_every_result_parses_and_keeps_the_signature(source: str) -> None:
    result = rewritten(source, *REWRITES)
    before, after = (
        {name: function for function, _, name in functions(ast.parse(text))}
        for text in (source, result.source)
    )
    name = target_of(source)
    assert ast.dump(before[name].args) == ast.dump(after[name].args)
    assert before.keys() == after.keys()
    ast.parse(module_after(result))
