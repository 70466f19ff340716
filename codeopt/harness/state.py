"""Watch the data in a module's namespace: what a call changes there is part of what it does."""

import collections
import inspect
import itertools
import operator
import re
import types

# bound here, so that code which patches builtins cannot change what is seen
from builtins import (
    all,
    dict,
    frozenset,
    getattr,
    isinstance,
    len,
    list,
    map,
    set,
    tuple,
    type,
    vars,
)

from .describe import _MODULE, describe
from .encode import Encoder, Section, digest

_DATA = ("builtins", "_io", "collections", "array", "random", "decimal", "itertools", "numpy")
_ATOMS = frozenset(
    (int, float, complex, bool, str, bytes, type(None), type(Ellipsis), range, re.Pattern,
     types.BuiltinFunctionType, types.FunctionType, types.ModuleType, object, type, property)
)  # fmt: skip
SLOW = 1500  # tokens: a global that takes more to describe is not looked at after every call
ALL = 3000  # tokens of all globals together
PARTS = 20_000  # containers in one global that are watched one by one
_DICTS = (dict, collections.defaultdict, collections.OrderedDict, collections.Counter)
_CONTAINERS = (list, tuple, set, frozenset, collections.deque, *_DICTS)


class State:
    """Watch the data in a module's namespace.

    What is made of plain values and containers is compared by identity, which costs little; the
    rest is described. What is costly to describe is only seen at the end, and objects of foreign
    classes not at all: they keep caches that are nobody's business.
    """

    def __init__(self, module):
        self.module = module
        self.before = {}
        self.marks = {}
        sizes = []
        for name, value in list(vars(module).items()):
            self.before.update(self._look([name], sizes))
            mark = Mark.of(value, _state(value, module), module)
            if mark is not None:
                self.marks[name] = mark
        left = sorted((size, name) for size, name in sizes if name not in self.marks)
        self.bare = {name: mark.value for name, mark in self.marks.items() if not mark.parts}
        self.slow = _too_slow(left)

    def changes(self, thorough=False):
        """Return what is not as it was, as digests by name."""
        now = vars(self.module)
        bare = all(map(operator.is_, self.bare.values(), map(now.get, self.bare)))
        kept = self.bare.keys() if bare else ()
        names = [
            name
            for name, value in list(now.items())
            if name not in kept
            and (thorough or name not in self.slow)
            and not (name in self.marks and self.marks[name].holds(value))
        ]
        gone = {name: "" for name in self.before if name not in now}
        found = {**self._look(names), **gone}
        return {name: v for name, v in found.items() if self.before.get(name) != v}

    def _look(self, names, sizes=None):
        found = {}
        for name in names:
            dunder = name.startswith("__") and name.endswith("__")
            state = None if dunder else _state(vars(self.module)[name], self.module)
            if state is not None:
                section = Encoder(describe).walk(state, name, Section(), register=True)
                found[name] = digest(section.tokens)
                if sizes is not None:
                    sizes.append((len(section.tokens) + section.packed, name))
        return found


def _too_slow(sizes):
    """Name what would make every call slow, of (tokens, name) with the smallest first."""
    totals = itertools.accumulate(size for size, _ in sizes)
    return {name for (size, name), total in zip(sizes, totals) if size > SLOW or total > ALL}


class Mark:
    """Remember the identities of all that a global is made of."""

    def __init__(self, value, parts):
        self.value = value
        self.parts = parts
        self.groups = [_group(parts, *each) for each in _GROUPS]

    @classmethod
    def of(cls, value, state, module):
        """Mark a global; None when it holds something whose changes identities do not show."""
        parts, seen, stack = [], set(), [state]
        if _is_owner(value, module):
            parts.append((value, None))
        elif state is not None:
            stack = [value]
        while stack:
            inner = stack.pop()
            kind = type(inner)
            if kind in _ATOMS or id(inner) in seen:
                continue
            if kind not in _CONTAINERS or len(parts) > PARTS:
                return None
            seen.add(id(inner))
            parts.append((inner, kind))
            stack += [item for item in _items(inner, kind) if type(item) not in _ATOMS]
        return cls(value, parts)

    def holds(self, value):
        """Tell whether ``value`` is the marked one, in all its parts as it was."""
        return value is self.value and all(_is_as_before(*group) for group in self.groups)


def _group(parts, kinds, lengths, flat):
    """Take together what is looked at in one way: all of it at once, in the speed of C."""
    found = [part for part, kind in parts if kind in kinds]
    return found, lengths, list(lengths(found)), flat, list(flat(found))


def _is_as_before(parts, lengths, sizes, flat, items):
    """Tell whether containers have their lengths and hold the very same objects."""
    return list(lengths(parts)) == sizes and all(map(operator.is_, items, flat(parts)))


def _sizes(parts):
    return map(len, parts)


def _entries(parts):
    return itertools.chain.from_iterable(itertools.chain.from_iterable(map(dict.items, parts)))


def _factories(parts):
    return [part.default_factory for part in parts]


def _owned(parts):
    return itertools.chain.from_iterable(_items(part, None) for part in parts)


def _owned_sizes(parts):
    return [len(_items(part, None)) for part in parts]


_GROUPS = (
    (frozenset(_CONTAINERS) - frozenset(_DICTS), _sizes, itertools.chain.from_iterable),
    (frozenset(_DICTS), _sizes, _entries),
    (frozenset((collections.defaultdict,)), _sizes, _factories),
    (frozenset((None,)), _owned_sizes, _owned),
)


def _is_owner(value, module):
    """Tell whether it is a class or function of the module, whose attributes may change."""
    own = getattr(value, "__module__", None) == module.__name__
    return own and (isinstance(value, type) or type(value) is types.FunctionType)


def _items(value, kind):
    """List what a container holds, or the attributes of a class or function."""
    if kind is None:
        named = [*vars(value).items(), *(getattr(value, "__kwdefaults__", None) or {}).items()]
        return [
            *itertools.chain.from_iterable(named),
            *(getattr(value, "__defaults__", None) or ()),
        ]
    if kind in _DICTS:
        factory = value.default_factory if kind is collections.defaultdict else None
        return [factory, *itertools.chain.from_iterable(dict.items(value))]
    return list(value)


def _state(value, module):
    """Return what may change in a global: its value, or the attributes of a class or function."""
    if isinstance(value, types.ModuleType):
        return None
    own = getattr(value, "__module__", None) == module.__name__
    if isinstance(value, type):
        return _attributes(value) if own else None
    if inspect.isroutine(value):
        return _kept(value) if own else None
    home = _MODULE(type(value))
    package = module.__name__.partition(".")[0]
    ours = isinstance(home, str) and home.partition(".")[0] in (package, *_DATA)
    return (value,) if ours else None


def _kept(function):
    """Return what a function keeps between calls: its attributes and defaults that may change."""
    defaults = getattr(function, "__defaults__", None) or ()
    named = getattr(function, "__kwdefaults__", None) or {}
    changing = [v for v in [*defaults, *named.values()] if type(v) in (list, dict, set, bytearray)]
    attributes = dict(getattr(function, "__dict__", None) or {})
    return (attributes, changing) if attributes or changing else None


def _attributes(cls):
    return {
        name: value
        for name, value in vars(cls).items()
        if not (inspect.isroutine(value) or inspect.isdatadescriptor(value))
        and not isinstance(value, (type, classmethod, staticmethod, property))
        and not (name.startswith("__") and name.endswith("__"))
        and name not in ("_abc_impl",)
    }
