"""Describe values of the standard library that keep their state out of sight."""

import array
import collections
import contextvars
import copyreg
import datetime
import decimal
import enum
import fractions
import functools
import io
import logging
import pathlib
import random
import re
import sys
import threading
import types
import weakref

from .encode import Opaque, elements

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
_VIEWS = (type({}.keys()), type({}.values()), type({}.items()))


def describe(value, encoder, name):
    """Describe a value of a known library class; None when it is none."""
    kind = type(value)
    if issubclass(kind, enum.Enum):
        return "enum %s.%s" % (name, value._name_), [("._value_", value._value_)], False
    for base, handler in _HANDLERS:
        if issubclass(kind, base):
            text, children, tracked = handler(value, encoder)
            return _with_attributes(value, kind, base, (name + " " + text, children, tracked))
    return None


def _with_attributes(value, kind, base, found):
    text, children, tracked = found
    extra = getattr(value, "__dict__", None)
    if kind is base or not isinstance(extra, dict):
        return found
    more = [("." + str(key), item) for key, item in sorted(extra.items())]
    return text + ",".join(step for step, _ in more), list(children) + more, tracked


def reduced(value, text, encoder):
    """Describe an object through the pickle protocol, as a last resort."""
    try:
        reducer = copyreg.dispatch_table.get(type(value))
        state = reducer(value) if reducer else value.__reduce_ex__(4)
    except Exception as error:
        reason = "%s.%s" % (type(value).__module__, type(value).__qualname__)
        raise Opaque(reason) from error
    if isinstance(state, str):
        return text + " " + state, [], False
    parts = list(state) + [None] * (5 - len(state))
    children = [(".state", tuple(parts[1:3]))]
    children += [(".items", list(part)) for part in parts[3:5] if part is not None]
    return text, children, True


def _by_reduce(value, encoder):
    state = value.__reduce_ex__(4)
    children = [(".state", tuple(state[1:3] if isinstance(state, tuple) else (state,)))]
    return "", children, False


def _deque(value, encoder):
    items = list(collections.deque.__iter__(value))
    return "%d of %s" % (len(items), value.maxlen), elements(items, encoder.tolerant), True


def _mapping(value, encoder):
    items = dict.items(value)
    if isinstance(value, collections.OrderedDict):  # whose order is not that of the dict below it
        inner = {id(key): item for key, item in items}
        items = [(key, inner[id(key)]) for key in collections.OrderedDict.__iter__(value)]
    pairs = [item for pair in items for item in pair]
    children = elements(pairs, encoder.tolerant)
    factory = getattr(value, "default_factory", None)
    return "%d" % len(value), [(".default_factory", factory)] + children, True


def _proxy(value, encoder):
    return "", [("", dict(value))], False


def _view(value, encoder):
    return "%d" % len(value), elements(list(value), encoder.tolerant), False


def _array(value, encoder):
    return value.typecode, [("", value.tolist())], True


def _memory(value, encoder):
    text = "%s %s %s" % (value.format, value.shape, value.readonly)
    return text, [("", value.tobytes())], False


def _decimal(value, encoder):
    return str(decimal.Decimal.as_tuple(value)), [], False


def _fraction(value, encoder):
    return "%d/%d" % (value.numerator, value.denominator), [], False


def _pattern(value, encoder):
    return "%d" % value.flags, [(".pattern", value.pattern)], False


def _match(value, encoder):
    state = (value.re, value.string, value.pos, value.endpos, value.regs, value.lastindex)
    return "", [(".state", state)], False


def _partial(value, encoder):
    return "", [(".func", value.func), (".args", value.args), (".keywords", value.keywords)], True


def _path(value, encoder):
    return repr(value.__fspath__() if hasattr(value, "__fspath__") else str(value)), [], False


def _stream(value, encoder):
    if value.closed:
        return "closed", [], True
    return "at %d" % value.tell(), [("", value.getvalue())], True


def _random(value, encoder):
    return "", [(".state", value.getstate())], True


def _lock(value, encoder):
    return "locked" if "unlocked" not in repr(value) else "unlocked", [], True


def _logger(value, encoder):
    return value.name, [], False


def _local(value, encoder):
    return "", [(".__dict__", dict(value.__dict__))], True


def _variable(value, encoder):
    held = [(".get()", value.get())] if value in contextvars.copy_context() else []
    return value.name, held, True


def _reference(value, encoder):
    return "", [("()", value())], False


def _weak(value, encoder):
    pairs = [item for pair in list(value.items()) for item in pair]
    return "%d" % (len(pairs) // 2), elements(pairs, encoder.tolerant), True


def _slice(value, encoder):
    return "", [("", (value.start, value.stop, value.step))], False


def _bound(value, encoder):
    name = getattr(value, "__qualname__", value.__name__)
    owner = getattr(value, "__self__", None)
    return name, [] if owner is None else [(".__self__", owner)], False


def _property(value, encoder):
    return "", [(".fget", value.fget), (".fset", value.fset)], False


def _wrapped(value, encoder):
    return "", [(".__func__", value.__func__)], False


def _cached(value, encoder):
    inner = value.__wrapped__
    module = sys.modules.get(inner.__module__)
    if getattr(module, inner.__qualname__, None) is value:
        return "%s.%s" % (inner.__module__, inner.__qualname__), [], False
    return "", [(".__wrapped__", inner)], True


_HANDLERS = (
    (collections.deque, _deque),
    (collections.defaultdict, _mapping),
    (collections.OrderedDict, _mapping),
    (types.MappingProxyType, _proxy),
    (_VIEWS, _view),
    (array.array, _array),
    (memoryview, _memory),
    (decimal.Decimal, _decimal),
    (fractions.Fraction, _fraction),
    ((datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo), _by_reduce),
    (re.Pattern, _pattern),
    (re.Match, _match),
    (functools.partial, _partial),
    (pathlib.PurePath, _path),
    ((io.StringIO, io.BytesIO), _stream),
    (random.Random, _random),
    ((_LOCK, _RLOCK), _lock),
    (logging.Logger, _logger),
    (threading.local, _local),
    (contextvars.ContextVar, _variable),
    (weakref.ref, _reference),
    ((weakref.WeakValueDictionary, weakref.WeakKeyDictionary), _weak),
    (slice, _slice),
    ((types.WrapperDescriptorType, types.MethodWrapperType, types.MethodDescriptorType), _bound),
    (types.ClassMethodDescriptorType, _bound),
    (property, _property),
    ((staticmethod, classmethod), _wrapped),
    (type(functools.lru_cache(len)), _cached),
)
