"""Learn from recorded calls which types were seen where, and tell what lies outside of that."""

import dataclasses
import math
import types

DEPTH = 6
_MEMBER = types.MemberDescriptorType
WIDTH = 40  # elements of a container that are looked at
POOL = 60  # values kept for one path


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
        for path, value in self._walk(args, kwargs):
            self.kinds.setdefault(path, set()).add(type(value))
            self.special |= _special(value)
            pool = self.pool.setdefault(path, [])
            if len(pool) < POOL:
                pool.append(value)
            if path[-2:-1] == ("{}=",):
                keys = self.keyed.setdefault(path[:-1], {}).setdefault(type(value), set())
                keys.add(path[-1])
            if type(value) is tuple:
                self.lengths.setdefault(path, set()).add(len(value))

    def _shape(self, args, kwargs):
        self.kinds.setdefault(("call",), set()).add((len(args), tuple(sorted(kwargs))))

    def knows(self, args, kwargs):
        """Tell whether a call has only types that were seen, where they were seen."""
        if not self._has_shape(args, kwargs):
            return False
        for path, value in self._walk(args, kwargs):
            kinds = self.kinds.get(path)
            if kinds is None and path[-2:-1] == ("{}=",) and self._is_usual(path, value):
                continue
            if type(value) not in (kinds or ()) or _special(value) - self.special:
                return False
            lengths = self.lengths.get(path)
            if type(value) is tuple and len(lengths or ()) == 1 and len(value) not in lengths:
                return False
        return not _shares(args, kwargs)

    def _is_usual(self, path, value):
        """Tell whether several keys of a dict, or its only one, had values of a type.

        What holds for those holds for a key that was not seen.
        """
        keyed = self.keyed.get(path[:-1], {})
        keys = keyed.get(type(value), ())
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

    def _walk(self, args, kwargs):
        found = []
        for index, value in enumerate(args):
            _collect(value, ("arg %d" % index,), found, 0)
        for name, value in kwargs.items():
            _collect(value, ("arg %s" % name,), found, 0)
        return found


def _collect(value, path, found, depth):
    found.append((path, value))
    if depth > DEPTH:
        return
    kind = type(value)
    if kind in (list, set, frozenset):
        for item in list(value)[:WIDTH]:
            _collect(item, path + ("[]",), found, depth + 1)
    elif kind is tuple or (isinstance(value, tuple) and hasattr(kind, "_fields")):
        for index, item in enumerate(value[:WIDTH]):
            _collect(item, path + ("%d" % index,), found, depth + 1)
            _collect(item, path + ("[]",), found, depth + 1)
    elif kind is dict:
        for key, item in list(value.items())[:WIDTH]:
            _collect(key, path + ("{}",), found, depth + 1)
            if type(key) is str:
                found.append((path + ("{}=", key), item))
            _collect(item, path + ("{}=",), found, depth + 1)
    else:
        for name, item in fields(value)[:WIDTH]:
            _collect(item, path + ("." + name,), found, depth + 1)


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
