"""Time two versions in one process, alternating, over inputs that rotate.

Both versions live in modules of their own: all that comes from the tree of the project is imported
twice, and ``sys.modules`` shows the version whose turn it is. Nothing is claimed from this.
"""

import collections
import gc
import os
import pickle
import random
import sys

from . import loading, loops
from .inputs import Inputs

_WARM_CALLS = 16
_WARM_NS = 50_000_000
_COPY_NS = 1_000_000
_LONG_NS = 2_000_000_000


def run(job, channel):
    """Load both versions, say what calls there are, time the calls that are asked for."""
    rng = random.Random(job["seed"])
    inputs = Inputs(job["recording"])
    texts = [("a", job["original"]), ("b", job["candidate"])]
    rng.shuffle(texts)
    sides = {name: Side(job, overrides, inputs) for name, overrides in texts}
    sides["a"].activate()
    channel.send({"ready": True, "calls": inputs.table()})
    request = channel.receive()
    if request is None:
        return
    lead = random.Random(request["seed"]).sample("ab", 2)
    for name in lead:
        sides[name].warm(request["calls"])
    gc.collect()
    gc.freeze()
    channel.send(_alternate(sides["a"], sides["b"], request, rng))


def _alternate(a, b, request, rng):
    """Time units of four batches, ABBA or BAAB by the toss of a coin."""
    pace = max(a.pace(), b.pace())
    size = max(1, int(request["batch_ns"] // pace))
    copying = max(a.copying, b.copying)
    if copying:
        size = min(size, max(1, int(_COPY_NS // copying)))
    order = request["calls"]
    units, position, started = [], 0, loops.WALL()
    while len(units) < request["most"]:
        elapsed = loops.WALL() - started
        if len(units) >= request["least"] and elapsed > request["seconds"] * 1e9:
            break
        if len(units) >= 2 and elapsed > _LONG_NS:
            break
        turn = [order[(position + k) % len(order)] for k in range(size)]
        position += size
        units.append(_unit((a, b, b, a) if rng.random() < 0.5 else (b, a, a, b), a, turn))
    return {
        "units": units,
        "first": [a.first, b.first],
        "pace": [a.pace(), b.pace()],
        "size": size,
        "kind": a.kind,
    }


def _unit(sides, a, turn):
    """Return [cpu of a, cpu of b, wall of a, wall of b, voluntary switches of a]."""
    total = [0, 0, 0, 0, 0]
    for side in sides:
        cpu, wall, switched = side.batch(turn)
        place = 0 if side is a else 1
        total[place] += cpu
        total[place + 2] += wall
        if side is a:
            total[4] += switched
    return total


class Side:
    """One version of the project's modules with a loop of its own."""

    def __init__(self, job, overrides, inputs):
        self.inputs = inputs
        self.tree = os.path.realpath(job["tree"])
        before = set(sys.modules)
        finders = list(sys.meta_path)
        header = inputs.header
        loading.enter(job["tree"], job["source_roots"], overrides, header["sys_path"])
        module = loading.load_module(header["module"], header["path"])
        self.function = loading.resolve(module, job["qualname"])
        for metadata_and_blob in range(len(inputs.calls)):
            self._try(metadata_and_blob)
        new = [name for name in sys.modules if name not in before]
        self.modules = {name: sys.modules[name] for name in new if self._own(sys.modules[name])}
        for name in self.modules:
            del sys.modules[name]
        sys.meta_path[:] = finders
        self.kind = loops.kind_of(self.function)
        self.loop = loops.compile_loop(self.kind)
        self.finisher = loops.Finisher(self.kind)
        self.copies = {}
        self.first = self.spent = self.made = self.copying = 0

    def _try(self, index):
        """Load a call once, so that the modules it needs are imported in this version."""
        try:
            self.inputs.fresh(index)
        except Exception:  # such a call is not in the table either
            return

    def _own(self, module):
        """Tell whether a module comes from the project's tree."""
        try:
            places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
        except Exception:  # modules may be any object
            return False
        return any(
            os.path.realpath(place).startswith(self.tree + os.sep) and "site-packages" not in place
            for place in places
            if place
        )

    def activate(self):
        """Let imports and unpickling find this version."""
        sys.modules.update(self.modules)

    def warm(self, indices):
        """Make the first calls, timing them roughly; learn which arguments can be used again."""
        self.activate()
        end = loops.WALL() + _WARM_NS
        lazy = False
        for number in range(max(_WARM_CALLS, min(len(indices), 64))):
            index = indices[number % len(indices)]
            copying = loops.WALL()
            batch = [self.inputs.fresh(index)]
            copying = loops.WALL() - copying
            before = _bytes(batch) if index not in self.copies else None
            out = []
            started = loops.CPU()
            self.loop(self.function, batch, out.append, self.finisher.finish)
            spent = loops.CPU() - started
            self._learn(index, batch, before, copying)
            lazy = lazy or hasattr(type(out[0]), "__next__")
            self.first = self.first or spent
            self.spent += spent if number else 0
            self.made += 1 if number else 0
            if number and loops.WALL() > end:
                break
        if lazy and self.kind == "call":
            self.kind = "drain"
            self.loop = loops.compile_loop(self.kind)

    def _learn(self, index, batch, before, copying):
        """Keep the arguments of a call for all its repetitions if the call left them alone."""
        if index in self.copies:
            return
        kept = before is not None and before == _bytes(batch)
        self.copies[index] = batch[0] if kept else None
        if not kept:
            self.copying = max(self.copying, copying)

    def pace(self):
        """Return nanoseconds a call."""
        return max(100, self.spent // self.made if self.made else self.first)

    def batch(self, turn):
        """Time a batch of calls; return (cpu, wall, voluntary switches)."""
        self.activate()
        copies, fresh = self.copies, self.inputs.fresh
        calls = [copies.get(index) or fresh(index) for index in turn]
        keep = collections.deque(maxlen=0).append
        gc.collect()
        switched = loops.switches()
        wall, cpu = loops.WALL(), loops.CPU()
        self.loop(self.function, calls, keep, self.finisher.finish)
        cpu, wall = loops.CPU() - cpu, loops.WALL() - wall
        return cpu, wall, loops.switches() - switched


def _bytes(batch):
    try:
        return pickle.dumps(batch)
    except Exception:  # not to be pickled: never used twice
        return None
