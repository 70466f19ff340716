"""Pickle the arguments of real calls, and say why some cannot be.

Modules, sentinels, and functions and classes of ``__main__`` go by name; functions that have no
name of their own (lambdas, closures) go by value; unlocked locks become new ones.
"""

import builtins
import importlib
import io
import marshal
import pickle
import sys
import threading
import types

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
_REASONS = (
    ("_io.", "open file"),
    ("'TextIOWrapper'", "open file"),  # as Python 3.12 names it
    ("'Buffered", "open file"),
    ("'FileIO'", "open file"),
    ("socket", "socket"),
    ("generator", "generator"),
    ("coroutine", "coroutine"),
    ("sqlite3.", "database connection"),
    ("_thread.", "lock that is held"),
    ("weakref", "weak reference"),
    ("Mock", "test double"),
    ("frame", "stack frame"),
    ("traceback", "traceback"),
    ("module", "module"),
)


class CannotPickle(Exception):
    """The arguments cannot be recorded; the message is the reason."""


class Pickler(pickle.Pickler):
    """Pickle by value what can be, by name what is unique in its module."""

    def __init__(self, file, singletons, main):
        super().__init__(file, 5)
        self.singletons = singletons
        self.main = main

    def reducer_override(self, value):
        """Choose how objects go that are not of a plain built-in type."""
        kind = type(value)
        if kind is types.ModuleType:
            return (importlib.import_module, (value.__name__,))
        found = self.singletons.get(id(value))
        if found is not None and found[2] is value:
            return (find, found[:2])
        named = kind is types.FunctionType or isinstance(value, type)
        if named and self.main and value.__module__ == "__main__" and _is_named(value):
            return (find, (self.main, value.__qualname__))
        if kind is types.FunctionType and (value.__module__ == "__main__" or not _is_named(value)):
            return _reduce_function(value, self.main)
        if kind is _LOCK and not value.locked():
            return (threading.Lock, ())
        if kind is _RLOCK and "unlocked" in repr(value):
            return (threading.RLock, ())
        if kind is types.MappingProxyType:
            return (types.MappingProxyType, (dict(value),))
        return NotImplemented


def find(module, qualname):
    """Return what has this name in a module."""
    value = importlib.import_module(module)
    for part in qualname.split("."):
        value = getattr(value, part)
    return value


def dump(value, singletons, main=None):
    """Pickle ``value``; raise CannotPickle with a reason that a person understands."""
    file = io.BytesIO()
    try:
        Pickler(file, singletons, main).dump(value)
    except RecursionError:
        raise CannotPickle("nested too deeply") from None
    except Exception as error:  # __reduce__ and __getstate__ are the project's code
        raise CannotPickle(reason(error)) from error
    return file.getvalue()


def load(blob):
    """Build a fresh copy of what was pickled."""
    return pickle.loads(blob)


def reason(error):
    """Turn the message of a failed pickle into a short reason."""
    text = str(error)
    for part, name in _REASONS:
        if part in text:
            return name
    return "%s: %s" % (type(error).__name__, text[:120])


def sentinels(prefix):
    """Index the unique objects of the modules below ``prefix``: identity -> (module, name, it)."""
    found = {}
    for module_name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or not file.startswith(prefix) or module_name == "__main__":
            continue
        for name, value in list(vars(module).items()):
            if type(value) is object or _is_stateless(value):
                found.setdefault(id(value), (module_name, name, value))
    return found


def _is_stateless(value):
    kind = type(value)
    if not kind.__flags__ & (1 << 9) or isinstance(value, (type, tuple, types.FunctionType)):
        return False
    plain = kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__
    slots = any("__slots__" in vars(cls) and vars(cls)["__slots__"] for cls in kind.__mro__)
    return plain and kind.__base__ is object and not slots and not getattr(value, "__dict__", None)


def _is_named(value):
    found = sys.modules.get(value.__module__)
    for part in value.__qualname__.split("."):
        found = None if found is None else getattr(found, part, None)
    return found is value or getattr(found, "__func__", None) is value


def _reduce_function(value, main):
    module, used = value.__module__, {}
    if module == "__main__":  # a script that is not run again: what the function uses goes along
        module = main
        used = {} if main else _used(value.__code__, value.__globals__)
    cells = tuple(_contents(cell) for cell in value.__closure__ or ())
    attributes = (dict(vars(value)), value.__qualname__, used)
    state = (value.__defaults__, value.__kwdefaults__, attributes, cells)
    body = (marshal.dumps(value.__code__), module, value.__name__, len(cells))
    return (make_function, body, state, None, None, set_function)


def _used(code, namespace):
    found = {name: namespace[name] for name in code.co_names if name in namespace}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found.update(_used(constant, namespace))
    return found


def _contents(cell):
    try:
        return (cell.cell_contents,)
    except ValueError:
        return ()


def make_function(code, module, name, cells):
    """Build a function whose closure is still empty."""
    namespace = vars(importlib.import_module(module)) if module else {"__builtins__": builtins}
    closure = tuple(types.CellType() for _ in range(cells)) or None
    made = types.FunctionType(marshal.loads(code), namespace, name, None, closure)
    made.__module__ = module or "__main__"
    return made


def set_function(function, state):
    """Fill in what a function refers to."""
    defaults, keyword_defaults, (attributes, qualname, used), cells = state
    function.__defaults__, function.__kwdefaults__ = defaults, keyword_defaults
    function.__qualname__ = qualname
    function.__globals__.update(used)
    vars(function).update(attributes)
    for cell, contents in zip(function.__closure__ or (), cells):
        if contents:
            cell.cell_contents = contents[0]
