"""Sample the stacks of this process from inside, by a timer that runs on its CPU time.

A handler runs only where the interpreter looks for signals (at calls, after C functions, in
loops), so that where it runs says little: what a function does after its last such point would be
charged to its caller. Therefore a random quarter of the spans between ticks is traced by calls and
returns, and the CPU time of a span is shared out as its traced time was. Spans are chosen before
they begin, so that long calls into C count as much as they take; a very long one is charged to
where its end is seen.
"""

import contextlib
import signal
import sys
import threading
import time

_ONE_IN = 4
_LONG = 20  # intervals; longer spans are too few to be chosen from


class Ticker:
    """Sample on SIGPROF; project code that takes the signal for itself ends the sampling.

    Other threads are looked at when the main one is.
    """

    def __init__(self, stacks, interval):
        self.stacks = stacks
        self.interval = interval
        self.clocks = {}
        self.began = 0
        self.span = None  # stack -> traced nanoseconds, while a span is traced
        self.mark = 0
        self.dice = 1
        self.busy = False
        self.cost = 0
        self.long = int(_LONG * interval * 1e9)

    def start(self):
        """Begin; where this is not the main thread nothing is sampled."""
        self.cost = _event_cost()
        self.began = time.process_time_ns()
        try:
            signal.signal(signal.SIGPROF, self._tick)
        except ValueError:
            return
        signal.setitimer(signal.ITIMER_PROF, self.interval, self.interval)

    def stop(self):
        """End, and write."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        self._untrace()
        self.stacks.write()

    def abandon(self):
        """Forget what the parent process counted; its timer was not inherited."""
        self._untrace()
        self.stacks.weights = {}

    def _tick(self, _signal, frame):
        if self.busy:
            return
        self.busy = True
        passed = time.process_time_ns() - self.began
        if self.span is not None:
            self._end_span(frame, passed)
        elif passed > self.long:
            self.stacks.add(_stack(frame), (passed - self.long) / 1e9)
        self.dice = (self.dice * 1103515245 + 12345) & 0x7FFFFFFF
        if (self.dice >> 16) % _ONE_IN == 0:
            self._begin_span()
        self.began = time.process_time_ns()
        self.busy = False

    def _begin_span(self):
        self.span = {}
        self.clocks = _clocks(sys._current_frames())
        self.mark = time.thread_time_ns()
        if sys.getprofile() is None:
            sys.setprofile(self._event)

    def _event(self, frame, event, _argument):
        """Charge the time since the last event to the frame that ran until now."""
        passed = time.thread_time_ns() - self.mark
        where = frame.f_back if event == "call" else frame
        self._charge(where, passed)
        self.mark = time.thread_time_ns()

    def _charge(self, frame, nanoseconds):
        span = self.span  # a tick may end it while this runs
        if span is not None and frame is not None and frame.f_code.co_filename != __file__:
            stack = _stack(frame)
            span[stack] = span.get(stack, 0) + max(1, nanoseconds - self.cost)

    def _end_span(self, frame, passed):
        self._charge(_interrupted(frame), time.thread_time_ns() - self.mark)
        span = self.span
        self._untrace()
        frames = sys._current_frames()
        if len(frames) > 1:
            passed = self._add_others(frames)
        whole = sum(span.values())
        # this span did only the work that is left without the tracing; those it stands for did more
        stands_for = min(whole, passed) + (_ONE_IN - 1) * min(passed, self.long)
        for number, (stack, traced) in enumerate(span.items()):
            seconds = stands_for * traced / whole / 1e9
            if seconds > 0:
                self.stacks.add(stack, seconds, samples=0 if number else 1)

    def _add_others(self, frames):
        """Add the stacks of the other threads; return what this one used."""
        own, now = threading.get_ident(), _clocks(frames)
        for ident, top in frames.items():
            passed = now.get(ident, 0) - self.clocks.get(ident, now.get(ident, 0))
            if ident != own and passed > 0:
                self.stacks.add(_stack(top), _ONE_IN * passed / 1e9)
        return now.get(own, 0) - self.clocks.get(own, 0)

    def _untrace(self):
        self.span = None
        if getattr(sys.getprofile(), "__self__", None) is self:
            sys.setprofile(None)


def _interrupted(frame):
    """Return the frame of the project that ran; a tick is often seen first when an event is."""
    while frame is not None and frame.f_code.co_filename == __file__:
        entering = frame.f_code is Ticker._event.__code__ and frame.f_locals["event"] == "call"
        frame = frame.f_back
        if entering and frame is not None:
            frame = frame.f_back
    return frame


def _event_cost():
    """Return the nanoseconds between two events of which nothing is the project's."""
    if sys.getprofile() is not None:
        return 0
    passed, mark = [], [0]

    def event(_frame, _event, _argument):
        passed.append(time.thread_time_ns() - mark[0])
        mark[0] = time.thread_time_ns()

    sys.setprofile(event)
    for _ in range(300):
        _nothing()
    sys.setprofile(None)
    return sorted(passed)[len(passed) // 2]


def _nothing():
    """Do nothing, to be called."""


def _stack(frame):
    found = []
    while frame is not None:
        code = frame.f_code
        name = getattr(code, "co_qualname", code.co_name)
        found.append((code.co_filename, name, frame.f_lineno or code.co_firstlineno))
        frame = frame.f_back
    return tuple(reversed(found))


def _clocks(idents):
    """Return the CPU nanoseconds of each thread, where the system can tell."""
    found = {}
    for ident in idents:
        with contextlib.suppress(AttributeError, OSError):
            found[ident] = time.clock_gettime_ns(time.pthread_getcpuclockid(ident))
    return found
