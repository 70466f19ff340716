"""Learn from recorded calls which types were seen where, and tell what lies outside of that."""

import dataclasses
import itertools
import math
import types

DEPTH = 7
_MEMBER = types.MemberDescriptorType
LEARNED = 2000  # values of a recorded call that are looked at
CHECKED = 8000  # and of one that is made up
POOL = 60  # values kept for one path
TABLE = 200  # keys of a dict from which one is like another
_PLAIN = frozenset((int, str, bytes, bool, type(None)))
_DULL = _PLAIN | {list, tuple, dict, set, frozenset}  # never special themselves
_NOTHING = frozenset()


class Domain:
    """Know the types, and some of the values, at every path of the arguments."""

    def __init__(self):
        self.kinds = {}
        self.pool = {}
        self.special = set()
        self.lengths = {}
        self.keyed = {}
        self.optional = {}
        self.asks = False  # whether the code asks for types

    def allow(self, function):
        """Take in what the function says of its inputs beside the calls.

        A parameter with a plain default may be given by name, with a value of its type. Code that
        asks whether numbers are finite means those, too, that are not.
        """
        code = function.__code__
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        defaults = function.__defaults__ or ()
        first = code.co_argcount - len(defaults)
        given = dict(zip(names[first : code.co_argcount], defaults))
        given.update(function.__kwdefaults__ or {})
        positional = names[: getattr(code, "co_posonlyargcount", 0)]
        for name, value in given.items():
            if name not in positional and type(value) in (bool, int, float, str):
                self.optional[name] = (names.index(name), value)
                path = ("arg %s" % name,)
                self.kinds.setdefault(path, set()).add(type(value))
                self.pool.setdefault(path, []).append(value)
        self.asks = bool({"isinstance", "callable", "hasattr", "TypeError"} & set(code.co_names))
        if {"isnan", "isinf", "isfinite"} & set(code.co_names):
            self.special |= {"nan", "inf"}

    def unused(self, args, kwargs):
        """List the optional parameters that a call leaves out: (name, default)."""
        return [
            (name, value)
            for name, (index, value) in sorted(self.optional.items())
            if name not in kwargs and index >= len(args)
        ]

    def learn(self, args, kwargs):
        """Take in one recorded call."""
        self._shape(args, kwargs)
        for path, values in _walk(args, kwargs, LEARNED).items():
            kinds = set(map(type, values))
            self.kinds.setdefault(path, set()).update(kinds)
            if not kinds <= _DULL:
                self.special.update(*map(_special, values))
            pool = self.pool.setdefault(path, [])
            pool += values[: POOL - len(pool)]
            if path[-2:-1] == ("{}=",):
                for kind in kinds:
                    self.keyed.setdefault(path[:-1], {}).setdefault(kind, set()).add(path[-1])
            if tuple in kinds:
                self.lengths.setdefault(path, set()).update(_lengths(values))

    def _shape(self, args, kwargs):
        self.kinds.setdefault(("call",), set()).add((len(args), tuple(sorted(kwargs))))

    def knows(self, args, kwargs):
        """Tell whether a call has only types that were seen, where they were seen."""
        if not self._has_shape(args, kwargs):
            return False
        found = _walk(args, kwargs, CHECKED)
        return all(map(self._has, found, found.values())) and not _shares(args, kwargs)

    def _has(self, path, values):
        """Tell whether values of these types were seen at a path."""
        kinds, seen = set(map(type, values)), self.kinds.get(path)
        if seen is None and path[-2:-1] == ("{}=",):
            return all(self._is_usual(path, kind) for kind in kinds)
        if not kinds <= (seen or set()):
            return False
        if not kinds <= _DULL and not all(_special(value) <= self.special for value in values):
            return False
        lengths = self.lengths.get(path, ())
        return tuple not in kinds or len(lengths) != 1 or _lengths(values) <= lengths

    def _is_usual(self, path, kind):
        """Tell whether several keys of a dict, or its only one, had values of a type.

        What holds for those holds for a key that was not seen.
        """
        keyed = self.keyed.get(path[:-1], {})
        keys = keyed.get(kind, ())
        return len(keys) > 1 or (len(keys) == 1 and len(set().union(*keyed.values())) == 1)

    def _has_shape(self, args, kwargs):
        shapes = self.kinds.get(("call",), ())
        names = tuple(sorted(kwargs))
        plain = tuple(name for name in names if name not in self.optional)
        return any(
            count == len(args)
            and (seen == names or tuple(n for n in seen if n not in self.optional) == plain)
            for count, seen in shapes
        )


