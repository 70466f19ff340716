"""Job ``replay``: call the target with recorded arguments and report all that can be seen.

The job: ``tree``, ``source_roots``, ``recording``, ``overrides`` (path -> text of a candidate),
``mode``, ``tolerant``, ``inline`` (tokens sent in full), ``seconds`` (limit of one call),
``budget`` (seconds for the pass, by which calls are chosen), ``only`` (the calls to make instead),
``deadline`` (seconds of work after which no further call is begun), ``timeouts`` (calls that may
take too long before the pass ends), ``detail`` (the call whose tokens are all sent, or None),
``zone`` (the local time zone).

Modes: ``forward`` calls in the recorded order. ``again`` calls in the reverse order, each call
several times: with the containers of the last call before filled anew (reused); with fresh ones
(first); after the first result was changed by its owner (second). A function without memory answers
alike each time. Where the result is an iterator, lists among the arguments are also handed over one
by one (lazy); generators are also closed after their first element, sent each element back, and
thrown an exception at the first one (closed, sent, thrown); coroutines are cancelled where they
first let others run (cancelled). ``threads`` calls from two threads at once.
"""

import contextlib
import gc
import os
import time
import types

from . import calls, describe, encode, loading, observe, pickling, sharing, state, together
from .handed import one_by_one
from .patience import Patience

LOAD, TOKEN, PACKED = 3e-8, 5e-6, 1.5e-6  # seconds of a call for each byte, token, packed value
DETAIL = 200_000  # tokens of a call that are sent when it is looked at closely


def run(job, channel):
    """Make passes until there are no more requests: a request replaces parts of the job."""
    header, _ = calls.read(job["recording"])
    if job.get("zone"):
        os.environ["TZ"] = job["zone"]
        time.tzset()
    loading.enter(job["tree"], job["source_roots"], job.get("overrides"), header["sys_path"])
    module = loading.load_module(header["module"], header["path"])
    function = loading.resolve(module, header["target"])
    gc.freeze()  # large modules: not to be gone through again for every call
    watched = state.State(module)
    while job is not None:
        _pass(Replay(job, function, watched, channel), job, channel)
        request = channel.receive()
        job = None if request is None else dict(job, **request)
        watched = watched if job is None else watched.renewed()


def _pass(replay, job, channel):
    """Report every call as a frame of its own, so that the host knows which one hung."""
    _, recorded = calls.read(job["recording"])
    chosen = job["only"] or select(recorded, job["budget"])
    channel.send({"calls": chosen, "globals": sorted(replay.state.before)})
    patience = Patience(job["deadline"])
    if job["mode"] == "threads":
        together.run(replay, recorded, chosen, patience)
        return channel.send({"done": True, "state": {}})
    again = job["mode"] == "again"
    for index in reversed(chosen) if again else chosen:
        replay.call(index, recorded[index], again)
        if patience.is_over() or replay.timeouts >= job["timeouts"]:
            break
    return channel.send({"done": True, "state": replay.state.changes(thorough=True)})


def select(recorded, budget):
    """Choose calls that fit into ``budget`` seconds, some of each class, in recorded order."""
    groups, each = {}, rate(recorded)
    for index, (metadata, _) in enumerate(recorded):
        groups.setdefault(metadata["group"], []).append(index)
    chosen, spent = [], 0.0
    while groups and spent < budget:
        for group in sorted(groups):
            index = groups[group].pop(0)
            chosen.append(index)
            metadata, blob = recorded[index]
            spent += metadata["seconds"] + each * len(blob) + 1e-4
            if spent >= budget:
                break
        groups = {group: left for group, left in groups.items() if left}
    return sorted(chosen)


def rate(recorded):
    """Return the seconds that a byte of pickled arguments takes, by what the largest ones hold."""
    blob = max((blob for _, blob in recorded), key=len, default=b"")
    section = encode.Section()
    with contextlib.suppress(Exception):  # whatever the project's classes raise
        encode.Encoder(describe.describe).walk(pickling.load(blob), "", section, register=True)
    used = LOAD * len(blob) + TOKEN * len(section.tokens) + PACKED * section.packed
    return used / max(len(blob), 1)


