"""Sample a process from a second one that reads its memory, weighted by the CPU time it used.

The watcher is forked from the process, before any project code runs, and handed over to init, so
that the project has no child it does not know. It ends with the process, or when it is told to.
"""

import contextlib
import os
import select
import signal
import time

from . import memory

_FLUSH_SECONDS = 1.0
_STOP_SECONDS = 5.0
_MANY = 10_000
_HIGH = 400  # descriptors above what the project gets, so that its own keep their numbers


class Watcher:
    """Hold the process's end of the line to its watcher."""

    def __init__(self, stacks, interval):
        self.stacks = stacks
        self.interval = interval
        self.control = self.done = -1

    def start(self):
        """Fork the watcher; raises OSError or Unreadable where that cannot work."""
        descriptor = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
        pid = os.getpid()
        try:
            layout = memory.calibrate(descriptor)
            ask, control = os.pipe()
            done, answer = os.pipe()
            child = os.fork()
            if child == 0:
                self._be_watcher(pid, descriptor, layout, (ask, answer), (control, done))
            os.waitpid(child, 0)
            self.control, self.done = _lift(control), _lift(done)
            os.close(ask)
            os.close(answer)
        finally:
            os.close(descriptor)

    def stop(self):
        """Tell the watcher to write and wait until it has."""
        if self.control >= 0:
            try:
                os.write(self.control, b"x")
                select.select([self.done], [], [], _STOP_SECONDS)
            except (OSError, ValueError):
                pass  # it is gone, or the project closed the line
            self.abandon()

    def abandon(self):
        """Let go of the line, as a forked child must."""
        for descriptor in (self.control, self.done):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self.control = self.done = -1

    def _be_watcher(self, pid, descriptor, layout, line, others):
        status = 1
        try:
            if os.fork() == 0:
                for other in others:
                    os.close(other)
                _quieten()
                reader = memory.Reader(memory.Memory(descriptor), layout)
                _Loop(pid, reader, self.stacks, self.interval).run(line[0])
            status = 0
        finally:
            os._exit(status)


class _Loop:
    """Sample until the process ends or says so."""

    def __init__(self, pid, reader, stacks, interval):
        self.pid = pid
        self.reader = reader
        self.stacks = stacks
        self.interval = interval
        self.clock = (~pid << 3) | 2  # the CPU clock of a process, as in <linux/posix-timers.h>
        self.used = {0: 0}
        self.samples = 0

    def run(self, line):
        state, due = self.reader.layout["state"], time.monotonic() + _FLUSH_SECONDS
        self.used[0] = self._process_time()
        while not select.select([line], [], [], self._pause())[0]:
            if not self.reader.memory.alive(state):
                break
            try:
                self._sample(list(self.reader.threads()))
            except memory.Unreadable:
                continue
            except OSError:
                break
            if time.monotonic() > due:
                due = self._flush()
        self.stacks.write()

    def _pause(self):
        """Sample a long run less often as it goes on."""
        return self.interval * (1 + self.samples // _MANY)

    def _flush(self):
        """Write, and return when to write again: seldom when it takes long."""
        started = time.monotonic()
        self.stacks.write()
        ended = time.monotonic()
        return ended + max(_FLUSH_SECONDS, 20 * (ended - started))

    def _process_time(self):
        return time.clock_gettime_ns(self.clock)

    def _sample(self, threads):
        """Charge what each running thread used since its last sample to where it is now."""
        for number, (tid, state) in enumerate(threads):
            single = len(threads) == 1
            key = 0 if single else tid
            used = self._process_time() if single else self._thread_time(tid)
            if not single and key not in self.used:
                self.used[key] = used
            passed = used - self.used.get(key, 0)
            if passed * 4e-9 < self.interval or not self._runs(tid if number else self.pid):
                continue
            stack = self._stack(state)
            if stack:
                self.stacks.add(stack, passed / 1e9)
                self.samples += 1
                self.used[key] = used
        if len(threads) > 1:
            self.used[0] = self._process_time()

    def _stack(self, state):
        for _ in range(4):
            try:
                return self.reader.stack(state)
            except memory.Unreadable:
                continue
        return None

    def _thread_time(self, tid):
        return int(_slurp("/proc/%d/task/%d/schedstat" % (self.pid, tid)).split()[0])

    def _runs(self, tid):
        text = _slurp("/proc/%d/task/%d/stat" % (self.pid, tid))
        return text.rpartition(b")")[2].split()[0] == b"R"


def _slurp(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)


def _lift(descriptor):
    """Move a descriptor out of the way of the project's own."""
    import fcntl

    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    os.close(descriptor)
    return high


def _quieten():
    """Keep nothing of the process open, and leave its signals to it."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
