"""Watch the data in a module's namespace: what a call changes there is part of what it does.

So is what it changes in the modules of the project that its module names: their public globals are
watched, too, and are called ``package.module.NAME``. Private ones are caches more often than not.
"""

import decimal
import inspect
import itertools
import operator
import os
import sys
import types

# bound here, so that code which patches builtins cannot change what is seen
from builtins import (
    all,
    dict,
    getattr,
    isinstance,
    len,
    list,
    map,
    set,
    sorted,
    type,
    vars,
)

from .describe import _MODULE, describe
from .encode import Encoder, Section, digest
from .marks import Mark

_DATA = (
    "builtins", "_io", "collections", "array", "random", "decimal", "itertools", "numpy", "_thread",
    "_contextvars", "weakref",
)  # fmt: skip
_DECIMAL = "decimal.getcontext()"
SLOW = 1500  # tokens: a global that takes more to describe is not looked at after every call
ALL = 3000  # tokens of all globals together


class State:
    """Watch the data in a module's namespace.

    What is made of plain values, containers and objects of the project is compared by identity,
    which costs little; the rest is described. Objects that are costly to describe are only seen at
    the end, and those of foreign classes not at all: they keep caches that are nobody's business.
    """

    def __init__(self, module):
        self.module = module
        self.near = {key: found for other in near(module) for key, found in _public(other)}
        self.before = {}
        self.marks = {}
        sizes = []
        now = self._now()
        for name, value in now.items():
            self.before.update(self._look([name], now, sizes))
            home = self._home(name)
            mark = Mark.of(value, _state(value, home), home)
            if mark is not None:
                self.marks[name] = mark
        quick = {name for name, mark in self.marks.items() if not mark.objects}
        left = sorted((size, name) for size, name in sizes if name not in quick)
        self.bare = {name: mark.value for name, mark in self.marks.items() if mark.bare}
        self.slow = _too_slow(left)

    def changes(self, thorough=False):
        """Return what is not as it was, as digests by name."""
        now = self._now()
        bare = all(map(operator.is_, self.bare.values(), map(now.get, self.bare)))
        kept = self.bare.keys() if bare else ()
        names = [
            name
            for name, value in now.items()
            if name not in kept
            and (thorough or name not in self.slow)
            and not (name in self.marks and self.marks[name].holds(value))
        ]
        gone = {name: "" for name in self.before if name not in now}
        found = {**self._look(names, now), **gone}
        return {name: v for name, v in found.items() if self.before.get(name) != v}

    def renewed(self):
        """Return a State that takes things as they are now: this one, where nothing has changed."""
        now = self._now()
        held = all(mark.holds(now.get(name)) for name, mark in self.marks.items())
        return self if held and not self.changes(thorough=True) else State(self.module)

    def _now(self):
        """Return the globals as they are now, by what they are called here."""
        found = dict(vars(self.module))
        for key, (other, name) in self.near.items():
            if name in vars(other):
                found[key] = vars(other)[name]
        found[_DECIMAL] = _arithmetic()
        return found

    def _home(self, key):
        return self.near[key][0] if key in self.near else self.module

    def _look(self, names, now, sizes=None):
        found = {}
        for name in names:
            dunder = name.startswith("__") and name.endswith("__")
            state = None if dunder else _state(now[name], self._home(name))
            if state is not None:
                section = Encoder(describe).walk(state, name, Section(), register=True)
                found[name] = digest(section.tokens)
                if sizes is not None:
                    sizes.append((len(section.tokens) + section.packed, name))
        return found


def _arithmetic():
    """Say how decimal numbers are computed in this thread; flags that were raised don't count."""
    context = decimal.getcontext()
    traps = sorted(signal.__name__ for signal, is_set in context.traps.items() if is_set)
    return sys.intern("%d %s %s" % (context.prec, context.rounding, traps))  # to be one object


def near(module):
    """List the other modules of the project that a module names, or names functions of."""
    found = {}
    for value in list(vars(module).values()):
        other = value
        if inspect.isroutine(value) or isinstance(value, type):
            other = sys.modules.get(getattr(value, "__module__", None) or "")
        if isinstance(other, types.ModuleType) and other is not module and _is_ours(other):
            found[other.__name__] = other
    return [found[name] for name in sorted(found)]


def _is_ours(module):
    """Tell whether a module's file is in the working directory, which is the tree."""
    path = os.path.realpath(vars(module).get("__file__") or os.sep)
    return path.startswith(os.getcwd() + os.sep) and "site-packages" not in path.split(os.sep)


def _public(module):
    """List (what it is called here, (module, name)) of the public globals that may change."""
    for name, value in list(vars(module).items()):
        state = None if name.startswith("_") else _state(value, module)
        if state is not None and not (isinstance(value, type) and not state):
            yield "%s.%s" % (module.__name__, name), (module, name)


def _too_slow(sizes):
    """Name what would make every call slow, of (tokens, name) with the smallest first."""
    totals = itertools.accumulate(size for size, _ in sizes)
    return {name for (size, name), total in zip(sizes, totals) if size > SLOW or total > ALL}


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
