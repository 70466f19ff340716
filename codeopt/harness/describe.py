"""Describe one value: its type, its own state, and the values that it holds.

``describe(value, encoder)`` returns (text, children, tracked). ``tracked`` says that the identity
of the value can be seen (it is mutable), so that aliasing counts.
"""

import itertools
import sys
import types

# bound here, so that code which patches builtins cannot change what is seen
from builtins import (
    BaseException,
    Exception,
    bytearray,
    bytes,
    dict,
    getattr,
    hasattr,
    isinstance,
    issubclass,
    len,
    list,
    object,
    repr,
    set,
    sorted,
    str,
    tuple,
    type,
)

from . import describe_arrays, describe_library
from .encode import Opaque, Real, elements, flat, members

DRAINED = 10_000  # elements taken from an iterator that is part of a result
_QUALNAME = type.__dict__["__qualname__"].__get__
_MODULE = type.__dict__["__module__"].__get__
_MRO = type.__dict__["__mro__"].__get__
_NAMESPACE = type.__dict__["__dict__"].__get__
_BASICSIZE = type.__dict__["__basicsize__"].__get__
_ITERATORS = tuple(
    {
        type(source)
        for source in (
            iter([]), iter(()), iter({}), iter(set()), iter(""), iter("\u0100"), iter(b""),
            iter(range(0)), iter(range(1 << 70)), iter({}.values()), iter({}.items()),
            reversed([]), reversed({}), iter(bytearray()), iter(int, 0),
        )
    }
)  # fmt: skip
_LAZY = (types.GeneratorType, map, filter, zip, enumerate, reversed)


def describe(value, encoder):
    """Describe any value that is not plain."""
    kind = type(value)
    handler = _EXACT.get(kind)
    if handler is not None:
        return handler(value, encoder)
    if isinstance(value, type) and issubclass(kind, type):
        return "class " + named(value, encoder), [], False
    if kind in _ITERATORS or kind in _LAZY or _MODULE(kind) == "itertools":
        return _iterator(value, encoder)
    if issubclass(kind, BaseException):
        return describe_exception(value, encoder)
    found = describe_arrays.describe(value, encoder, named(kind, encoder))
    if found is None:
        found = describe_library.describe(value, encoder, named(kind, encoder))
    return found if found is not None else _instance(value, kind, encoder)


def named(cls, encoder):
    """Return the qualified name of a class, marked when that name leads elsewhere."""
    module, qualname = _MODULE(cls), _QUALNAME(cls)
    value = sys.modules.get(module) if isinstance(module, str) else None
    for part in qualname.split("."):
        value = None if value is None else getattr(value, part, None)
    if module == "__main__" and encoder.main:
        module = encoder.main
    return "%s.%s%s" % (module, qualname, "" if value is cls else " (local)")


def describe_exception(error, encoder):
    """Describe an exception by type, arguments, attributes, notes and explicit cause."""
    kind = type(error)
    children = [("." + name, value) for name, value in sorted(_dictionary(error).items())]
    children.insert(0, (".args", BaseException.args.__get__(error)))
    for base, names in ((OSError, ("filename", "filename2")), (ImportError, ("name", "path")),
                        (SystemExit, ("code",)), (StopIteration, ("value",))):  # fmt: skip
        if issubclass(kind, base):
            children += [("." + name, getattr(error, name, None)) for name in names]
    if error.__cause__ is not None:
        children.append((".__cause__", error.__cause__))
    names = ",".join(step for step, _ in children)
    return "exception %s %s" % (named(kind, encoder), names), children, False


# ------------------------------------------------------------------ containers
def _list(value, encoder):
    return "list %d" % list.__len__(value), elements(value, encoder.tolerant), True


def _tuple(value, encoder):
    return "tuple %d" % tuple.__len__(value), elements(value, encoder.tolerant), False


def _set(value, encoder):
    return "set %d" % len(value), members(list(set.__iter__(value)), encoder), True


def _frozenset(value, encoder):
    items = list(frozenset.__iter__(value))
    return "frozenset %d" % len(items), members(items, encoder), False


def _dict(value, encoder):
    return "dict %d" % dict.__len__(value), _pairs(dict.items(value), encoder), True


def _pairs(items, encoder):
    items = list(items)
    if len(items) > 64 and flat(items, encoder.tolerant):
        return elements(items, encoder.tolerant)
    children = []
    for index, (key, value) in enumerate(items):
        plain = type(key) in (str, int, bool, type(None))
        step = "[%s]" % (repr(key)[:60] if plain else "key %d" % index)
        children += [(".keys()[%d]" % index, key), (step, value)]
    return children


