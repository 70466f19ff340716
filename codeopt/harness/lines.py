"""Replay recorded calls on one version and see on which lines of the target's file it is.

A timer interrupts the process; what counts is the innermost frame of that file, so a line includes
what it calls in other files. Calls are timed once each, too: which of them are slow is data.
"""

import signal

from . import loading, loops
from .inputs import Inputs

_INTERVAL = 0.001
_MOST_LINES = 200


def run(job, channel):
    """Make the calls again and again until the time is up; answer with one frame."""
    inputs = Inputs(job["recording"])
    header = inputs.header
    loading.enter(job["tree"], job["source_roots"], job["overrides"], header["sys_path"])
    function = loading.resolve(
        loading.load_module(header["module"], header["path"]), job["qualname"]
    )
    usable = [row[0] for row in inputs.table()]
    calls = [index for index in job["calls"] if index in usable] or usable
    sampler = Sampler(function.__code__.co_filename)
    times = sampler.replay(function, inputs, calls, job["seconds"])
    hot = sorted(sampler.samples.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_LINES]
    channel.send({"lines": hot, "times": sorted(times.items())})


class Sampler:
    """Count samples by line of one file."""

    def __init__(self, filename):
        self.filename = filename
        self.samples = {}
        self.active = False

    def replay(self, function, inputs, calls, seconds):
        """Return the least nanoseconds that each call took; every call is made at least once."""
        kind = loops.kind_of(function)
        loop, finisher = loops.compile_loop(kind), loops.Finisher(kind)
        times = {}
        end = loops.WALL() + seconds * 1e9
        signal.signal(signal.SIGALRM, self.sample)
        signal.setitimer(signal.ITIMER_REAL, _INTERVAL, _INTERVAL)
        try:
            while calls and loops.WALL() < end:
                for index in calls:
                    spent = self._call(loop, function, inputs.fresh(index), finisher)
                    times[index] = min(spent, times.get(index, spent))
                    if loops.WALL() > end and len(times) == len(calls):
                        break
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            finisher.close()
        return times

    def _call(self, loop, function, call, finisher):
        self.active = True
        started = loops.WALL()
        loop(function, [call], [].append, finisher.finish)
        spent = loops.WALL() - started
        self.active = False
        return spent

    def sample(self, _number, frame):
        """Count the line on which the innermost frame of the file is."""
        if not self.active:
            return
        while frame is not None and frame.f_code.co_filename != self.filename:
            frame = frame.f_back
        if frame is not None and frame.f_lineno:
            self.samples[frame.f_lineno] = self.samples.get(frame.f_lineno, 0) + 1
