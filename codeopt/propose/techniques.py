"""The tree of techniques: what a sample is told to try, so that samples differ.

Branches are families (algorithm, data, work, language, text, numbers, control, memory), leaves are
techniques. A leaf lists the signals of a function on which it has something to work; ``signals``
reads them from the syntax tree.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Signal(StrEnum):
    """Name what a function has that a technique can work on."""

    LOOP = "loop"
    NESTED_LOOP = "nested loop"
    COMPREHENSION = "comprehension"
    MEMBERSHIP = "membership test"
    SORTING = "sorting"
    RECURSION = "recursion"
    STRINGS = "string work"
    REGEX = "regular expression"
    ATTRIBUTES = "attribute look-up in a loop"
    CALLS = "call in a loop"
    BUILDS_LIST = "builds a list"
    BUILDS_DICT = "builds a dict"
    EXCEPTIONS = "exception handling"
    BRANCHES = "branches in a loop"
    ARITHMETIC = "arithmetic in a loop"
    COPIES = "copies"
    INDEXING = "indexing in a loop"
    ISINSTANCE = "type tests"
    NUMPY = "NumPy at hand"


@dataclass(frozen=True, slots=True)
class Technique:
    """Hold one leaf of the tree; without ``needs`` it applies everywhere."""

    branch: str
    name: str
    text: str
    needs: frozenset[Signal] = frozenset()


def _leaf(branch: str, name: str, text: str, *needs: Signal) -> Technique:
    return Technique(branch, name, text, frozenset(needs))


TECHNIQUES: tuple[Technique, ...] = (
    _leaf(
        "free",
        "free choice",
        "Find the change that saves the most, whatever it is, and make that one well.",
    ),
    _leaf(
        "algorithm",
        "lower complexity",
        "Replace the algorithm by one of lower complexity: one pass instead of a pass for each "
        "element, an index or hash look-up instead of a search, merging sorted runs, two pointers, "
        "prefix sums, divide and conquer.",
        Signal.NESTED_LOOP,
        Signal.MEMBERSHIP,
        Signal.SORTING,
        Signal.RECURSION,
        Signal.CALLS,
    ),
    _leaf(
        "algorithm",
        "recursion to iteration",
        "Turn recursion into a loop with an explicit stack, or into a table filled bottom-up, so "
        "that nothing is computed twice and no frames are built.",
        Signal.RECURSION,
    ),
    _leaf(
        "algorithm",
        "partial order",
        "Avoid sorting more than is needed: min, max, heapq.nsmallest, bisect in data that is "
        "sorted already, or sorting once instead of in every round; keep ties in their order.",
        Signal.SORTING,
    ),
    _leaf(
        "data",
        "hash look-up",
        "Build a set or dict once, before the loop, and ask it instead of scanning a sequence; "
        "mind elements that cannot be hashed.",
        Signal.MEMBERSHIP,
        Signal.NESTED_LOOP,
        Signal.INDEXING,
    ),
    _leaf(
        "data",
        "fitting container",
        "Choose the container for the operations that are used: deque for both ends, bytearray, "
        "array, Counter, defaultdict, tuples instead of small objects, a dict keyed by the group.",
        Signal.BUILDS_LIST,
        Signal.BUILDS_DICT,
        Signal.LOOP,
    ),
    _leaf(
        "work",
        "hoist what does not change",
        "Move everything that is the same in each round out of the loop: look-ups of attributes "
        "and globals, lengths, compiled patterns, converted arguments, inner functions.",
        Signal.ATTRIBUTES,
        Signal.CALLS,
        Signal.LOOP,
        Signal.REGEX,
    ),
    _leaf(
        "work",
        "precomputed table",
        "Precompute a table of answers, once at import in a private module-level constant or once "
        "a call, and look them up: translation tables, powers, keywords, dispatch by type or key.",
        Signal.BRANCHES,
        Signal.STRINGS,
        Signal.ISINSTANCE,
        Signal.ARITHMETIC,
    ),
    _leaf(
        "work",
        "remember within the call",
        "Remember answers to repeated sub-problems within one call, in a local dict keyed by "
        "everything that matters (types included); nothing survives the call.",
        Signal.CALLS,
        Signal.RECURSION,
        Signal.NESTED_LOOP,
    ),
    _leaf(
        "work",
        "incremental update",
        "Update a running result from one round to the next instead of computing it afresh from "
        "all data: running sums, counts, windows, best so far; with floats, keep the same order of "
        "operations.",
        Signal.NESTED_LOOP,
        Signal.CALLS,
        Signal.ARITHMETIC,
    ),
    _leaf(
        "language",
        "loops in C",
        "Let built-ins run the loop: sum, any, all, min, max, map, zip, sorted, str.join, "
        "dict.fromkeys, list.extend, slices, itertools, operator.itemgetter, Counter.",
        Signal.LOOP,
        Signal.COMPREHENSION,
    ),
    _leaf(
        "language",
        "comprehensions",
        "Write loops that only append, add or store as comprehensions or generator expressions "
        "handed to a built-in.",
        Signal.BUILDS_LIST,
        Signal.BUILDS_DICT,
    ),
    _leaf(
        "language",
        "inline small calls",
        "Put the body of small functions that are called in the hot loop in its place, where they "
        "cannot be overridden, and drop arguments and results that are only passed on.",
        Signal.CALLS,
    ),
    _leaf(
        "text",
        "whole-string methods",
        "Handle whole strings instead of characters: join, split, translate, replace, partition, "
        "startswith with a tuple, casefold, one format for many; append to a list and join once.",
        Signal.STRINGS,
    ),
    _leaf(
        "text",
        "patterns",
        "Compile patterns once in a private module-level constant; replace a pattern by a string "
        "method where that means exactly the same; or replace a loop over characters by one "
        "pattern.",
        Signal.REGEX,
        Signal.STRINGS,
    ),
    _leaf(
        "numbers",
        "vectorise",
        "Do the work on whole NumPy arrays, with the same dtype, shape and values as before; fall "
        "back to the plain code where the input is small or of another type.",
        Signal.NUMPY,
    ),
    _leaf(
        "numbers",
        "cheaper arithmetic",
        "Simplify arithmetic: integers instead of fractions or decimals where exact, divmod, bit "
        "operations, pow with a modulus, math functions, factors taken out of loops (not for "
        "floats, whose last bit must stay).",
        Signal.ARITHMETIC,
    ),
    _leaf(
        "control",
        "early exit",
        "Find the cases that are decided early and return there: empty, single, equal, already in "
        "order, impossible; stop a search at its first hit; test the cheap and likely condition "
        "first, where that has no side effect.",
        Signal.LOOP,
        Signal.BRANCHES,
        Signal.RECURSION,
    ),
    _leaf(
        "control",
        "fast path",
        "Give the inputs that were recorded most a short path of their own, checked cheaply and "
        "exactly, and leave the general code for all others.",
    ),
    _leaf(
        "control",
        "exceptions out of the loop",
        "Take exception handling out of the hot path: test first where failing is common, or put "
        "one handler around the loop where failing ends it anyway.",
        Signal.EXCEPTIONS,
    ),
    _leaf(
        "memory",
        "fewer objects",
        "Create less: no intermediate lists, no copies that nobody changes, no slices that are "
        "read once, no objects built only to be compared; reuse tuples and bound methods.",
        Signal.COPIES,
        Signal.BUILDS_LIST,
        Signal.INDEXING,
        Signal.COMPREHENSION,
    ),
    _leaf(
        "memory",
        "fuse loops",
        "Join passes over the same data into one, so that nothing is stored between them.",
        Signal.LOOP,
        Signal.COMPREHENSION,
    ),
)


def choose(
    found: frozenset[Signal],
    used: Mapping[str, int],
    *,
    seed: int,
    salt: str = "",
    liking: Mapping[str, float] | None = None,
) -> Technique:
    """Pick a technique that applies: the least used, then the best liked, then from the least used
    branch.

    ``liking`` is what was learned elsewhere, 0 for a technique that is like any other. Among equals
    the one with more matching signals goes first, and a hash of seed and salt decides the rest: the
    same arguments always give the same technique.
    """
    liked = liking or {}
    branches: dict[str, int] = {}
    for leaf in TECHNIQUES:
        branches[leaf.branch] = branches.get(leaf.branch, 0) + used.get(leaf.name, 0)

    def rank(leaf: Technique) -> tuple[int, int, int, bool, int, str]:
        chance = hashlib.sha256(f"{seed}\0{salt}\0{leaf.name}".encode()).hexdigest()
        uses = used.get(leaf.name, 0)
        return (
            uses,
            -_taste(liked.get(leaf.name, 0.0)),
            branches[leaf.branch],
            leaf.branch != "free",
            -len(leaf.needs & found),
            chance,
        )

    applicable = [leaf for leaf in TECHNIQUES if not leaf.needs or leaf.needs & found]
    return min(applicable, key=rank)


def _taste(liking: float) -> int:
    """Tell what gained (1) from what did not (-1): figures vary too much to be compared closer."""
    return (liking > _CLEAR) - (liking < -_CLEAR)


_CLEAR = 0.02
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TEXT_METHODS = frozenset(name for name in dir(str) if name.islower()) - {"count", "index"}
_COPYING = frozenset({"copy", "deepcopy", "list", "dict", "tuple"})


def signals(function: str, packages: frozenset[str] = frozenset()) -> frozenset[Signal]:
    """Read the signals of a function from its text; text that does not parse has none."""
    try:
        tree = ast.parse(function)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    found = {Signal.NUMPY} if "numpy" in packages else set()
    name = next((n.name for n in tree.body if isinstance(n, ast.FunctionDef)), "")
    for node in ast.walk(tree):
        found |= _anywhere(node, name)
        if isinstance(node, (*_LOOPS, *_COMPREHENSIONS)):
            found |= _in_loop(node)
    return frozenset(found)


def _anywhere(node: ast.AST, name: str) -> set[Signal]:
    match node:
        case ast.For() | ast.AsyncFor() | ast.While():
            return {Signal.LOOP}
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return {Signal.COMPREHENSION}
        case ast.Compare(ops=ops) if any(isinstance(op, ast.In | ast.NotIn) for op in ops):
            return {Signal.MEMBERSHIP}
        case ast.Try():
            return {Signal.EXCEPTIONS}
        case ast.JoinedStr():
            return {Signal.STRINGS}
        case ast.List():
            return {Signal.BUILDS_LIST}
        case ast.Dict():
            return {Signal.BUILDS_DICT}
        case ast.Call(func=func):
            return _called(func, name)
    return set()


def _called(func: ast.expr, name: str) -> set[Signal]:
    called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    owner = getattr(getattr(func, "value", None), "id", "")
    tests = {
        Signal.RECURSION: called == name and name != "",
        Signal.SORTING: called in {"sorted", "sort", "min", "max", "nsmallest", "nlargest"},
        Signal.STRINGS: isinstance(func, ast.Attribute) and called in _TEXT_METHODS,
        Signal.REGEX: owner == "re",
        Signal.COPIES: called in _COPYING,
        Signal.ISINSTANCE: called in {"isinstance", "type", "issubclass", "hasattr"},
        Signal.NUMPY: owner in {"np", "numpy"},
        Signal.MEMBERSHIP: called in {"index", "count", "remove"},
    }
    return {signal for signal, true in tests.items() if true}


def _in_loop(loop: ast.AST) -> set[Signal]:
    found = set()
    for node in ast.walk(loop):
        if node is loop:
            continue
        match node:
            case ast.For() | ast.AsyncFor() | ast.While():
                found.add(Signal.NESTED_LOOP)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                found.add(Signal.NESTED_LOOP)
            case ast.Call():
                found.add(Signal.CALLS)
            case ast.Attribute(ctx=ast.Load()):
                found.add(Signal.ATTRIBUTES)
            case ast.If() | ast.IfExp():
                found.add(Signal.BRANCHES)
            case ast.BinOp() | ast.AugAssign():
                found.add(Signal.ARITHMETIC)
            case ast.Subscript():
                found.add(Signal.INDEXING)
    return found
