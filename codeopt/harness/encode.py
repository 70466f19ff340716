"""Describe any graph of Python values as tokens that two processes can compare.

A walk visits a value in a fixed order and emits one token a node: what it is, to the bit, and which
mutable object of the graph it is. Tokens never come from ``__eq__``, ``__hash__`` or ``__repr__``
of the project, so that an object cannot talk its way into being equal. What has no comparable state
is opaque. The walk is iterative: deep and cyclic structures are no obstacle.
"""

import base64
import itertools
import struct

# bound here, so that code which patches builtins cannot change what is seen
from builtins import (
    bool,
    bytes,
    dict,
    float,
    frozenset,
    hex,
    id,
    int,
    len,
    list,
    map,
    range,
    repr,
    reversed,
    set,
    sorted,
    str,
    tuple,
    type,
    zip,
)

from . import bulk
from .bulk import blake2b

LIMIT = 2_000_000  # tokens in one section: more is opaque
LONG = 64  # longer runs of plain values become one token for each LONG elements
TEXT = 400  # longer texts are cut into pieces of this many characters
CHUNK = 256  # tokens that share one digest
_PLAIN = frozenset((int, bool, str, bytes, type(None), float))
_EXACT = frozenset((int, bool, str, bytes, type(None)))


class Text:
    """A ready token among the children of a node."""

    __slots__ = ("text",)

    def __init__(self, text):
        self.text = text


class Real:
    """A number among the children of a node that a relative tolerance may apply to."""

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Section:
    """Collect tokens: (node, text, alias). ``opaque`` lists what could not be described.

    ``packed`` counts the inner containers that have no tokens of their own. Nobody reads the tokens
    of a ``blind`` section: it is made to number the objects.
    """

    def __init__(self, blind=False):
        self.blind = blind
        self.tokens = []
        self.packed = 0
        self.opaque = []
        self.floats = []
        self.full = False

    def add(self, node, text, alias=""):
        """Append one token."""
        self.tokens.append((node, text, alias))

    def hide(self, node, text):
        """Note something that cannot be compared."""
        self.tokens.append((node, "opaque " + text, ""))
        if len(self.opaque) < 20:
            self.opaque.append(where(node) + ": " + text)


class Encoder:
    """Walk values; one encoder sees all the values of one call, so that it knows what is shared.

    ``describe(value, encoder)`` returns (text, children, tracked) and raises Opaque; children are
    (step, value) pairs, and ``tracked`` may be a text that says what memory is shared. With
    ``tolerant`` floats are set apart from the tokens. ``main`` is the name under which the classes
    of ``__main__`` are known elsewhere. ``close`` gives every value a token of its own.
    """

    def __init__(self, describe, tolerant=False, main=None, close=False):
        self.describe = describe
        self.close = close
        self.tolerant = tolerant
        self.main = main
        self.ordinals = {}
        self.alive = []
        self.hidden = {}
        self.drain = False
        self.register = False
        self.memory = {}

    def walk(self, value, root, section, drain=False, register=False):
        """Append the tokens of ``value`` to ``section``; ``root`` names it in paths.

        ``drain`` lets iterators that the walk meets be consumed. ``register`` remembers opaque
        objects, so that meeting the same ones again can be told.
        """
        self.drain, self.register = drain, register
        stack = [(value, (None, root))]
        seen = set()
        while stack:
            value, node = stack.pop()
            if len(section.tokens) > LIMIT:
                section.full = True
                section.hide(node, "too large")
                return section
            self._visit(value, node, stack, seen, section)
        return section

    def _visit(self, value, node, stack, seen, section):
        kind = type(value)
        if kind is Text:
            section.add(node, value.text)
        elif kind is float or kind is Real:
            self._float(value if kind is float else value.value, node, section)
        elif kind in _EXACT:
            self._plain(value, kind, node, section)
        elif id(value) in seen:
            section.add(node, "shared", "@%d" % self.ordinals[id(value)])
        else:
            self._inner(value, node, stack, seen, section)

    def _plain(self, value, kind, node, section):
        if (kind is str or kind is bytes) and len(value) > TEXT:
            section.add(node, "%s of %d" % (kind.__name__, len(value)))
            for start in range(0, len(value), TEXT):
                step = (node, "[%d:%d]" % (start, start + TEXT))
                section.add(step, repr(value[start : start + TEXT]))
        elif kind is int:
            section.add(node, "int %s" % (value if -(1 << 200) < value < 1 << 200 else hex(value)))
        elif value is None:
            section.add(node, "None")
        else:
            section.add(node, kind.__name__ + " " + repr(value))

    def _float(self, value, node, section):
        if self.tolerant:
            section.add(node, "float")
            section.floats.append(value)
        else:
            section.add(node, "float " + repr(value))

    def _inner(self, value, node, stack, seen, section):
        large = type(value) in bulk.KINDS and len(value) > LONG and not self.close
        if large and self._packed(value, node, stack, seen, section):
            return None
        try:
            text, children, tracked = self.describe(value, self)
        except Opaque as reason:
            return self._conceal(value, node, str(reason), section)
        except Exception as error:  # code of the project, reached through its own state
            return self._conceal(value, node, "a %s" % type(error).__name__, section)
        alias = self._alias(value, seen) if tracked else ""
        alias += tracked if type(tracked) is str else ""
        section.add(node, text, alias)
        stack.extend([(child, (node, step)) for step, child in reversed(children)])

    def _conceal(self, value, node, reason, section):
        if self.register:
            self.hidden.setdefault(id(value), "%d %s" % (len(self.hidden), reason))
            self.alive.append(value)
        known = self.hidden.get(id(value))
        if known is None:
            section.hide(node, reason)
        else:
            section.add(node, "kept " + known)

    def _alias(self, value, seen):
        key = id(value)
        seen.add(key)
        ordinal = self.ordinals.get(key)
        if ordinal is not None:
            return "~%d" % ordinal
        self.ordinals[key] = len(self.ordinals)
        self.alive.append(value)
        return ""

    def _packed(self, value, node, stack, seen, section):
        """Describe a large container of plain containers at once; tell whether that goes."""
        plain = _EXACT if self.tolerant else _PLAIN
        inner = None if flat(value, self.tolerant) else bulk.inside(value, plain)
        if inner is None or not seen.isdisjoint(inner.unique):
            return False
        texts = [] if section.blind else bulk.pieces(value, LONG, inner.floats)
        if texts is None:
            return False
        alias = "" if type(value) is tuple else self._alias(value, seen)
        section.add(node, "%s %d" % (type(value).__name__, len(value)), alias)
        label = self._number(inner, section.blind)
        section.add((node, " inside"), "containers", label)
        seen.update(inner.unique)
        section.packed += 1 + len(inner.keys)
        stack.extend([(Text(text), (node, step)) for step, text in reversed(texts)])
        return True

    def _number(self, inner, blind):
        """Do for many objects what is done for one: name the numbers of those met before."""
        keys = inner.keys
        if self.ordinals.keys().isdisjoint(inner.unique):
            self.ordinals.update(zip(keys, itertools.count(len(self.ordinals))))
            self.alive += inner.containers
            return "~new"
        known = list(map(self.ordinals.get, keys))
        new = [key for key, number in zip(keys, known) if number is None] if None in known else ()
        if new:
            self.ordinals.update(zip(new, itertools.count(len(self.ordinals))))
            self.alive += inner.containers
        return "" if blind else bulk.label(known)

    def share(self, key, owner):
        """Tell which earlier memory block ``key`` is: "" when it is a new one."""
        if key in self.memory:
            return " in block %d" % self.memory[key]
        self.memory[key] = len(self.memory)
        self.alive.append(owner)
        return ""


