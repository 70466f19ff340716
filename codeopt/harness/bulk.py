"""Describe large containers of plain data at once, without a visit to each of their values.

``repr`` tells plain values of exact types apart to the bit, in the speed of C. What it does not
show is which inner containers are which: that is one more token.
"""

import itertools

# bound here, so that code which patches builtins cannot change what is seen
from builtins import ValueError, dict, id, len, list, map, range, repr, set, str, tuple, type
from hashlib import blake2b

LEVELS = 12  # of containers in containers
MOST = 2_000_000  # values in one container
KINDS = frozenset((list, dict, tuple))


def pieces(value, run):
    """Return (step, text) for each ``run`` elements; None where an integer is too long."""
    items = list(dict.items(value)) if type(value) is dict else value
    try:
        return [
            ("[%d:%d]" % (start, start + run), repr(items[start : start + run]))
            for start in range(0, len(items), run)
        ]
    except ValueError:
        return None


def inside(value, plain):
    """List the lists and dicts inside a container, level by level.

    None where anything is neither of a type in ``plain`` nor a list, dict or tuple, where one inner
    container is met twice, and where it is too much.
    """
    found, level, left = [], [value], MOST
    for _ in range(LEVELS):
        values = _values(level)
        left -= len(values)
        kinds = set(map(type, values))
        if kinds <= plain:
            return found if len(set(map(id, found))) == len(found) else None
        if left < 0 or not kinds <= plain | KINDS:
            return None
        level = values if kinds <= KINDS else [item for item in values if type(item) in KINDS]
        found += level if tuple not in kinds else [x for x in level if type(x) is not tuple]
    return None


def _values(containers):
    """List what containers hold; keys and values of the dicts come last."""
    if dict not in set(map(type, containers)):
        return list(itertools.chain.from_iterable(containers))
    dicts = [each for each in containers if type(each) is dict]
    others = [each for each in containers if type(each) is not dict]
    parts = (others, dicts, map(dict.values, dicts))
    return list(itertools.chain.from_iterable(itertools.chain.from_iterable(parts)))


def label(numbers):
    """Say in a short text which objects were met, by their numbers ("" for a new one)."""
    text = ",".join(map(str, numbers))
    if len(text) > 60:
        text = "#" + blake2b(text.encode(), digest_size=12).hexdigest()
    return "~" + text
