"""Show values to a person: bounded, and without running any ``__repr__`` of the project."""

import datetime
import decimal
import enum
import fractions
import math

_SCALARS = (int, bool, str, bytes, type(None), complex)
_BRACKETS = {list: "[]", tuple: "()", set: "{}", frozenset: "{}"}


def preview(value, room=400):
    """Return a short text for any value, cut at ``room`` characters."""
    parts = []
    _show(value, parts, [room], 4)
    text = "".join(parts)
    return text if len(text) <= room else text[: room - 1] + "…"


def call(name, args, kwargs, room=300):
    """Show a call."""
    parts = [preview(value, room) for value in args]
    parts += ["%s=%s" % (key, preview(value, room)) for key, value in kwargs.items()]
    text = "%s(%s)" % (name, ", ".join(parts))
    return text if len(text) <= room else text[: room - 1] + "…"


def _show(value, parts, room, depth):
    if room[0] <= 0 or depth < 0:
        return parts.append("…")
    kind = type(value)
    if kind in _BRACKETS:
        return _show_items(value, parts, room, depth)
    if kind is dict:
        return _show_pairs(value, parts, room, depth)
    text = _scalar(value, kind)
    if text is None:
        return _show_object(value, kind, parts, room, depth)
    room[0] -= len(text)
    return parts.append(text)


def _scalar(value, kind):
    if kind in (str, bytes) and len(value) > 200:
        return repr(value[:200]) + "…"
    if kind is int and abs(value) > 1 << 4000:
        return hex(value)[:40] + "…"
    if kind in _SCALARS or kind is float:
        return repr(value)
    if kind in (decimal.Decimal, fractions.Fraction) or kind.__module__ == "datetime":
        return repr(value)
    if issubclass(kind, enum.Enum):
        return "%s.%s" % (kind.__name__, value._name_)
    if isinstance(value, type):
        return type.__dict__["__qualname__"].__get__(value)
    if kind.__module__ == "numpy" and hasattr(value, "dtype"):
        return _array(value)
    return getattr(value, "__qualname__", None) if callable(value) else None


def _array(value):
    flat = [preview(item, 40) for item in value.ravel()[:12].tolist()]
    return "array([%s%s], %s, shape %s)" % (
        ", ".join(flat), ", …" if value.size > 12 else "", value.dtype.str, value.shape,
    )  # fmt: skip


def _show_items(value, parts, room, depth):
    opening, closing = _BRACKETS[type(value)]
    parts.append(opening)
    for index, item in enumerate(value):
        if room[0] <= 0:
            parts.append("…")
            break
        if index:
            parts.append(", ")
        _show(item, parts, room, depth - 1)
    parts.append(",)" if closing == ")" and len(value) == 1 else closing)


def _show_pairs(value, parts, room, depth):
    parts.append("{")
    for index, (key, item) in enumerate(value.items()):
        if room[0] <= 0:
            parts.append("…")
            break
        if index:
            parts.append(", ")
        _show(key, parts, room, depth - 1)
        parts.append(": ")
        _show(item, parts, room, depth - 1)
    parts.append("}")


def _show_object(value, kind, parts, room, depth):
    parts.append(kind.__name__ + "(")
    room[0] -= len(kind.__name__)
    if isinstance(value, BaseException):
        _show_fields(enumerate(value.args), parts, room, depth)
    elif isinstance(value, (list, tuple, set, frozenset)):
        _show(list(value), parts, room, depth - 1)
    elif isinstance(value, dict):
        _show(dict(value), parts, room, depth - 1)
    else:
        _show_fields(_fields(value), parts, room, depth)
    parts.append(")")


def _fields(value):
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        found = {}
    names = [name for cls in type(value).__mro__ for name in _slots(cls)]
    slots = [(name, getattr(value, name)) for name in names if hasattr(value, name)]
    return slots + sorted(found.items(), key=lambda item: str(item[0]))


def _slots(cls):
    slots = vars(cls).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _show_fields(pairs, parts, room, depth):
    for index, (name, item) in enumerate(pairs):
        if index:
            parts.append(", ")
        if room[0] <= 0:
            parts.append("…")
            break
        if isinstance(name, str):
            parts.append(name + "=")
        _show(item, parts, room, depth - 1)


class NotLiteral(Exception):
    """The value has no short expression that builds it."""


def source(value, imports, room):
    """Return an expression that builds ``value``; raise NotLiteral when there is none.

    ``imports`` collects the modules that it needs; ``room`` is a list with the characters left.
    """
    kind = type(value)
    if kind in _BRACKETS or kind is dict:
        text = _source_container(value, kind, imports, room)
    elif kind is float:
        text = repr(value) if math.isfinite(value) else "float(%r)" % str(value)
    elif kind in _SCALARS:
        text = repr(value)
    else:
        text = _source_object(value, kind, imports, room)
    room[0] -= len(text) if kind not in _BRACKETS else 2
    if room[0] < 0:
        raise NotLiteral("too long")
    return text


def _source_container(value, kind, imports, room):
    if kind is dict:
        pairs = [
            "%s: %s" % (source(key, imports, room), source(item, imports, room))
            for key, item in value.items()
        ]
        return "{%s}" % ", ".join(pairs)
    items = ", ".join([source(item, imports, room) for item in value])
    if kind is tuple:
        return "(%s,)" % items if len(value) == 1 else "(%s)" % items
    if kind is list:
        return "[%s]" % items
    if kind is frozenset:
        return "frozenset([%s])" % items
    return "{%s}" % items if items else "set()"


def _source_object(value, kind, imports, room):
    module, name = kind.__module__, kind.__qualname__
    if issubclass(kind, enum.Enum):
        imports.add(module)
        return "%s.%s[%r]" % (module, name, value._name_)
    if kind is decimal.Decimal:
        imports.add("decimal")
        return "decimal.%r" % value
    if kind in (datetime.date, datetime.datetime, datetime.timedelta, datetime.time):
        imports.add("datetime")
        return repr(value)
    if kind is fractions.Fraction:
        imports.add("fractions")
        return "fractions.%r" % value
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        imports.add(module)
        return "%s.%s(%s)" % (module, name, ", ".join(source(v, imports, room) for v in value))
    if isinstance(getattr(kind, "__dataclass_fields__", None), dict):
        return _source_dataclass(value, module + "." + name, imports, room)
    raise NotLiteral(name)


def _source_dataclass(value, name, imports, room):
    imports.add(type(value).__module__)
    fields = type(value).__dataclass_fields__.values()
    if not all(field.init for field in fields):
        raise NotLiteral(name)
    pairs = ["%s=%s" % (f.name, source(getattr(value, f.name), imports, room)) for f in fields]
    return "%s(%s)" % (name, ", ".join(pairs))
