"""Run a command of the project's to its end and report the time it took, seen from inside."""

import os
import subprocess
import sys

from . import loops


def run(job, channel):
    """Run the command once for each request; its output goes nowhere."""
    while True:
        request = channel.receive()
        if request is None:
            return
        channel.send(_timed(job, str(request["hash_seed"])))


def _timed(job, hash_seed):
    before, wall = _cpu(), loops.WALL()
    ended = subprocess.run(
        job["argv"],
        cwd=job["tree"],
        env={**os.environ, **job["environment"], "PYTHONHASHSEED": hash_seed},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    wall = loops.WALL() - wall
    return {"returncode": ended.returncode, "wall": wall, "cpu": int((_cpu() - before) * 1e9)}


def _cpu():
    """Return the CPU seconds of all children that have ended."""
    if sys.platform == "win32":
        return 0.0
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