def _bytearray(value, encoder):
    return "bytearray", [("", bytes(value))], True


def _complex(value, encoder):
    return "complex", [(".real", Real(value.real)), (".imag", Real(value.imag))], False


# ------------------------------------------------------------------ names
def _function(value, encoder):
    found = sys.modules.get(value.__module__)
    for part in value.__qualname__.split("."):
        found = None if found is None else getattr(found, part, None)
    if found is not value and getattr(found, "__func__", None) is not value:
        raise Opaque("a function without a name (%s)" % value.__qualname__)
    module = value.__module__
    if module == "__main__" and encoder.main:
        module = encoder.main
    return "function %s.%s" % (module, value.__qualname__), [], False


def _builtin(value, encoder):
    owner = value.__self__
    if owner is None or isinstance(owner, types.ModuleType):
        return "function %s.%s" % (value.__module__, value.__qualname__), [], False
    return "builtin method " + value.__name__, [(".__self__", owner)], False


def _method(value, encoder):
    children = [(".__self__", value.__self__), (".__func__", value.__func__)]
    return "method", children, False


def _module(value, encoder):
    return "module " + value.__name__, [], False


def _name(value, encoder):
    return type(value).__name__ + " " + repr(value), [], False


def _ellipsis(value, encoder):
    return repr(value), [], False


# ------------------------------------------------------------------ iterators
def _iterator(value, encoder):
    kind = type(value)
    if encoder.drain and id(value) not in encoder.ordinals:
        try:
            taken = list(itertools.islice(value, DRAINED))
        except Exception as error:
            return "iterator that raises", [(".error", error)], True
        return "iterator", elements(taken, encoder.tolerant), True
    if issubclass(kind, types.GeneratorType):
        raise Opaque("a generator")
    try:
        state = kind.__reduce__(value)
    except Exception as error:
        raise Opaque("an iterator (%s)" % kind.__name__) from error
    return "iterator " + kind.__name__, [(".state", tuple(state[1:]))], True


# ------------------------------------------------------------------ instances
_BASES = {
    list: _list, tuple: _tuple, set: _set, frozenset: _frozenset, dict: _dict,
    bytearray: _bytearray, complex: _complex,
}  # fmt: skip
_SCALARS = (str, bytes, int, float)
_EXACT = {
    **_BASES,
    types.FunctionType: _function,
    types.BuiltinFunctionType: _builtin,
    types.MethodType: _method,
    types.ModuleType: _module,
    type(Ellipsis): _ellipsis,
    type(NotImplemented): _ellipsis,
    range: _name,
    types.CodeType: lambda value, encoder: ("code " + value.co_name, [], False),
}


def _instance(value, kind, encoder):
    """Describe an object of a class written in Python by its base content and its attributes."""
    text, children = "object " + named(kind, encoder), []
    tracked = not _is_frozen(kind)
    base = next((cls for cls in _MRO(kind) if cls in _BASES or cls in _SCALARS), None)
    if base in _SCALARS:
        children, tracked = [("", base.__getnewargs__(value)[0])], False
    elif base is not None:
        inner, children, _ = _BASES[base](value, encoder)
        text += " " + inner
        tracked = tracked and not (base is tuple or base is frozenset)
    elif _hides_state(kind):
        return describe_library.reduced(value, text, encoder)
    attributes = sorted(_attributes(value, kind).items(), key=lambda item: str(item[0]))
    text += " " + ",".join(str(name) for name, _ in attributes)
    return text, children + [("." + str(name), item) for name, item in attributes], tracked


def _attributes(value, kind):
    found = dict(_dictionary(value))
    for cls in _MRO(kind):
        for name, member in _NAMESPACE(cls).items():
            if type(member) is types.MemberDescriptorType and name not in found:
                try:
                    found[name] = member.__get__(value)
                except AttributeError:
                    continue
    return found


def _dictionary(value):
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_frozen(kind):
    parameters = getattr(kind, "__dataclass_params__", None)
    return bool(parameters is not None and parameters.frozen)


def _hides_state(kind):
    """Tell whether a C base class keeps state that attributes do not show."""
    for cls in _MRO(kind):
        base = cls.__base__
        if base is None:
            return False
        namespace = _NAMESPACE(cls)
        members = sum(type(item) is types.MemberDescriptorType for item in namespace.values())
        shown = members + ("__dict__" in namespace) + ("__weakref__" in namespace)
        if _BASICSIZE(cls) - _BASICSIZE(base) > 8 * shown:
            return not hasattr(cls, "__slots__") or cls.__module__ == "builtins"
    return False
