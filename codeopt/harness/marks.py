"""Tell whether a global still holds the very same objects in all its parts, at little cost.

What containers hold is listed at once, by the way through them that the garbage collector takes.
Two such lists are the same when the same addresses are in them, which is one comparison of memory.
"""

import collections
import gc
import itertools
import operator
import os
import re
import struct
import types

# bound here, so that code which patches builtins cannot change what is seen
from builtins import (
    OSError,
    all,
    dict,
    frozenset,
    getattr,
    id,
    isinstance,
    issubclass,
    len,
    list,
    map,
    object,
    set,
    tuple,
    type,
    vars,
)

from .describe import _MODULE, _MRO, _NAMESPACE, _hides_state

PARTS = 60_000  # containers and objects in one global that are watched
MANY = 1000  # objects from which on addresses are read
_ATOMS = frozenset(
    (int, float, complex, bool, str, bytes, type(None), type(Ellipsis), range, re.Pattern,
     types.BuiltinFunctionType, types.FunctionType, types.ModuleType, object, type, property)
)  # fmt: skip
_DICTS = frozenset((dict, collections.defaultdict, collections.OrderedDict, collections.Counter))
_FIXED = frozenset((tuple, frozenset))
_SIZED = frozenset((list, set, collections.deque)) | _DICTS
_CONTAINERS = _SIZED | _FIXED
_referents, _open, _close, _pread = gc.get_referents, os.open, os.close, os.pread
_unpack, _pack = struct.unpack, struct.pack
_WORD = struct.calcsize("P")
_ATTRIBUTES = object.__getattribute__


class Mark:
    """Remember the identities of all that a global is made of."""

    def __init__(self, value, parts, owners):
        self.value = value
        self.parts = parts
        self.owners = owners
        self.sized = [part for part in parts if type(part) in _SIZED]
        self.dicts = [part for part in parts if type(part) in _DICTS]
        self.sizes = self._sizes()
        self.items = self._items()  # kept alive, so that nothing else comes to their addresses
        self.addresses = _addresses(self.items)

    @classmethod
    def of(cls, value, state, module):
        """Mark a global; None when it holds something whose changes identities do not show.

        ``state`` is what may change in it; None when nothing may.
        """
        owner = is_owner(value, module)
        parts = _parts(state if owner else value, module) if owner or state is not None else []
        return None if parts is None else cls(value, parts, [value] if owner else [])

    @property
    def objects(self):
        """Tell whether there are objects of the project inside."""
        return not all(type(part) in _SIZED for part in self.parts)

    @property
    def bare(self):
        """Tell whether there is nothing inside."""
        return not self.parts and not self.owners

    def holds(self, value):
        """Tell whether ``value`` is the marked one, in all its parts as it was."""
        if value is not self.value or self._sizes() != self.sizes:
            return False
        items = self._items()
        if len(items) != len(self.items):
            return False
        if self.addresses is not None and (found := _addresses(items)) is not None:
            return found == self.addresses
        return all(map(operator.is_, items, self.items))

    def _sizes(self):
        return list(map(len, self.sized)) + [len(_owned(each)) for each in self.owners]

    def _items(self):
        """List all that is held; keys of dicts come on their own, since collectors pass them by."""
        items = _referents(*self.parts)
        items += itertools.chain.from_iterable(self.dicts)
        items += itertools.chain.from_iterable(map(_owned, self.owners))
        return items


def is_owner(value, module):
    """Tell whether it is a class or function of the module, whose attributes may change."""
    own = getattr(value, "__module__", None) == module.__name__
    return own and (isinstance(value, type) or type(value) is types.FunctionType)


def _parts(value, module):
    """List what a value is made of and may change, level by level; None where that is unknown."""
    parts, seen, level = [], set(), [value]
    while level:
        kinds = {kind for kind in set(map(type, level)) - _ATOMS if not issubclass(kind, type)}
        if not all(kind in _CONTAINERS or _is_open(kind, module) for kind in kinds):
            return None
        new = {id(each): each for each in level if type(each) in kinds and id(each) not in seen}
        seen.update(new)
        parts += [each for each in new.values() if type(each) not in _FIXED]
        if len(parts) > PARTS:
            return None
        level = list(itertools.chain.from_iterable(map(_inside, new.values())))
    return parts


def _inside(value):
    """List what a container or object holds."""
    kind = type(value)
    if kind in _FIXED:
        return value
    # once it was asked for, collectors visit the dict of attributes as they do the attributes
    attributes = () if kind in _CONTAINERS else (_ATTRIBUTES(value, "__dict__"),)
    return [*_referents(value), *attributes, *(value if kind in _DICTS else ())]


def _is_open(kind, module):
    """Tell whether it is a class of the project whose instances are a dict of attributes alone."""
    home = _MODULE(kind)
    package = module.__name__.partition(".")[0]
    if not isinstance(home, str) or home.partition(".")[0] != package or _hides_state(kind):
        return False
    spaces = [_NAMESPACE(cls) for cls in _MRO(kind)]
    slots = {type(each) for space in spaces for each in space.values()}
    dicts = [space["__dict__"] for space in spaces if "__dict__" in space]
    plain = bool(dicts) and type(dicts[0]) is types.GetSetDescriptorType
    return plain and types.MemberDescriptorType not in slots


def _owned(value):
    """List the attributes of a class or function, and what its parameters are by default."""
    named = [*vars(value).items(), *(getattr(value, "__kwdefaults__", None) or {}).items()]
    return [*itertools.chain.from_iterable(named), *(getattr(value, "__defaults__", None) or ())]


def _addresses(items):
    """Return the addresses of what is in a long list; None where they cannot be read."""
    if len(items) < MANY:
        return None
    try:
        memory = _open("/proc/self/mem", os.O_RDONLY)
        try:
            _, kind, size, start = _unpack("4P", _pread(memory, 4 * _WORD, id(items)))
            if (kind, size) != (id(list), len(items)):  # another interpreter, laid out otherwise
                return None
            found = _pread(memory, size * _WORD, start)
        finally:
            _close(memory)
    except (OSError, struct.error):
        return None
    ends = _pack("2P", id(items[0]), id(items[-1]))
    whole = len(found) == size * _WORD and found[:_WORD] + found[-_WORD:] == ends
    return found if whole else None
