"""Change a value into others that are worth trying; all choices come from a seeded generator."""

import copy
import enum
import sys

from . import mutate_library, pickling
from .domain import fields

LARGE = 50  # elements from which a value is copied by pickle
LONGEST = 3000  # elements of a list that is made to a length
SIGNS = "\\'\"%{}.,*+?()[]|^$&<>/:;=#@!~`"
LETTERS = "aZ0 _-\n\tßİé\u0301ﬁΣ中😀²٣"
RARE = "\u200d\u200c\ufe0f\u200b\xa0\xad\u2028\ufeffאع\u094dक"  # hardly seen, or not at all
_WORDS = (
    "",
    " ",
    "\n",
    "a",
    "0",
    "-1",
    "ß",
    "²",
    "٣",
    "\\",
    "a\\1",
    "İx",
    "é",
    "e\u0301",
    "ΑΣ",
    "中文",
    "😀",
    "\x00",
    "a\r\nb",
    "nan",
    "-inf",
    "1e5",
    "1,234.5",
    "007",
)
_INTEGERS = (0, 1, -1, 2, 3, -2, 7, 10, 100, -100, 255, 256, 1000)
_HUGE = (2**31, 2**64 - 1, 10**16 - 1, 2**63, -(2**63), 10**30)
_FLOATS = (0.0, 1.0, -1.0, 0.5, -0.5, 0.1, 2.5, 1e-9, 1e9, 1e300)
_SPECIAL = (float("nan"), float("inf"), float("-inf"), -0.0)


