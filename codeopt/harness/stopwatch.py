"""Time the calls of one target while a workload of the project runs.

``install(job)`` is called in every process of the workload before the project's code. The job:
``target`` (path, qualname, module), ``tree``, ``out``. Each process writes ``<pid>.seen`` at its
end: ``calls``, nanoseconds of ``cpu`` and ``wall`` in them, those of ``wall`` that are ``waiting``
(not running in a call that gave up the processor of its own will, as one does not that others push
aside), the ``kind`` of the target, and what is ``missing``.

A call within a call counts as part of it. Of a generator only the time in its steps counts; a
coroutine is timed from the start of the call to its end, other tasks of the loop included, since
that is how long its caller waits.
"""

import contextlib
import contextvars
import itertools
import json
import os
import sys
import threading

from . import arrivals, loading, loops, tap

try:
    import resource
except ImportError:
    resource = None

WATCHED = 1_000  # calls of a thread that are looked at for waiting, before the clocks are read


def install(job):
    """Watch the imports of this process for the target's module."""
    sys.setrecursionlimit(2 * sys.getrecursionlimit())  # stub and hook take frames of their own
    arrivals.watch([Stopwatch(job)], job)


class _Account:
    """Hold what one thread has spent in the target; ``inside`` while a call goes on."""

    __slots__ = ("calls", "cpu", "inside", "seen", "switched", "waited", "wall", "watched")

    def __init__(self):
        self.calls = self.cpu = self.wall = self.waited = self.watched = self.seen = 0
        self.inside = False
        self.switched = None

    def look(self):
        """Count the switches before a call, or a step of one, of the first calls."""
        self.seen += 1
        self.switched = _switches() if self.seen <= WATCHED else None

    def add(self, cpu, wall):
        """Add the time of a call, or of a step of one."""
        self.cpu += cpu
        self.wall += wall
        if self.switched is not None:
            self.watched += wall
            if _switches() > self.switched:
                self.waited += max(0, wall - cpu)

    @property
    def waiting(self):
        """Return the nanoseconds of waiting, as the calls that were watched have it."""
        return self.waited * self.wall // max(1, self.watched)


def _switches():
    """Count how often this thread gave up the processor of its own will."""
    if resource is None:
        return 0
    who = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)
    return resource.getrusage(who).ru_nvcsw


class Stopwatch:
    """Time the calls of the target in this process."""

    def __init__(self, job):
        self.target = job["target"]
        self.out = job["out"]
        self.tap = None
        self.missing = ""
        self.reset()

    def reset(self):
        """Forget what was timed, as a forked child does."""
        self.pid = os.getpid()
        self.accounts = []
        self.thread = threading.local()
        self.inside = contextvars.ContextVar("inside", default=False)

    def attach(self, module, quiet=False):
        """Tap the target in a module that has just been executed; tell whether it is there."""
        try:
            function = loading.resolve(module, self.target["qualname"])
        except loading.LoadError as error:
            self.missing = self.missing if quiet else str(error)
            return False
        self.missing = ""
        if self.tap is None or self.tap.function is not function:
            hook = getattr(self, "_" + tap.kind_of(function))
            self.tap = tap.Tap(function, hook, itertools.repeat(1).__next__)
            self.tap.put()
        return True

    def late(self, frame):
        """Leave a call alone whose beginning was not seen."""

    def flush(self):
        """Write what was timed."""
        if self.tap is None and not self.missing:
            return
        found = {
            "calls": sum(each.calls for each in self.accounts),
            "cpu": sum(each.cpu for each in self.accounts),
            "wall": sum(each.wall for each in self.accounts),
            "waiting": sum(each.waiting for each in self.accounts),
            "kind": self.tap.kind if self.tap else "",
            "missing": self.missing,
        }
        path = os.path.join(self.out, "%d.seen" % self.pid)
        with open(path + ".new", "w") as file:
            json.dump(found, file)
        os.replace(path + ".new", path)

    def _account(self):
        try:
            return self.thread.account
        except AttributeError:
            self.thread.account = _Account()
            self.accounts.append(self.thread.account)
            return self.thread.account

    # -------------------------------------------------------------- what the stub calls
    def _function(self, args, kwargs):
        account = self._account()
        if account.inside:
            return self.tap.clone(*args, **kwargs)
        account.inside = True
        account.look()
        wall, cpu = loops.WALL(), loops.CPU()
        try:
            return self.tap.clone(*args, **kwargs)
        finally:
            account.add(loops.CPU() - cpu, loops.WALL() - wall)
            account.inside = False
            account.calls += 1

    def _generator(self, args, kwargs):
        inner = self.tap.clone(*args, **kwargs)
        step, value = inner.send, None
        self._account().calls += 1
        while True:
            try:
                out = self._step(step, value)
            except StopIteration as end:
                return end.value
            try:
                step, value = inner.send, (yield out)
            except GeneratorExit:
                inner.close()
                raise
            except BaseException as error:
                step, value = inner.throw, error

    def _step(self, step, value):
        account = self._account()
        if account.inside:
            return step(value)
        account.inside = True
        account.look()
        wall, cpu = loops.WALL(), loops.CPU()
        try:
            return step(value)
        finally:
            account.add(loops.CPU() - cpu, loops.WALL() - wall)
            account.inside = False

    async def _coroutine(self, args, kwargs):
        self._account().calls += not self.inside.get()
        return await self._waited(self.tap.clone(*args, **kwargs))

    async def _async_generator(self, args, kwargs):
        self._account().calls += not self.inside.get()
        inner = self.tap.clone(*args, **kwargs)
        try:
            while True:
                try:
                    value = await self._waited(inner.__anext__())
                except StopAsyncIteration:
                    return
                yield value
        finally:
            await inner.aclose()

    async def _waited(self, awaitable):
        if self.inside.get():
            return await awaitable
        token, account, switched = self.inside.set(True), self._account(), _switches()
        wall, cpu = loops.WALL(), loops.CPU()
        try:
            return await awaitable
        finally:
            cpu, wall = loops.CPU() - cpu, loops.WALL() - wall
            account.switched = switched  # other calls have begun on this thread meanwhile
            account.add(cpu, wall)
            with contextlib.suppress(ValueError):  # closed from another context
                self.inside.reset(token)
