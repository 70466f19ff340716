"""Follow the target through a few recorded calls: which lines run how often, what names hold after
each, and how often it calls what.

What is reported is bounded: a few values for each name and line, and a number of events after which
a call runs on unobserved.
"""

import sys

from . import loading, loops, preview
from .inputs import Inputs

_VALUES = 3  # shown for each name and line
_ROOM = 80
_EVENTS = 20_000
_MOST_NAMES = 40


def run(job, channel):
    """Make the calls of the job, each once, under observation; answer with one frame."""
    inputs = Inputs(job["recording"])
    header = inputs.header
    loading.enter(job["tree"], job["source_roots"], None, header["sys_path"])
    function = loading.resolve(
        loading.load_module(header["module"], header["path"]), job["qualname"]
    )
    usable = [row[0] for row in inputs.table()]
    follower = Follower(function)
    for index in [index for index in job["calls"] if index in usable] or usable[:1]:
        follower.call(inputs.fresh(index))
    channel.send(follower.report())


class Follower:
    """Watch the frames of one function."""

    def __init__(self, function):
        self.function = function
        self.code = function.__code__
        self.kind = loops.kind_of(function)
        self.hits, self.values, self.calls, self.known = {}, {}, {}, {}
        self.events = 0

    def call(self, call):
        """Make one call to its end; what it raises is part of what it does."""
        self.events = 0
        loop, finisher = loops.compile_loop(self.kind), loops.Finisher(self.kind)
        sys.settrace(self.enter)
        sys.setprofile(self.built_in)
        try:
            loop(self.function, [call], [].append, finisher.finish)
        finally:
            sys.setprofile(None)
            sys.settrace(None)
            finisher.close()

    def enter(self, frame, event, _argument):
        """Count a call of a Python function by the target; watch the lines of the target itself."""
        caller = frame.f_back
        if event == "call" and caller is not None and caller.f_code is self.code:
            self._count(getattr(frame.f_code, "co_qualname", frame.f_code.co_name))
        if frame.f_code is not self.code:
            return None
        self.known[id(frame)] = (frame.f_lineno, self._texts(frame))
        return self.line

    def built_in(self, frame, event, argument):
        """Count a call of a built-in function by the target."""
        if event == "c_call" and frame.f_code is self.code:
            self._count(getattr(argument, "__qualname__", "") or repr(type(argument)))

    def line(self, frame, event, _argument):
        """Note what the line before has changed."""
        self.events += 1
        if self.events > _EVENTS:
            return None
        before, old = self.known.pop(id(frame), (frame.f_lineno, {}))
        new = self._texts(frame)
        for name, text in new.items():
            if old.get(name) != text:
                self._value(before, name, text)
        if event == "line":
            self.hits[frame.f_lineno] = self.hits.get(frame.f_lineno, 0) + 1
            self.known[id(frame)] = (frame.f_lineno, new)
        return self.line

    def report(self):
        """Return what was seen, by line."""
        values = sorted([line, name, texts] for (line, name), texts in self.values.items() if texts)
        return {
            "hits": sorted(self.hits.items()),
            "values": values,
            "calls": sorted(self.calls.items(), key=lambda pair: (-pair[1], pair[0])),
        }

    def _texts(self, frame):
        names = list(frame.f_locals.items())[:_MOST_NAMES]
        return {name: preview.preview(value, _ROOM) for name, value in names}

    def _value(self, line, name, text):
        texts = self.values.setdefault((line, name), [])
        if len(texts) < _VALUES and text not in texts:
            texts.append(text)

    def _count(self, name):
        self.calls[name] = self.calls.get(name, 0) + 1
