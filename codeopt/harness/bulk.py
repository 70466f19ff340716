"""Describe large containers of plain data at once, without a visit to each of their values.

``marshal`` and ``repr`` tell plain values of exact types apart to the bit, in the speed of C. What
they do not show is which inner containers are which: that is one more token.
"""

import itertools
import marshal

# bound here, so that code which patches builtins cannot change what is seen
from builtins import (
    ValueError,
    dict,
    float,
    frozenset,
    id,
    len,
    list,
    map,
    range,
    repr,
    set,
    str,
    sum,
    tuple,
    type,
)

try:
    from _blake2 import blake2b  # hashlib gives the same, and loads OpenSSL: 3 ms of each process
except ImportError:
    from hashlib import blake2b

LEVELS = 12  # of containers in containers
MOST = 2_000_000  # values in one container
KINDS = frozenset((list, dict, tuple))
_VERSION = 2  # of marshal: the last that shows neither what is shared nor what is interned
_dumps = marshal.dumps


class Inside:
    """Hold what was found inside a container: the lists and dicts, their identities, the floats."""

    def __init__(self):
        self.containers = []
        self.keys = []
        self.unique = frozenset()
        self.floats = []

    def close(self):
        """Return this; None when one container was met twice."""
        self.keys = list(map(id, self.containers))
        self.unique = frozenset(self.keys)
        return self if len(self.unique) == len(self.keys) else None


def pieces(value, run, floats):
    """Return (step, text) of what a container holds; None where an integer is too long.

    It is one digest, unless a float is no number: those differ in bits that nobody can see. Then
    there is a text for each ``run`` elements.
    """
    if are_numbers(floats):
        return [("[:]", blake2b(_dumps(value, _VERSION), digest_size=24).hexdigest())]
    items = list(dict.items(value)) if type(value) is dict else value
    try:
        return [
            ("[%d:%d]" % (start, start + run), repr(items[start : start + run]))
            for start in range(0, len(items), run)
        ]
    except ValueError:
        return None


def are_numbers(floats):
    """Tell whether it is sure that none of some floats is a NaN."""
    total = sum(floats)
    return total == total


def inside(value, plain):
    """Find the lists and dicts inside a container, level by level.

    None where anything is neither of a type in ``plain`` nor a list, dict or tuple, where one inner
    container is met twice, and where it is too much.
    """
    found, level, left = Inside(), [value], MOST
    for _ in range(LEVELS):
        deeper = []
        for values in _values(level):
            kinds = set(map(type, values))
            if not kinds <= plain | KINDS:
                return None
            left -= len(values)
            if float in kinds:
                found.floats += [each for each in values if type(each) is float]
            if kinds & KINDS:
                deeper += values if kinds <= KINDS else [x for x in values if type(x) in KINDS]
        if not deeper:
            return found.close()
        if left < 0:
            return None
        level = deeper
        tuples = tuple in set(map(type, level))
        found.containers += [x for x in level if type(x) is not tuple] if tuples else level
    return None


def _values(containers):
    """List what containers hold: elements and keys, and apart from those the values of dicts."""
    if dict not in set(map(type, containers)):
        return (list(itertools.chain.from_iterable(containers)),)
    dicts = [each for each in containers if type(each) is dict]
    values = list(itertools.chain.from_iterable(map(dict.values, dicts)))
    return list(itertools.chain.from_iterable(containers)), values


def label(numbers):
    """Say in a short text which objects were met, by their numbers (None for a new one)."""
    first = numbers[0] if numbers else None
    if first is not None and numbers == list(range(first, first + len(numbers))):
        return "~%d+%d" % (first, len(numbers))
    text = ",".join(["" if number is None else str(number) for number in numbers])
    if len(text) > 60:
        text = "#" + blake2b(text.encode(), digest_size=12).hexdigest()
    return "~" + text
