"""Sample the stacks of this process from inside, by a timer that runs on its CPU time.

The handler runs only where the interpreter looks for signals (at calls, after C functions, in
loops), so what a function does after its last such point is charged to its caller. A sample taken
on the first instruction of a function is charged to its caller. Each sample weighs the CPU time
since the last one, so that a long call into C counts in full and a sleep not at all. Other threads
are looked at when the main one is.
"""

import contextlib
import signal
import sys
import threading
import time


class Ticker:
    """Sample on SIGPROF; project code that takes the signal for itself ends the sampling."""

    def __init__(self, stacks, interval):
        self.stacks = stacks
        self.interval = interval
        self.clocks = {}
        self.last = 0

    def start(self):
        """Begin; where this is not the main thread nothing is sampled."""
        self.last = time.process_time_ns()
        try:
            signal.signal(signal.SIGPROF, self._tick)
        except ValueError:
            return
        signal.setitimer(signal.ITIMER_PROF, self.interval, self.interval)

    def stop(self):
        """End, and write."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        self.stacks.write()

    def abandon(self):
        """Forget what the parent process counted; its timer was not inherited."""
        self.stacks.weights = {}

    def _tick(self, _signal, frame):
        passed = time.process_time_ns() - self.last
        frames = sys._current_frames()
        if len(frames) == 1:
            self._add(frame, passed)
        else:
            old, self.clocks = self.clocks, _clocks(frames)
            frames[threading.get_ident()] = frame
            for ident, top in frames.items():
                self._add(
                    top, self.clocks.get(ident, 0) - old.get(ident, self.clocks.get(ident, 0))
                )
        self.last = time.process_time_ns()

    def _add(self, frame, nanoseconds):
        if nanoseconds <= 0:
            return
        if frame.f_lineno == frame.f_code.co_firstlineno and frame.f_back and frame.f_lasti < 8:
            frame = frame.f_back  # the interpreter looks for signals before it runs a function
        stack = []
        while frame is not None:
            code = frame.f_code
            name = getattr(code, "co_qualname", code.co_name)
            stack.append((code.co_filename, name, frame.f_lineno or code.co_firstlineno))
            frame = frame.f_back
        self.stacks.add(tuple(reversed(stack)), nanoseconds / 1e9)


def _clocks(idents):
    """Return the CPU nanoseconds of each thread, where the system can tell."""
    found = {}
    for ident in idents:
        with contextlib.suppress(AttributeError, OSError):
            found[ident] = time.clock_gettime_ns(time.pthread_getcpuclockid(ident))
    return found