def _walk(args, kwargs, most):
    """Return the values of a call by their paths, level by level, up to about ``most``."""
    found = {}
    level = {("arg %s" % name,): [v] for name, v in [*enumerate(args), *kwargs.items()]}
    while level and most > 0:
        inner = {}
        for path, values in level.items():
            found.setdefault(path, []).extend(values)
            most -= len(values)
            if len(path) <= DEPTH:
                for step, items in _inside(values, most):
                    if len(step) > 1:  # the value of one key: what it holds is met without the key
                        found.setdefault((*path, *step), []).append(items)
                    else:
                        inner.setdefault((*path, *step), []).extend(items)
        level = inner
    return found


def _inside(values, most):
    """Yield (end of a path, values there) of what values hold."""
    for kind in dict.fromkeys(map(type, values)):
        if kind in _PLAIN or kind is float:
            continue
        alike = [value for value in values if type(value) is kind]
        if kind in (list, set, frozenset):
            yield ("[]",), itertools.islice(itertools.chain.from_iterable(alike), max(most, 0))
        elif kind is tuple or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
            yield from _columns(alike, most)
        elif kind is dict:
            yield from _entries(alike, most)
        else:
            yield from ((("." + name,), (item,)) for v in alike for name, item in fields(v))


def _columns(tuples, most):
    """Yield what tuples hold, at each position and at any."""
    for index in range(max(map(len, tuples)) if tuples else 0):
        if index < TABLE:
            yield ("%d" % index,), [each[index] for each in tuples if len(each) > index]
    yield ("[]",), itertools.islice(itertools.chain.from_iterable(tuples), max(most, 0))


def _entries(dicts, most):
    """Yield what dicts hold: their keys and values, and what is at each key of small ones."""
    most = max(most, 0)
    yield ("{}",), itertools.islice(itertools.chain.from_iterable(dicts), most)
    yield ("{}=",), itertools.islice(itertools.chain.from_iterable(map(dict.values, dicts)), most)
    for each in dicts:
        if len(each) <= TABLE:
            yield from ((("{}=", key), item) for key, item in each.items() if type(key) is str)


def _lengths(values):
    return {len(value) for value in values if type(value) is tuple}


def fields(value):
    """List the fields of a dataclass, or the attributes of another plain object, with values."""
    kind = type(value)
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(value)]
    elif isinstance(value, type) or callable(value) or kind.__module__ == "builtins":
        return []
    else:
        spaces = [vars(cls) for cls in kind.__mro__ if "__slots__" in vars(cls)]
        slots = [n for space in spaces for n in space if type(space[n]) is _MEMBER]
        inner = getattr(value, "__dict__", None)
        names = sorted(slots) + sorted(inner if type(inner) is dict else ())
    return [(name, getattr(value, name)) for name in names if hasattr(value, name)]


def _special(value):
    """Name what is special about a number: nobody means it unless it was seen."""
    if type(value) in _DULL:
        return _NOTHING
    if type(value) is float:
        if value != value:
            return {"nan"}
        if math.isinf(value):
            return {"inf"}
        if value == 0 and math.copysign(1, value) < 0:
            return {"-0.0"}
    if isinstance(value, type) or not hasattr(value, "dtype"):
        return set()
    flags = getattr(value, "flags", None)
    strided = flags is not None and getattr(flags, "c_contiguous", True) is False
    kind = getattr(value.dtype, "kind", "")
    bad = kind == "f" and getattr(value, "size", 0) and not _finite(value)
    return ({"strided"} if strided else set()) | ({"nan"} if bad else set())


def _finite(value):
    total = float(abs(value).sum())
    return total == total and not math.isinf(total)


def _shares(args, kwargs):
    """Tell whether two arguments are one mutable object."""
    values = [id(v) for v in [*args, *kwargs.values()] if type(v) in (list, dict, set, bytearray)]
    return len(values) != len(set(values))
