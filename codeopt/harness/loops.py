"""Loops that make calls back to back, compiled anew for each version that is timed.

Interpreters since 3.11 specialise the bytecode of a loop to what it calls, so two versions must not
share one. The clocks are bound here, before any code of the project is imported.
"""

import atexit
import gc
import os
import sys
import threading
import time

WALL = time.perf_counter_ns
# not the clock of the process: Linux updates that only at ticks (1-4 ms) while RLIMIT_CPU is set
CPU = time.thread_time_ns

_SOURCE = """
def loop(function, calls, keep, finish):
    for args, kwargs in calls:
        try:
            keep(%s)
        except BaseException as error:
            keep(error)
"""
_TOGETHER = """
def loop(function, calls, keep, finish):
    async def together():
        waiting = [%s for args, kwargs in calls]
        return await _gather(*waiting, return_exceptions=True)
    try:
        values = finish(together())
    except BaseException as error:
        values = [error] * len(calls)
    for value in values:
        keep(value)
"""
_FLAGS = ((0x20, "drain"), (0x80, "await"), (0x200, "collect"))  # CO_GENERATOR and so on
_EXPRESSIONS = {
    "call": "function(*args, **kwargs)",
    "drain": "list(function(*args, **kwargs))",
    "await": "finish(function(*args, **kwargs))",
    "collect": "finish(_collect(function(*args, **kwargs)))",
}
# all calls of a batch are in flight on one loop
_IN_FLIGHT = {
    "await-together": "function(*args, **kwargs)",
    "collect-together": "_collect(function(*args, **kwargs))",
}


def kind_of(function):
    """Say how a call of ``function`` is brought to its end."""
    flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
    return next((kind for flag, kind in _FLAGS if flags & flag), "call")


def compile_loop(kind):
    """Return a new ``loop(function, calls, keep, finish)`` with bytecode of its own."""
    namespace = {"_collect": _collect}
    if kind in _IN_FLIGHT:
        import asyncio

        namespace["_gather"] = asyncio.gather
        source = _TOGETHER % _IN_FLIGHT[kind]
    else:
        source = _SOURCE % _EXPRESSIONS[kind]
    exec(compile(source, "<loop>", "exec"), namespace)
    return namespace["loop"]


async def _collect(values):
    return [value async for value in values]


class Finisher:
    """Run coroutines on a loop of its own where the kind of the target needs one."""

    def __init__(self, kind):
        self.loop = self.finish = None
        if kind.partition("-")[0] in ("await", "collect"):
            import asyncio  # 20 ms that other kinds need not pay

            self.loop = asyncio.new_event_loop()
            self.finish = self.loop.run_until_complete

    def close(self):
        """Close the loop."""
        if self.loop:
            self.loop.close()


def state():
    """Return what a version may not change while it is timed."""
    priority = os.getpriority(os.PRIO_PROCESS, 0) if hasattr(os, "getpriority") else 0
    return {
        "garbage collection": [gc.isenabled(), list(gc.get_threshold())],
        "threads": [threading.active_count(), _tasks()],
        "child processes": _children(),
        "exit handlers": atexit._ncallbacks(),
        "priority": priority,
        "switch interval": sys.getswitchinterval(),
        "tracing": [sys.gettrace() is not None, sys.getprofile() is not None],
    }


def _tasks():
    """Count the threads of this process that the system knows, 0 where it does not say."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 0


def _children():
    """Tell whether this process has children, ended ones that nobody waited for included."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def everything():
    """Return the CPU nanoseconds of all threads and of all children that were waited for."""
    try:
        import resource
    except ImportError:
        return CPU()
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return int(sum(each.ru_utime + each.ru_stime for each in both) * 1e9)


def switches():
    """Count how often this process gave up the processor of its own will."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