class Replay:
    """Make the calls of one pass in one process."""

    def __init__(self, job, function, watched, channel):
        self.job = job
        self.function = function
        self.channel = channel
        self.timeouts = 0
        self.previous = None
        self.state = watched

    def call(self, index, recorded, again):
        """Make one recorded call, once or in three ways."""
        metadata, blob = recorded
        try:
            arguments = sharing.arrange(pickling.load(blob), metadata.get("sharing"))
        except Exception as error:
            text = "%s: %s" % (type(error).__name__, error)
            return self.channel.send({"call": index, "skip": text[:300]})
        if again and self.previous is not None and refill(self.previous, pickling.load(blob)):
            self._observe(index, "reused", self.previous, None)
        seen = self._observe(index, "first", arguments, metadata)
        if not again:
            return None
        undo = perturb(seen.value if seen.raised is None else seen.raised)
        try:
            second = pickling.load(blob)
            self._observe(index, "second", second, None)
        finally:
            undo()
        if seen.pauses and "kind" not in seen.sections:
            self._observe(index, "cancelled", pickling.load(blob), None)
        if "kind" in seen.sections:
            self._otherwise(index, blob, seen.value)
        self.previous = second
        return None

    def _otherwise(self, index, blob, value):
        """Go through the result of a call in other ways."""
        lazily = one_by_one(pickling.load(blob))
        if lazily is not None:
            self._observe(index, "lazy", lazily, None)
        if not isinstance(value, _WITH_SEND):
            return
        for name in ("closed", "sent", "thrown"):
            self._observe(index, name, pickling.load(blob), None)

    def options(self, index, name=""):
        """Return what the observation of a call is made with."""
        close = self.job.get("detail") == index
        options = observe.Options(
            tolerant=self.job["tolerant"],
            inline=DETAIL if close else self.job["inline"],
            seconds=self.job["seconds"],
        )
        options.way = name if name in _WAYS else ""
        options.names = self.function.__globals__
        options.close = close
        return options

    def _observe(self, index, name, arguments, metadata):
        args, kwargs = arguments
        options = self.options(index, name)
        seen = observe.observe(self.function, args, kwargs, options)
        frame = {"call": index, "pass": name, "observation": seen.report()}
        frame["state"] = self.state.changes()
        if metadata is not None and metadata["outcome"] is not None and not options.tolerant:
            outcome = seen.outcome()
            frame["as_recorded"] = None if outcome is None else outcome == metadata["outcome"]
        self.timeouts += seen.kind == "timeout"
        self.channel.send(frame)
        return seen


_WAYS = ("closed", "sent", "thrown", "cancelled")
_WITH_SEND = (types.GeneratorType, types.AsyncGeneratorType)
_MARK = "codeopt was here"


def perturb(value):
    """Change a result as its owner may; return a function that takes the change back."""
    undone = []
    _perturb(value, undone, 3)

    def undo():
        for step in reversed(undone):
            step()

    return undo


def _perturb(value, undone, depth):
    kind = type(value)
    if kind in (list, tuple):
        for item in value[:8] if depth else ():
            _perturb(item, undone, depth - 1)
    if kind is list:
        value.append(_MARK)
        undone.append(lambda: _take_out(value))
    elif kind is dict:
        for item in list(value.values())[:8] if depth else ():
            _perturb(item, undone, depth - 1)
        value[_MARK] = _MARK
        undone.append(lambda: value.pop(_MARK, None))
    elif kind is set:
        value.add(_MARK)
        undone.append(lambda: value.discard(_MARK))
    elif kind is bytearray:
        value.append(7)
        undone.append(value.pop)
    elif type(getattr(value, "__dict__", None)) is dict and not callable(value):
        inner = value.__dict__
        inner[_MARK] = _MARK
        undone.append(lambda: inner.pop(_MARK, None))


def _take_out(values):
    """Remove the mark from a list, found by identity: elements may refuse to be compared."""
    places = [index for index, item in enumerate(values) if item is _MARK]
    if places:
        del values[places[-1]]


def refill(old, new):
    """Give the containers of earlier arguments the contents of others; tell whether it worked."""
    (old_args, old_kwargs), (args, kwargs) = old, new
    if len(old_args) != len(args) or set(old_kwargs) != set(kwargs):
        return False
    pairs = list(zip(old_args, args)) + [(old_kwargs[name], kwargs[name]) for name in kwargs]
    changed = [pair for pair in pairs if _fits(*pair)]
    return len(changed) == len(pairs) and any([_fill(*pair) for pair in changed])


def _fits(old, new):
    """Tell whether ``old`` can be made to hold what ``new`` holds."""
    if type(old) is not type(new):
        return False
    if type(old) in (list, dict, set, bytearray):
        return True
    inner = getattr(old, "__dict__", None)
    if type(inner) is dict and not callable(old) and not isinstance(old, (list, dict, set)):
        return True
    return type(old) in _ATOMS and (old is new or old == new)


_ATOMS = (int, float, str, bytes, bool, type(None))


def _fill(old, new):
    kind = type(old)
    if kind in (list, bytearray):
        old[:] = new
    elif kind in (dict, set):
        old.clear()
        old.update(new)
    elif kind not in _ATOMS:
        old.__dict__.clear()
        old.__dict__.update(new.__dict__)
    return kind not in _ATOMS
