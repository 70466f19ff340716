"""Sample the stacks of every Python process of a workload, by the CPU time that it uses.

Time spent waiting is no CPU time: a sleep or a slow peer never looks hot. On Linux a watcher reads
the process from outside (``watcher``); elsewhere, or where that fails, a timer samples from inside
(``ticker``). Each process writes a file of its own, at its end and, watched, once a second, so that
a process that is killed loses its last second.
"""

import atexit
import os
import sys

from . import memory, stacks, ticker, watcher


def install(job):
    """Start to sample this process and the children it forks."""
    sampling = _Sampling(job["out"], job["interval"], job.get("inside", False))
    sampling.start()
    atexit.register(sampling.stop)
    os.register_at_fork(after_in_child=sampling.restart)
    sampling.guard_exits()


class _Sampling:
    """Sample one process after another, as it forks."""

    def __init__(self, out, interval, inside):
        self.out = out
        self.interval = interval
        self.inside = inside
        self.pid = 0
        self.sampler = None
        self.starting = False

    def start(self):
        self.pid = os.getpid()
        collected = stacks.Stacks(self.out)
        self.starting = True  # the watcher is forked, and must not watch itself
        try:
            self.sampler = watcher.Watcher(collected, self.interval)
            if self.inside:
                raise OSError
            self.sampler.start()
        except (OSError, AttributeError, memory.Unreadable):
            self.sampler = ticker.Ticker(collected, self.interval)
            self.sampler.start()
        finally:
            self.starting = False

    def stop(self):
        if self.sampler is not None and self.pid == os.getpid():
            self.sampler.stop()

    def restart(self):
        """Go on in a forked child, unless it is about to become another program."""
        if self.starting:
            return
        if self.sampler is not None:
            self.sampler.abandon()
            self.sampler = None
        if sys._getframe(1).f_code.co_name != "_execute_child":
            self.start()

    def guard_exits(self):
        """Write before the ends that atexit does not see: ``os._exit`` and ``os.exec*``."""
        for name in ("_exit", "execv", "execve"):
            setattr(os, name, self._guarded(getattr(os, name)))

    def _guarded(self, leave):
        def guarded(*args, **kwargs):
            self.stop()
            return leave(*args, **kwargs)

        guarded.__name__ = guarded.__qualname__ = leave.__name__
        return guarded
