"""Change values of the standard library's types: times, exact numbers, ranges, other containers."""

import collections
import datetime
import decimal
import fractions
import pathlib

_UNITS = ("days", "days", "seconds", "seconds", "microseconds", "hours", "minutes", "weeks")
_DAYS = (0, 1, -1, 7, 28, 29, 30, 31, 32, 59, 60, 61, 364, 365, 366, 730, 3653, 146097)
_OFFSETS = (0, 330, -480, 765)  # minutes from universal time
_SECONDS = (0, 1, 2, 59, 60, 61, 119, 120, 3599, 3600, 3601, 7199, 7200, 86399, 86400)


def _amount(mutator, common):
    numbers = [word for word in mutator.words if type(word) is int and abs(word) < 10**7]
    near = mutator.random.choice(numbers) if numbers else 1
    options = (mutator.random.choice(common), near, near + 1, near - 1)
    return mutator.random.choice(options)


def _span(mutator, value=None, path=(), depth=0):
    """Make a span of time: one amount of one unit, or two, or the given one changed."""
    random = mutator.random
    made = datetime.timedelta()
    for _ in range(random.choice((1, 1, 2))):
        unit = random.choice(_UNITS)
        common = _DAYS if unit in ("days", "weeks") else _SECONDS
        made += datetime.timedelta(**{unit: _amount(mutator, common)})
    if value is None:
        return made
    small = datetime.timedelta(**{random.choice(("days", "seconds", "microseconds")): 1})
    options = (made, made, value + made, value + small, value - small, -value, value * 2, value / 2)
    return random.choice(options)


def _moment(mutator, value, path, depth):
    random = mutator.random
    if getattr(value, "tzinfo", None) is not None and random.random() < 0.2:
        offset = datetime.timedelta(minutes=random.choice(_OFFSETS))
        return value.replace(tzinfo=datetime.timezone(offset))
    if random.random() < 0.5:
        return value + _span(mutator)
    changes = (
        {"day": 1}, {"month": 1, "day": 1}, {"month": 12, "day": 31}, {"month": 2, "day": 28},
        {"year": 2024, "month": 2, "day": 29}, {"year": 2000}, {"year": 1}, {"year": 9999},
        {"month": random.randint(1, 12)}, {"day": random.randint(1, 28)},
    )  # fmt: skip
    if isinstance(value, datetime.datetime):
        times = (
            {"hour": 0, "minute": 0, "second": 0, "microsecond": 0},
            {"hour": 23, "minute": 59, "second": 59, "microsecond": 999999},
            {"microsecond": 0},
            {"second": 0},
        )
        changes += times
    return value.replace(**random.choice(changes))


def _time(mutator, value, path, depth):
    random = mutator.random
    changes = ({"hour": random.randint(0, 23)}, {"minute": 0}, {"second": 59}, {"microsecond": 1})
    return value.replace(**random.choice(changes))


def _decimal(mutator, value, path, depth):
    made = mutator.variant(int(value) if value.is_finite() else 1, path + ("number",), depth)
    number = decimal.Decimal(made) if type(made) is int else value
    scale = decimal.Decimal(10) ** -mutator.random.randint(0, 6)
    return mutator.random.choice((number, number * scale, value + scale, -value, value * scale))


def _fraction(mutator, value, path, depth):
    bottom = mutator.random.choice((1, 2, 3, 7, 1000, value.denominator + 1))
    top = mutator.random.choice((0, 1, -value.numerator, value.numerator + 1, value.numerator * 2))
    return fractions.Fraction(top, bottom)


def _complex(mutator, value, path, depth):
    options = (value.conjugate(), -value, complex(value.imag, value.real), complex(0, 1), 0j)
    return mutator.random.choice(options)


def _range(mutator, value, path, depth):
    random = mutator.random
    step = random.choice((value.step, 1, 2, 3, -1, -2))
    start = value.start + random.choice((0, 0, 1, -1, 5))
    stop = random.choice((value.stop + 1, value.stop - 1, start, start + step, start + 7 * step))
    return range(start, stop, step)


def _slice(mutator, value, path, depth):
    parts = [value.start, value.stop, value.step]
    index = mutator.random.randrange(3)
    parts[index] = mutator.random.choice((None, 0, 1, 2, -1, -2, 3, 100, -100))
    if index == 2 and parts[2] == 0:
        parts[2] = -1
    return slice(*parts)


def _deque(mutator, value, path, depth):
    return collections.deque(mutator.variant(list(value), path, depth + 1), value.maxlen)


def _ordered(mutator, value, path, depth):
    return type(value)(mutator.variant(dict(value), path, depth + 1))


def _defaulting(mutator, value, path, depth):
    changed = mutator.variant(dict(value), path, depth + 1)
    return collections.defaultdict(value.default_factory, changed)


def _path(mutator, value, path, depth):
    return type(value)(mutator.variant(str(value), path + ("text",), depth).replace("\0", ""))


MAKERS = {
    datetime.timedelta: _span,
    datetime.date: _moment,
    datetime.datetime: _moment,
    datetime.time: _time,
    decimal.Decimal: _decimal,
    fractions.Fraction: _fraction,
    complex: _complex,
    range: _range,
    slice: _slice,
    collections.deque: _deque,
    collections.OrderedDict: _ordered,
    collections.Counter: _ordered,
    collections.defaultdict: _defaulting,
    pathlib.PurePosixPath: _path,
    pathlib.PosixPath: _path,
}
