"""Make an input smaller, step by step, in the ways in which people would."""

import dataclasses
import itertools


def simpler(arguments, count):
    """Return up to ``count`` simpler variants of a call's arguments, the simplest first.

    Of more than that, some of every size: the simplest often show nothing.
    """
    args, kwargs = arguments
    found = []
    for index, value in enumerate(args):
        found += [(args[:index] + (v,) + args[index + 1 :], kwargs) for v in smaller(value)]
    for name, value in kwargs.items():
        found += [(args, dict(kwargs, **{name: v})) for v in smaller(value)]
    found.sort(key=weight)
    step = max(1.0, len(found) / count)
    return [found[int(index * step)] for index in range(min(count, len(found)))]


def weight(value):
    """Give a rough size: what is shorter to print is simpler."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        return 2 + sum(weight(item) for item in itertools.islice(value, 2000))
    if kind is dict:
        return 2 + sum(weight(k) + weight(v) for k, v in itertools.islice(value.items(), 1000))
    if kind in (str, bytes):
        return 2 + len(value) + sum(1 for c in value if kind is str and c not in "ab01 ")
    if kind is int:
        return 1 + min(value.bit_length(), 64) + (value < 0)
    if kind is float:
        return 2 + len(repr(value))
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(value)]
        return 5 + sum(weight(getattr(value, name, None)) for name in names)
    return 3


def smaller(value, depth=0):
    """Yield simpler values of the same type."""
    kind = type(value)
    if kind is int:
        return [v for v in dict.fromkeys((0, 1, value // 2, value - 1)) if abs(v) < abs(value)]
    if kind is float:
        options = (0.0, 1.0, float(int(value)) if abs(value) < 1e15 else 1.0, value / 2)
        return [v for v in options if len(repr(v)) < len(repr(value))]
    if kind is str or kind is bytes:
        return _cuts(value, kind) + (_plainer(value) if kind is str else [])
    if kind in (list, tuple):
        return _cuts(value, kind) + _inside(list(value), kind, depth)
    if kind in (set, frozenset):
        items = sorted(value, key=lambda item: (type(item).__name__, repr(item)))
        return [kind(cut) for cut in _cuts(items, list)]
    if kind is dict:
        return _less(value, depth)
    if dataclasses.is_dataclass(kind) and depth < 3:
        return _fields(value, depth)
    return []


def _cuts(value, kind):
    """Leave out halves, quarters and single elements."""
    length, found = len(value), []
    for part in dict.fromkeys((length, length // 2, length // 4, 1)):
        if part:
            starts = range(0, length, part)[:40]
            found += [value[:start] + value[start + part :] for start in starts]
    return found


def _plainer(text):
    found = [text[:i] + "a" + text[i + 1 :] for i, c in enumerate(text[:30]) if c not in "ab01 "]
    return [other for other in found if other != text]


def _inside(items, kind, depth):
    if depth >= 3:
        return []
    return _together(items, kind) + [
        kind(items[:index] + [other] + items[index + 1 :])
        for index, item in enumerate(items[:12])
        for other in smaller(item, depth + 1)[:8]
    ]


def _together(items, kind):
    """Make equal elements smaller together."""
    plain = [item for item in items[:12] if type(item) in (int, float, str)]
    return [
        kind([other if type(x) is type(item) and x == item else x for x in items])
        for item in dict.fromkeys(plain)
        for other in smaller(item)[:8]
    ]


def _less(value, depth):
    pairs = list(value.items())
    found = [dict(cut) for cut in _cuts(pairs, list)]
    for index, (key, item) in enumerate(pairs[:12]):
        for other in smaller(item, depth + 1)[:8]:
            found.append(dict([*pairs[:index], (key, other), *pairs[index + 1 :]]))
    return found


def _fields(value, depth):
    import copy

    found = []
    for field in dataclasses.fields(value):
        for other in smaller(getattr(value, field.name, None), depth + 1)[:6]:
            changed = copy.copy(value)
            object.__setattr__(changed, field.name, other)
            found.append(changed)
    return found