class Mutator:
    """Make variants; ``pool`` maps paths to values seen there, ``words`` are constants."""

    blobs = {}  # noqa: RUF012 - shared by all: pickles of large values of the pool, by identity
    asks = False  # whether the code asks for types, so that other types are worth a try

    def __init__(self, random, pool, words):
        self.random = random
        self.pool = pool
        self.words = words
        self.texts = _texts(pool)

    def variant(self, value, path, depth=0):
        """Return a changed copy of ``value``."""
        kind = type(value)
        roll = self.random.random()
        if roll < 0.15 and self.pool.get(path):
            return self._drawn(path)
        if roll < 0.2 and (depth or self.asks):
            return self._foreign(value)
        maker = _MAKERS.get(kind)
        if maker is not None:
            return maker(self, value, path, depth)
        if kind in mutate_library.MAKERS:
            return mutate_library.MAKERS[kind](self, value, path, depth)
        return self._object(value, kind, path, depth)

    def _foreign(self, value):
        """Return something of another type than was seen."""
        kind = type(value)
        options = [None, 0, "", [], ()] + ([len, bool, 2.5] if self.asks else [])
        if kind is int:
            options += [float(value) if abs(value) < 2**53 else 0.0, bool(value), str(value)]
        elif kind is bool:
            options += [int(value)]
        elif kind is str:
            options += [Word(value), value.encode("utf-8", "replace")]
        elif kind is list:
            options += [tuple(value), iter(list(value))]
        elif kind is tuple:
            options += [list(value)]
        elif kind is float and value == value and abs(value) < 1e15:
            options += [int(value)]
        return self.random.choice(options)

    def _boolean(self, value, path, depth):
        return not value

    def _integer(self, value, path, depth):
        constants = [word for word in self.words if type(word) is int]
        near = [c + d for c in constants for d in (-1, 0, 1)]
        multiples = [c * d for c in constants[:40] for d in (2, 3, value) if abs(c * d) < 1 << 64]
        options = [value + 1, value - 1, -value, value * 2, value // 2, *self._powers(value)]
        huge = _HUGE if self.random.random() < 0.05 else ()
        return self._pick(options, _INTEGERS, near, near, multiples, huge)

    def _powers(self, value):
        """Make numbers of another magnitude."""
        most = (4, 12) if self.random.random() < 0.8 else (15, 40)
        power = 10 ** self.random.randint(1, most[0])
        return (power, power - 1, value + power, 1 << self.random.randint(1, most[1]))

    def _float(self, value, path, depth):
        constants = [float(word) for word in self.words if type(word) in (int, float)]
        special = _SPECIAL if self.random.random() < 0.2 else ()
        options = [
            value + 1,
            -value,
            value * 2,
            value / 3,
            float(round(value)) if _small(value) else 0.0,
        ]
        power = 10.0 ** self.random.randint(-35, 35)
        magnitudes = [power, value * power, power * (1 - 1e-9), 9.995 * power]
        near = [c + d for c in constants for d in (-1.0, 0.0, 1.0, 0.5)]
        return self._pick(options, _FLOATS, near, magnitudes, special)

    def _pick(self, *groups):
        groups = [group for group in groups if group]
        return self.random.choice(self.random.choice(groups))

    def _text(self, value, path, depth):
        random = self.random
        constants = [word for word in self.words if type(word) is str]
        roll = random.random()
        if roll < 0.25:
            return random.choice(_WORDS)
        if roll < 0.35 and constants:
            return random.choice(constants)
        if roll < 0.38 and value:
            length = self._length()
            return (value * (length // len(value) + 1))[:length]
        if roll < 0.5:
            return random.choice(
                [value[::-1], value + value, value.upper(), value.lower(), value.swapcase(),
                 " " + value, value + " ", value + "\n", value.title(), value * 40]
            )  # fmt: skip
        return self._edited(value, constants)

    def _edited(self, value, constants):
        """Insert, delete or repeat pieces of a text."""
        random = self.random
        for _ in range(random.choice((1, 1, 2, 4))):
            at = random.randint(0, len(value))
            piece = random.choice(random.choice((LETTERS, LETTERS, SIGNS, RARE)))
            if constants and random.random() < 0.4:
                piece = random.choice(constants)
            elif random.random() < 0.25:
                piece = self._borrowed(piece)
            elif value and random.random() < 0.5:
                start = random.randrange(len(value))
                piece = value[start : start + random.randint(1, 5)]
            cut = at + random.choice((0, 0, 1, 3))
            value = value[:at] + (piece if random.random() < 0.7 else "") + value[cut:]
        return value

    def _borrowed(self, otherwise):
        """Take a piece from a text that was seen elsewhere, or a letter by a number of the code."""
        numbers = [word for word in self.words if type(word) is int and 32 <= word < 0x110000]
        if numbers and self.random.random() < 0.4:
            number = self.random.choice(numbers)
            return chr(number) if not 0xD800 <= number < 0xE000 else otherwise
        text = self.random.choice(self.texts) if self.texts else ""
        if not text:
            return otherwise
        start = self.random.randrange(len(text))
        return text[start : start + self.random.choice((1, 1, 2, 5, 40))]

    def _bytes(self, value, path, depth):
        text = self._text(value.decode("latin-1"), path, depth)
        return type(value)(text.encode("utf-8", "replace"))

    def _list(self, value, path, depth):
        return self._sequence(list(value), path, depth)

    def _tuple(self, value, path, depth):
        lengths = {len(other) for other in self.pool.get(path, ()) if type(other) is tuple}
        if value and len(lengths) < 2:
            index = self.random.randrange(len(value))
            changed = self.variant(value[index], path + ("%d" % index,), depth + 1)
            return value[:index] + (changed,) + value[index + 1 :]
        return tuple(self._sequence(list(value), path, depth))

    def _sequence(self, items, path, depth):
        random = self.random
        inner = path + ("[]",)
        pool = self.pool.get(inner, ())
        for _ in range(random.choice((1, 1, 2, 3))):
            index = random.randrange(len(items)) if items else 0
            step = random.choice(_STEPS)
            if step == "change" and items:
                items[index] = self.variant(items[index], inner, depth + 1)
            elif step == "insert" and pool:
                items.insert(index, copy.deepcopy(random.choice(pool)))
            elif step == "drop" and items:
                del items[index]
            elif step == "double" and items:
                items.insert(random.randint(0, len(items)), copy.deepcopy(items[index]))
            elif step == "twin" and items:
                other = self.variant(items[index], inner, depth + 1)
                items.insert(random.choice((index, len(items))), other)
            elif step == "swap" and items:
                other = random.randrange(len(items))
                items[index], items[other] = items[other], items[index]
            else:
                items = self._reshape(items, step)
        return items

    def _reshape(self, items, step):
        if step == "empty":
            return []
        if step == "single":
            return items[:1]
        if step == "reverse":
            return items[::-1]
        if step == "half":
            return items[: len(items) // 2]
        if step == "many":
            return [copy.deepcopy(x) for _ in range(4 if len(items) > 50 else 8) for x in items][
                :400
            ]
        if step == "equal":
            return [copy.deepcopy(items[0]) for _ in items] if items else []
        if step == "length" and items:
            return [copy.deepcopy(items[i % len(items)]) for i in range(self._length())]
        if step == "shuffle":
            self.random.shuffle(items)
        return items

    def _length(self):
        """Choose a length near a constant of the code."""
        near = [word for word in self.words if type(word) is int and 0 <= word <= LONGEST]
        return max(0, self.random.choice(near or [20]) + self.random.choice((-1, 0, 1)))

    def _dict(self, value, path, depth):
        random = self.random
        pairs = list(value.items())
        for _ in range(random.choice((1, 1, 2))):
            index = random.randrange(len(pairs)) if pairs else 0
            step = random.choice(("value", "value", "key", "drop", "reverse", "empty", "merge"))
            if step == "value" and pairs:
                key, item = pairs[index]
                pairs[index] = (key, self.variant(item, path + ("{}=",), depth + 1))
            elif step == "key" and pairs and type(pairs[index][0]) in (str, int, float, bytes):
                key = self.variant(pairs[index][0], path + ("{}",), depth)
                pairs[index] = (key if key.__hash__ else None, pairs[index][1])
            elif step == "merge" and self.pool.get(path):
                other = random.choice(self.pool[path])
                pairs += list(self._twin(other).items()) if type(other) is dict else []
            elif step == "reverse":
                pairs.reverse()
            elif step == "drop":
                del pairs[index : index + 1]
            elif step == "empty" and random.random() < 0.5:
                pairs = []
        return dict(pairs)

    def _set(self, value, path, depth):
        items = sorted(value, key=lambda item: (type(item).__name__, repr(item)))
        changed = self._sequence(items, path, depth)
        return type(value)(item for item in changed if item.__hash__ is not None)

    def _object(self, value, kind, path, depth):
        if issubclass(kind, enum.Enum):
            return self.random.choice(list(kind))
        if isinstance(value, tuple) and hasattr(kind, "_fields") and value:
            index = self.random.randrange(len(value))
            changed = self.variant(value[index], path + ("%d" % index,), depth + 1)
            return value._replace(**{kind._fields[index]: changed})
        if depth < 4 and fields(value):
            return self._record(value, path, depth)
        numpy = sys.modules.get("numpy")
        if numpy is not None and kind is numpy.ndarray:
            return self._array(value, numpy)
        return self._drawn(path) if self.pool.get(path) else value

    def _drawn(self, path):
        """Return a copy of a value that was seen at a path; large ones are copied by pickle."""
        pool = self.pool[path]
        return self._twin(self.random.choice(pool))

    def _twin(self, value):
        """Copy a value of the pool."""
        if type(value) in _MAKERS and (not hasattr(value, "__len__") or len(value) < LARGE):
            return copy.deepcopy(value)
        blob = self.blobs.get(id(value))  # the pool keeps the value, so that the key holds
        if blob is None:
            blob = self.blobs[id(value)] = pickling.dump(value, {})
        return pickling.load(blob)

    def _record(self, value, path, depth):
        changed = _copied(value) if depth else _shallow(value)
        name, inner = self.random.choice(fields(changed))
        inner = self.variant(inner, path + ("." + name,), depth + 1)
        object.__setattr__(changed, name, inner)
        return changed

    def _array(self, value, numpy):
        random = self.random
        flat = value.copy()
        step = random.choice(
            ("empty", "one", "reverse", "negate", "zero", "strided", "item", "double")
        )
        if step == "empty":
            return flat[:0]
        if step == "one":
            return flat[:1]
        if step == "reverse":
            return flat[::-1]
        if step == "strided":
            return numpy.repeat(flat, 2, axis=0)[::2] if flat.ndim else flat
        if step == "double":
            return numpy.concatenate([flat, flat]) if flat.ndim else flat
        if step == "zero":
            return numpy.zeros_like(flat)
        if step == "negate" and flat.dtype.kind in "ifc":
            return -flat
        if flat.size and flat.dtype.kind in "iuf":
            low, high = (0, 255) if flat.dtype.kind == "u" else (-100, 100)
            flat.flat[random.randrange(flat.size)] = random.randint(low, min(high, 100))
        return flat


class Word(str):
    """A text of a class of its own."""


_LAST = [None, ()]  # the pool whose texts were listed last


def _texts(pool):
    """List all texts of a pool, once for all who change values with it."""
    if _LAST[0] is not pool:
        _LAST[:] = [pool, [t for path in sorted(pool) for t in pool[path] if type(t) is str]]
    return _LAST[1]


def _copied(value):
    """Copy an object; by pickle where that goes, which is much faster."""
    try:
        return pickling.load(pickling.dump(value, {}))
    except Exception:  # the project's objects: whatever they raise
        return copy.deepcopy(value)


def _shallow(value):
    """Copy an argument that another one takes the place of: what it holds may be shared."""
    try:
        return copy.copy(value)
    except Exception:
        return _copied(value)


def _small(value):
    return value == value and abs(value) < 1e15


_STEPS = (
    "change", "change", "change", "insert", "drop", "double", "swap", "empty", "single",
    "reverse", "half", "many", "equal", "shuffle", "twin", "twin", "length",
)  # fmt: skip
_MAKERS = {
    bool: Mutator._boolean,
    int: Mutator._integer,
    float: Mutator._float,
    str: Mutator._text,
    bytes: Mutator._bytes,
    bytearray: Mutator._bytes,
    list: Mutator._list,
    tuple: Mutator._tuple,
    dict: Mutator._dict,
    set: Mutator._set,
    frozenset: Mutator._set,
}
