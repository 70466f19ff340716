"""Record real calls of the targets while a workload of the project runs.

``install(job)`` is called in every process of the workload before the project's code. The job:
``targets`` (path, qualname, module), ``tree``, ``out``, ``max_calls``, ``max_bytes``. Each process
writes one file a target, ``calls-<target>-<pid>.part``, at its end and now and then before.
"""

import os
import sys
import threading
import time

from . import arrivals, calls, loading, observe, pickling, preview, sampling, tap
from .bulk import blake2b

FLUSH = 5.0  # seconds after which what is new is written


def install(job):
    """Watch the imports of this process for the targets' modules."""
    monitor = tap.Monitor() if tap.MONITORED else tap.Tracer()
    arrivals.watch([Recorder(job, index, monitor) for index in range(len(job["targets"]))], job)


class Recorder:
    """Record the calls of one target in this process."""

    def __init__(self, job, index, monitor):
        self.job = job
        self.index = index
        self.target = job["targets"][index]
        self.monitor = monitor
        self.tap = None
        self.missing = ""
        self.main = None
        self.singletons = {}
        self.modules = 0
        self.busy = threading.local()
        self.reset()

    def reset(self):
        """Forget what was recorded, as a forked child does."""
        seed = "%s %s" % (self.target["path"], self.target["qualname"])
        self.gaps = sampling.Gaps(seed)
        self.kept = sampling.Reservoir(self.job["max_calls"], self.job["max_bytes"], seed)
        self.last, self.pid, self.accounted = time.perf_counter(), os.getpid(), 0
        if self.tap is not None:
            self.tap.remove()
            self._put(self.tap.function)

    def attach(self, module, quiet=False):
        """Tap the target in a module that has just been executed; tell whether it is there."""
        try:
            function = loading.resolve(module, self.target["qualname"])
        except loading.LoadError as error:
            if not quiet:
                self.missing = str(error)
            return False
        self.missing = ""
        if self.tap is not None and self.tap.function is function:
            return True
        if module.__name__ == "__main__":
            self.main = self.target["module"]
        self._put(function)
        return True

    def _put(self, function):
        self.tap = tap.Tap(function, self._hook(function), self.gaps.next)
        self.monitor.watch(self.tap)
        self.tap.put()

    def _hook(self, function):
        return {
            "function": self._call,
            "generator": self._generate,
            "coroutine": self._await,
            "async_generator": self._generate_async,
        }[tap.kind_of(function)]

    # -------------------------------------------------------------- what the stub calls
    def _call(self, args, kwargs):
        sample = self._before(args, kwargs)
        try:
            value = self.tap.clone(*args, **kwargs)
        except BaseException as error:
            self._after(sample, error=error)
            raise
        self._after(sample, value=value)
        return value

    def _generate(self, args, kwargs):
        self._after(self._before(args, kwargs), known=False)
        return (yield from self.tap.clone(*args, **kwargs))

    async def _await(self, args, kwargs):
        sample = self._before(args, kwargs, lines=False)
        try:
            value = await self.tap.clone(*args, **kwargs)
        except BaseException as error:
            self._after(sample, error=error)
            raise
        self._after(sample, value=value)
        return value

    async def _generate_async(self, args, kwargs):
        self._after(self._before(args, kwargs), known=False)
        async for value in self.tap.clone(*args, **kwargs):
            yield value

    def late(self, frame):
        """Record a call that had begun before the target was found."""
        code, values = frame.f_code, frame.f_locals
        count = code.co_argcount
        args = [values[name] for name in code.co_varnames[:count]]
        names = code.co_varnames[count : count + code.co_kwonlyargcount]
        kwargs = {name: values[name] for name in names}
        rest = code.co_varnames[count + code.co_kwonlyargcount :]
        if code.co_flags & 4:
            args += values[rest[0]]
        if code.co_flags & 8:
            kwargs.update(values[rest[1 if code.co_flags & 4 else 0]])
        self._after(self._before(tuple(args), kwargs), known=False)

    # -------------------------------------------------------------- one sample
    def _before(self, args, kwargs, lines=True):
        """Pickle the arguments; None where that cannot be or must not be."""
        if tap.MONITORED:
            self.tap.remove()
        if getattr(self.busy, "now", False):
            return None
        self.busy.now = True
        started = time.perf_counter()
        try:
            sample = self._take(args, kwargs)
        except pickling.CannotPickle as reason:
            self.kept.omit(str(reason), self._weight())
            return None
        except Exception as error:
            self.kept.omit("recording failed: %s" % type(error).__name__, self._weight())
            return None
        finally:
            self.gaps.spent += time.perf_counter() - started
            self.busy.now = False
        if lines:
            for code in self.tap.codes:
                self.monitor.follow(code, sample.lines)
        sample.started = time.perf_counter()
        return sample

    def _weight(self):
        """Count the calls since the sample before this one."""
        seen = max(self.gaps.seen, self.accounted + 1)
        weight = seen - self.accounted
        self.accounted = seen
        return weight

    def _take(self, args, kwargs):
        if len(sys.modules) != self.modules:
            self.modules = len(sys.modules)
            self.singletons = pickling.sentinels(os.path.realpath(self.job["tree"]) + os.sep)
        blob = pickling.dump((args, kwargs), self.singletons, self.main)
        size = sampling.size((args, kwargs))
        text = preview.call(self.target["qualname"], args, kwargs)
        options = observe.Options(main=self.main)
        seen = observe.Observation(args, kwargs, options)
        weight = self._weight()
        return _Sample(blob, size, text, seen, self.accounted - 1, weight)

    def _after(self, sample, value=None, error=None, known=True):
        if sample is None:
            return
        seconds = time.perf_counter() - sample.started
        for code in self.tap.codes:
            self.monitor.unfollow(code, sample.lines)
        self.busy.now = True
        started = time.perf_counter()
        try:
            outcome = sample.outcome(value, error) if known else None
            self._keep(sample, outcome, seconds)
        except Exception as problem:
            self.kept.omit("recording failed: %s" % type(problem).__name__, sample.weight)
        finally:
            self.gaps.spent += time.perf_counter() - started
            self.busy.now = False

    def _keep(self, sample, outcome, seconds):
        lines = ",".join(str(line - self.tap.code.co_firstlineno) for line in sorted(sample.lines))
        digest = blake2b(lines.encode(), digest_size=4).hexdigest()
        metadata = {
            "order": sample.order,
            "count": sample.weight,
            "size": sample.size,
            "group": "%d.%s" % (sample.size.bit_length() // 2, digest),
            "lines": lines[:400],
            "outcome": outcome,
            "seconds": seconds,
            "text": sample.text,
        }
        self.kept.add(metadata, sample.blob)
        if time.perf_counter() - self.last > FLUSH:
            self.flush()

    def flush(self):
        """Write what was recorded so far."""
        if self.tap is None and not self.missing:
            return
        tree = os.path.realpath(self.job["tree"])
        paths = [os.path.realpath(entry) for entry in sys.path if entry]
        inside = [os.path.relpath(p, tree) for p in paths if p == tree or p.startswith(tree + "/")]
        header = {
            "target": self.target["qualname"],
            "module": self.target["module"],
            "path": self.target["path"],
            "sys_path": list(dict.fromkeys(inside)),
            "seen": max(self.gaps.seen, self.accounted),
            "omissions": self.kept.omissions,
            "missing": self.missing,
            "main": self.main,
        }
        name = "calls-%d-%d.part" % (self.index, self.pid)
        path = os.path.join(self.job["out"], name)
        calls.write(path + ".new", header, self.kept.calls())
        os.replace(path + ".new", path)
        self.last = time.perf_counter()


class _Sample:
    """Hold one call between its begin and its end."""

    def __init__(self, blob, size, text, seen, order, weight):
        self.blob, self.size, self.text = blob, size, text
        self.seen, self.order, self.weight = seen, order, weight
        self.lines = set()
        self.started = 0.0

    def outcome(self, value, error):
        """Describe how the call ended, as a digest; None where that would disturb it."""
        if error is None and observe.is_lazy(value):
            return None
        if error is None:
            self.seen.result(value, drain=False)
        else:
            self.seen.error(error)
        self.seen.arguments_after()
        return self.seen.outcome()
