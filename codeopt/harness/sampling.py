"""Choose which calls are recorded: all of the first, then geometrically fewer, rare kinds kept."""

import itertools
import math
import operator
import random
import threading
import time

from .bulk import blake2b

DENSE = 64  # calls that are all sampled before the gaps begin to grow
SHARE = 0.10  # share of the run that recording may take, beside GRACE seconds
GRACE = 2.0


class Gaps:
    """Iterate over zeros and ones without end: a one marks a call to sample.

    ``next`` is what runs on every call: an iterator in C that only comes back here at a sample. The
    chance of a call to be sampled falls as DENSE / calls so far.
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.before = 0
        self.current = iter(())
        self.length = 0
        self.started = time.perf_counter()
        self.spent = 0.0
        self.next = itertools.chain.from_iterable(self).__next__

    def __iter__(self):
        return self

    def __next__(self):
        self.before += self.length
        gap = self._gap()
        self.length = gap + 1
        self.current = itertools.repeat(0, gap)
        return itertools.chain(self.current, (1,))

    def _gap(self):
        chance = DENSE / (self.before + 1)
        slow = self.spent > GRACE + SHARE * (time.perf_counter() - self.started)
        if slow:
            chance /= 10
        if chance >= 1:
            return 0
        return int(math.log(1 - self.random.random()) / math.log(1 - chance))

    @property
    def seen(self):
        """Count the calls so far."""
        if not self.length:
            return 0
        left = operator.length_hint(self.current)
        return self.before + max(0, self.length - 1 - left) + (1 if left == 0 else 0)


class Reservoir:
    """Keep a bounded number of calls, spread over strata; equal arguments are kept once."""

    def __init__(self, max_calls, max_bytes, seed=0):
        self.max_calls = max_calls
        self.max_bytes = max_bytes
        self.random = random.Random(seed)
        self.strata = {}
        self.known = {}
        self.bytes = 0
        self.omissions = {}
        self.lock = threading.RLock()

    def omit(self, reason, calls=1):
        """Count calls that could not be recorded."""
        with self.lock:
            self.omissions[reason] = self.omissions.get(reason, 0) + calls

    def add(self, metadata, blob):
        """Keep a call, and let another of the largest stratum go when there are too many."""
        if len(blob) > self.max_bytes // 4:
            return self.omit("arguments too large", metadata["count"])
        key = (blake2b(blob, digest_size=16).digest(), metadata["outcome"])
        with self.lock:
            found = self.known.get(key)
            if found is not None:
                found[0]["count"] += metadata["count"]
                return None
            entry = (metadata, blob, key)
            self.known[key] = entry
            self.strata.setdefault(metadata["group"], []).append(entry)
            self.bytes += len(blob)
            while len(self.known) > self.max_calls or self.bytes > self.max_bytes:
                self._evict()
        return None

    def _evict(self):
        weigh = len if self.bytes <= self.max_bytes else _bytes
        stratum = max(self.strata.values(), key=weigh)
        index = self.random.randrange(len(stratum))
        metadata, blob, key = stratum.pop(index)
        del self.known[key]
        self.bytes -= len(blob)
        if stratum:  # what is left of the kind stands for it
            stratum[min(index, len(stratum) - 1)][0]["count"] += metadata["count"]
        else:
            del self.strata[metadata["group"]]

    def calls(self):
        """Return what was kept in the order in which it was called."""
        with self.lock:
            entries = sorted(self.known.values(), key=lambda entry: entry[0]["order"])
            return [(metadata, blob) for metadata, blob, _ in entries]


def _bytes(stratum):
    return sum(len(blob) for _, blob, _ in stratum)


def size(value, depth=3):
    """Estimate how many elements a value holds."""
    kind = type(value)
    if kind in (str, bytes, bytearray):
        return 1 + len(value) // 8
    if kind in (list, tuple, set, frozenset):
        return 1 + _sum(value, len(value), depth)
    if kind is dict:
        return 1 + 2 * _sum(value.values(), len(value), depth)
    if kind.__module__ in ("numpy", "pandas.core.frame", "pandas.core.series"):
        return 1 + int(getattr(value, "size", 0))
    inner = getattr(value, "__dict__", None)
    if depth and isinstance(inner, dict) and not isinstance(value, type):
        return 1 + _sum(inner.values(), len(inner), depth)
    return 1


def _sum(values, length, depth):
    if not depth:
        return length
    first = list(itertools.islice(values, 32))
    inner = sum(size(value, depth - 1) for value in first)
    return inner if length <= 32 else inner * length // 32
