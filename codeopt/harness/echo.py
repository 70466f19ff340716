"""Change several parts of a call together: one taken from another, lengths in step, depth."""

import copy
import decimal
import itertools

from .domain import fields

DEEP = 3000  # levels: more than an interpreter lets functions call themselves
_ATOMS = (int, float, str, bytes, decimal.Decimal)
_MOST = 200  # values of a call that are looked at
_TWINS = 3  # text arguments of a call that are paired
_LETTERS = ("Straße", "ﬁnal", "İx", "ΟΔΟΣ")
_CASES = (str.upper, str.lower, str.casefold)
_VARIANTS = (str.upper, str.lower, str.swapcase, str.title, str.strip, str.casefold)


def echo(random, call):
    """Put a plain value of a call in the place of another of its type, at times varied."""
    args, kwargs = call
    if random.random() < 0.25:
        return _rearranged(random, call)
    found = {}
    for route, value in leaves((list(args), kwargs)):
        found.setdefault(type(value), []).append((route, value))
    several = [pairs for _, pairs in sorted(found.items(), key=_name) if len(pairs) > 1]
    if not several:
        return call
    pair = random.sample(random.choice(several), 2)
    (_, value), (route, _) = pair
    if type(value) is str and random.random() < 0.6:
        if random.random() < 0.3:
            return _overlapping(random, call, pair)
        value = _varied(random, value)
    return replaced(call, route, value)


def twins(call):
    """Yield calls in which one text argument is another one in other letters.

    Without chance: what tells letters apart in one of the ways of Python and not in another is
    met on few texts.
    """
    args, kwargs = call
    texts = [place for place, value in enumerate(args) if type(value) is str][:_TWINS]
    for one, other in itertools.combinations(texts, 2):
        for text in _LETTERS:
            for change in _CASES:
                both = list(args)
                both[one], both[other] = text, change(text)
                yield tuple(both), kwargs


def _varied(random, text):
    if text and random.random() < 0.3:
        start = random.randrange(len(text))
        return text[start : start + random.randint(1, 4)]
    return random.choice(_VARIANTS)(text)


def _overlapping(random, call, pair):
    """Make one text out of repetitions of a piece, and the other out of more of them."""
    (one, text), (two, _) = pair
    piece = text[: random.choice((1, 1, 2, 3))] or "a"
    call = replaced(call, one, piece * 2)
    return replaced(call, two, piece * random.choice((3, 4, 5)))


def replaced(call, route, value):
    """Return a call with another value at a route."""
    args, kwargs = put((list(call[0]), call[1]), route, value)
    return tuple(args), kwargs


def _rearranged(random, call):
    """Put a sequence of a call in the place of another, in another order, or each with a repeat."""
    args = list(call[0])
    places = [i for i, value in enumerate(args) if type(value) in (list, tuple) and value]
    if len(places) > 1:
        source, place = random.sample(places, 2)
        items = list(args[source])
        if random.random() < 0.5:
            items = items[:4]
            args[source] = type(args[source])([*items, random.choice(items)])
            items.append(random.choice(items))
        if random.random() < 0.7:
            random.shuffle(items)
        args[place] = type(args[place])(items)
    return tuple(args), call[1]


def _name(item):
    return item[0].__name__


def leaves(call):
    """Yield (route, value) of plain values; a route is made of positions and keys."""
    waiting, seen = [((), call)], 0
    while waiting and seen < _MOST:
        route, value = waiting.pop()
        seen += 1
        if type(value) in _ATOMS:
            yield route, value
        elif len(route) < 6:
            waiting += [((*route, step), item) for step, item in reversed(_parts(value))]


def _parts(value):
    kind = type(value)
    if kind in (list, tuple):
        return list(enumerate(value[:50]))
    if kind is dict:
        return list(value.items())[:50]
    return fields(value)[:50]


def put(value, route, new):
    """Return a copy of ``value`` with ``new`` at a route; what is beside the route is shared."""
    if not route:
        return new
    step, rest = route[0], route[1:]
    kind = type(value)
    if kind is tuple:
        return value[:step] + (put(value[step], rest, new),) + value[step + 1 :]
    changed = copy.copy(value)
    if kind in (list, dict):
        changed[step] = put(value[step], rest, new)
    else:
        object.__setattr__(changed, step, put(getattr(value, step), rest, new))
    return changed


def in_step(random, call, vary):
    """Change the length of sequences that are equally long to another, all of them alike.

    ``vary(value, path)`` gives another value for an element.
    """
    args, kwargs = call
    items = dict(enumerate(args), **kwargs)
    lengths = {}
    for place, value in items.items():
        if type(value) in (list, tuple):
            lengths.setdefault(len(value), []).append(place)
    several = [places for _, places in sorted(lengths.items()) if len(places) > 1]
    if not several:
        return call
    places = random.choice(several)
    size = random.choice((0, 1, 2, 3, 5, 8, 13, 40))
    for place in places:
        items[place] = _resized(items[place], size, lambda v, p=place: vary(v, "arg %s" % p))
    return tuple(items[index] for index in range(len(args))), {key: items[key] for key in kwargs}


def _resized(values, size, vary):
    kept = list(values[:size])
    while values and len(kept) < size:
        kept.append(vary(values[len(kept) % len(values)]))
    return type(values)(kept)


def deepen(value):
    """Nest a value in copies of itself, when it holds something of its own type; else None."""
    found = _nested(value)
    if found is None:
        return None
    route, template = found
    for _ in range(DEEP):
        value = put(template, route, value)
    return value


def _nested(value):
    """Find the smallest part that holds one of its own type: (route to that, the part)."""
    waiting, best = [value], None
    for _ in range(_MOST):
        if not waiting:
            break
        part = waiting.pop()
        for step, inner in _parts(part):
            waiting.append(inner)
            if type(inner) is type(part) and type(inner) not in _ATOMS:
                best = ((step,), part)
    return best
