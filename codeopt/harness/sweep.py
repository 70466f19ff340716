"""Inputs without chance: what the code names and what is rarely thought of, in each place once.

A seed decides what chance finds. What is known to tell wrong rewrites apart is tried whatever the
seed: constants of the code in the place of a text, behind it and before it; numbers beside those of
the code; numbers halfway between two that they are rounded to; texts as long as the code counts;
rare letters; one seen text behind another; one plain value of a call among the elements of another.
"""

import decimal
import itertools

from . import echo, sharing
from .mutate import LETTERS, RARE, SIGNS

MOST = 240
CALLS = 12  # recorded calls that are changed
ROUTES = 3  # places of a call
WORDS = 24  # constants of each kind
PAIRS = 48
REALS = (0.1, 0.5, 2.5, -0.5, 1 / 3, 1e16, 1e-9)
HALVES = ("0.5", "2.5", "0.25", "0.125", "-0.125", "1.005", "0.0045", "1E+2", "0.00")
SUMS = ((0.1, 0.2, 0.3), (0.7, 0.1, 0.3, 0.6), (1e16, 1.0, -1e16, 1.0))
COMMON = " -.0\n"
LONG = 300  # letters of a text that is made to a length


def sweep(calls, words, most=MOST):
    """Return up to ``most`` changed calls, of each kind some: (args, kwargs), maybe with a sharing.

    The order depends on the calls and words alone.
    """
    spots = _spots(calls[:CALLS])
    texts = [spot for spot in spots if type(spot[2]) is str]
    kinds = [
        _twins(calls),
        _constants(texts, [w for w in words if type(w) is str]),
        _letters(texts),
        _numbers(spots, [w for w in words if type(w) is int]),
        _lengths(texts, [w for w in words if type(w) is int and 0 < w <= LONG]),
        _joined(texts),
        _members(calls[:CALLS]),
        _slices(calls[:CALLS]),
        _sums(calls[:CALLS]),
        _reals(spots),
    ]
    found = itertools.chain.from_iterable(itertools.zip_longest(*kinds))
    return itertools.islice((call for call in found if call is not None), most)


def letters_of(words):
    """List the letters of short texts: what is looked up in a text is a letter of it."""
    short = [word for word in words if type(word) is str and 1 < len(word) <= 12]
    return [letter for letter in dict.fromkeys("".join(short)) if letter not in words]


def _spots(calls):
    """List (call, route, value) of the plain values of calls."""
    return [(call, *leaf) for call in calls for leaf in _leaves(call)]


def _leaves(call):
    return echo.leaves((list(call[0]), call[1]))


def _by_route(spots):
    """Group spots by their route, a few of them."""
    found = {}
    for spot in spots:
        found.setdefault(spot[1], []).append(spot)
    return list(itertools.islice(found.values(), ROUTES))


def _put(spot, value):
    call, route, _ = spot
    try:
        return echo.replaced(call, route, value)
    except Exception:  # the project's objects: whatever they raise when they are copied
        return None


def _each(groups, changes):
    """Make each change in each group, at one spot after the other."""
    for number, change in enumerate(changes):
        for spots in groups:
            spot = spots[number % len(spots)]
            yield _put(spot, change(spot[2]))


def _twins(calls):
    yield from itertools.chain.from_iterable(map(echo.twins, calls[:1]))


def _constants(spots, words):
    words = words[:WORDS]
    changes = [lambda _, word=word: word for word in words]
    changes += [lambda value, word=word: value + word for word in words]
    changes += [lambda value, word=word: word + value for word in words]
    return _each(_by_route(spots), changes)


def _letters(spots):
    """Put common letters in all places of a text, and rare ones in one of them at a time."""
    everywhere = [(letter, place) for letter in COMMON for place in range(4)]
    rare = [(x, n % 4) for n, x in enumerate(RARE + LETTERS + RARE + SIGNS + RARE)]
    changes = [
        lambda text, x=x, place=place: _with(text, x, place) for x, place in everywhere + rare
    ]
    return _each([spots] if spots else [], changes)


def _with(text, letter, place):
    at = (len(text), len(text) // 2, 0, 1)[place]
    return text[:at] + letter + text[at:]


def _numbers(spots, words):
    near = dict.fromkeys(word + step for word in words[:WORDS] for step in (0, -1, 1))
    whole = [spot for spot in spots if type(spot[2]) is int]
    return _each(_by_route(whole), [lambda _, number=number: number for number in near])


def _lengths(spots, words):
    sizes = dict.fromkeys(word + step for word in words[:WORDS] for step in (0, 1, -1))
    full = [spot for spot in spots if spot[2]]
    cuts = [(n, first) for n in sizes if n > 0 for first in (0, 1)]
    changes = [lambda value, n=n, first=first: _sized(value[first:], n) for n, first in cuts]
    return _each(_by_route(full), changes)


def _sized(value, size):
    return (value * (size // max(1, len(value)) + 1))[:size]


def _joined(spots):
    pairs = [
        (spot, other[2])
        for group in _by_route(spots)
        for spot, other in itertools.permutations(group, 2)
        if spot[2] and other[2]
    ]
    step = max(1, len(pairs) // PAIRS)
    return (_put(spot, spot[2] + text) for spot, text in pairs[::step])


def _reals(spots):
    for kind, numbers in ((float, REALS), (decimal.Decimal, map(decimal.Decimal, HALVES))):
        alike = [spot for spot in spots if type(spot[2]) is kind]
        yield from _each(_by_route(alike), [lambda _, real=real: real for real in numbers])


def _sums(calls):
    """Put floats whose sum depends on the order in the place of sequences of floats.

    Every second one becomes ones, by which they may be multiplied.
    """
    for (args, kwargs), items in itertools.product(calls, SUMS):
        made = list(args)
        for place, value in enumerate(args):
            if type(value) in (list, tuple) and value and set(map(type, value)) == {float}:
                made[place] = type(value)((1.0,) * len(items) if place % 2 else items)
        if any(new is not old for new, old in zip(made, args)):
            yield tuple(made), kwargs


def _slices(calls):
    """Put slices with ends at the ends, near them and far beyond in the place of slices."""
    ends = (None, 0, 1, -1, 100, -100)
    pairs = [(start, stop) for start in ends for stop in ends]
    spots = [(call, i) for call in calls for i, v in enumerate(call[0]) if type(v) is slice]
    for number, (start, stop) in enumerate(pairs if spots else ()):
        (args, kwargs), place = spots[number % len(spots)]
        yield (*args[:place], slice(start, stop, args[place].step), *args[place + 1 :]), kwargs


def _members(calls):
    """Put a plain value of a call among the elements of its sequences, as one object with it."""
    for call in calls:
        args = call[0]
        plain = [value for value in args if type(value) in (int, float, str)]
        for place, items in enumerate(args):
            if type(items) not in (list, tuple) or len(items) > LONG:
                continue
            alike = [value for value in plain if type(value) in set(map(type, items))]
            for value in alike[:ROUTES]:
                for changed in ([*items, value], [value, *items]):
                    changed = (*args[:place], type(items)(changed), *args[place + 1 :])
                    yield changed, call[1], sharing.ONE