class Opaque(Exception):
    """The value has no state that could be compared."""


def elements(values, tolerant):
    """List the children of a sequence; long plain runs are packed into few tokens."""
    if len(values) > LONG and flat(values, tolerant):
        try:
            return [
                ("[%d:%d]" % (start, start + LONG), Text(repr(values[start : start + LONG])))
                for start in range(0, len(values), LONG)
            ]
        except ValueError:  # an integer too long to be printed
            pass
    return [("[%d]" % index, value) for index, value in zip(itertools.count(), values)]


def flat(values, tolerant):
    """Tell whether ``repr`` describes all elements exactly: plain values or tuples of them.

    Of a dict these are its keys and values.
    """
    plain = _EXACT if tolerant else _PLAIN
    kinds = set(map(type, values))
    if type(values) is dict:
        return kinds <= plain and set(map(type, dict.values(values))) <= plain
    if kinds == {tuple}:
        kinds = set(map(type, itertools.chain.from_iterable(values)))
    return kinds <= plain


def members(values, encoder):
    """List the children of a set in an order of their own, independent of hashes."""
    if set(map(type, values)) <= _EXACT:
        ordered = sorted(values, key=lambda value: (type(value).__name__, repr(value)))
    else:
        ordered = sorted(values, key=lambda value: _key(value, encoder))
    return elements(ordered, encoder.tolerant)


def _key(value, encoder):
    inner = Encoder(encoder.describe, main=encoder.main)
    return "\n".join(text for _, text, _ in inner.walk(value, "", Section()).tokens)


def where(node):
    """Render the path of a node, such as ``result[3].name``."""
    steps = []
    while node is not None:
        node, step = node
        steps.append(step)
    return "".join(reversed(steps))


def digest(tokens):
    """Return the digest of tokens."""
    body = "\n".join([text + alias for _, text, alias in tokens])
    return blake2b(body.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def report(section, inline):
    """Return a section as JSON: all tokens when there are at most ``inline``, digests always."""
    tokens = section.tokens
    answer = {"digest": digest(tokens), "count": len(tokens), "opaque": section.opaque}
    if len(tokens) <= inline and not section.packed:
        answer["tokens"] = [[where(node), text[:2000], alias] for node, text, alias in tokens]
    if section.floats:
        packed = struct.pack("<%dd" % len(section.floats), *section.floats)
        answer["floats"] = base64.b64encode(packed).decode("ascii")
    return answer
