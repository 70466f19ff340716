"""Time one version of a target: a zygote that never runs it, and a fork for every sample.

The zygote imports the module and reads the recorded calls. Each request is carried out in a child
(in the zygote itself, once, where there is no fork), so that every sample starts from the same cold
state. A sample warms the interpreter up on calls that are not timed, then makes one pass over the
timed calls, each with arguments of its own that were made before the clock started.

What is done elsewhere is looked for: at import (its cost is sent along, threads and children
included), in threads and children that are left behind, and after the clock has stopped.
"""

import gc
import json
import os
import struct
import threading

from . import loading, loops, outcomes
from .inputs import Inputs

_HEADER = struct.Struct(">I")
_TICK_NS = 5_000_000  # the system counts the time of threads and children in steps


def run(job, channel):
    """Load one version and serve requests until the channel ends."""
    state = loops.state()
    started, everything = loops.CPU(), loops.everything()
    inputs = Inputs(job["recording"])
    loading.enter(job["tree"], job["source_roots"], job["overrides"], inputs.header["sys_path"])
    module = loading.load_module(inputs.header["module"], inputs.header["path"])
    function = loading.resolve(module, job["qualname"])
    spent = max(loops.CPU() - started, loops.everything() - everything - _TICK_NS)
    table = inputs.table()
    gc.collect()
    gc.freeze()
    zygote = Zygote(function, inputs, channel, state)
    forks = hasattr(os, "fork") and threading.active_count() == 1
    kind = loops.kind_of(function)
    channel.send(
        {
            "ready": True,
            "calls": table,
            "import": spent,
            "forks": forks,
            "kind": kind,
            "changed": zygote.changed(),
        }
    )
    while True:
        request = channel.receive()
        if request is None:
            return
        if not forks:
            channel.send({**zygote.answer(request, None), "gone": True})
            return
        channel.send(zygote.fork(request))


class Zygote:
    """A process that has loaded everything and run nothing."""

    def __init__(self, function, inputs, channel, state):
        self.function = function
        self.inputs = inputs
        self.channel = channel
        self.state = state  # from before any code of the project ran
        self.frozen = gc.get_freeze_count()
        self.digest = outcomes.digest_of  # bound before the function runs

    def changed(self):
        """Name what differs from the state in which the process started."""
        after = loops.state()
        names = [name for name in after if self.state[name] != after[name]]
        return names + ["frozen objects"] * (gc.get_freeze_count() > self.frozen)

    def fork(self, request):
        """Carry out a request in a child; what the child says is relayed."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            self._child(request, reader, writer)
        os.close(writer)
        answer = None
        while answer is None or "mark" in answer:
            answer = _receive(reader)
            if answer is None:
                break
            if "mark" in answer:
                self.channel.send(answer)
        os.close(reader)
        if answer is None:
            _, status = os.waitpid(child, 0)
            return {"died": status}
        _, status, usage = os.wait4(child, 0)
        return {**answer, "process": int((usage.ru_utime + usage.ru_stime) * 1e9)}

    def _child(self, request, reader, writer):
        try:
            os.close(reader)
            self.channel.close()
            _send(writer, self.answer(request, writer))
        except BaseException as error:  # the child ends here whatever the project's code raises
            _send(writer, {"error": type(error).__name__, "text": str(error)[:500]})
        finally:
            os._exit(0)

    def answer(self, request, writer):
        """Carry out one request."""
        if request["op"] == "probe":
            return self.probe(request)
        if request["op"] == "memory":
            return self.memory(request)
        return self.sample(request, writer)

    def probe(self, request):
        """Time single calls once each, until the time is up; say whether results are lazy."""
        kind = request["kind"]
        loop, finisher, out = loops.compile_loop(kind), loops.Finisher(kind), []
        end = loops.WALL() + request["seconds"] * 1e9
        times = []
        for index in request["calls"]:
            batch = [self.inputs.fresh(index)]
            started = loops.WALL()
            loop(self.function, batch, out.append, finisher.finish)
            times.append([index, loops.WALL() - started])
            if loops.WALL() > end:
                break
        lazy = kind == "call" and any(hasattr(type(value), "__next__") for value in out)
        raised = [isinstance(value, BaseException) for value in out]
        return {"times": times, "lazy": lazy, "raised": raised}

    def sample(self, request, writer):
        """Make one pass over the segments of calls and time each segment."""
        kind = request["kind"]
        loop, finisher = loops.compile_loop(kind), loops.Finisher(kind)
        segments = [[self.inputs.fresh(i) for i in part] for part in request["segments"]]
        warm = self._warm(request["warm"], loop, finisher)
        out, readings = [], []
        switched = loops.switches()
        gc.collect()
        _mark(request, writer)
        for part in segments:
            wall, cpu = loops.WALL(), loops.CPU()
            loop(self.function, part, out.append, finisher.finish)
            cpu, wall = loops.CPU() - cpu, loops.WALL() - wall
            readings.append([cpu, wall])
        _mark(request, writer)
        switched = loops.switches() - switched
        changed = self.changed()
        finisher.close()
        digests = [[i, self.digest(out[i])] for i in request["check"] if i < len(out)]
        if request["marks"]:  # what is put off until the results are gone shows in the process
            del out[:], segments[:], part
        return {
            "readings": readings,
            "warm": warm,
            "switches": switched,
            "changed": changed,
            "digests": digests,
        }

    def _warm(self, indices, loop, finisher):
        """Let the interpreter specialise the code; return the CPU time that this took."""
        batch = [self.inputs.fresh(index) for index in indices]
        started, everything = loops.CPU(), loops.everything()
        loop(self.function, batch, [].append, finisher.finish)
        return max(loops.CPU() - started, loops.everything() - everything - _TICK_NS)

    def memory(self, request):
        """Return the peak of traced memory over one pass, its inputs and results included."""
        import tracemalloc

        kind = request["kind"]
        loop, finisher, out = loops.compile_loop(kind), loops.Finisher(kind), []
        calls = [self.inputs.fresh(i) for part in request["segments"] for i in part]
        gc.collect()
        tracemalloc.start()
        loop(self.function, calls, out.append, finisher.finish)
        return {"peak": tracemalloc.get_traced_memory()[1]}


def _mark(request, writer):
    """Let the parent look at its own clock."""
    if request.get("marks") and writer is not None:
        _send(writer, {"mark": True})


def _send(writer, value):
    body = json.dumps(value, separators=(",", ":")).encode("ascii")
    view = memoryview(_HEADER.pack(len(body)) + body)
    while view:
        view = view[os.write(writer, view) :]


def _receive(reader):
    header = _read(reader, _HEADER.size)
    if header is None:
        return None
    body = _read(reader, _HEADER.unpack(header)[0])
    return None if body is None else json.loads(body)


def _read(reader, size):
    parts = []
    while size:
        part = os.read(reader, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
