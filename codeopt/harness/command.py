"""Run a command of the project's to its end and report the time it took, seen from inside.

The job: ``argv``, ``tree``, ``environment``; ``benchmarks`` asks pytest-benchmark for its own
timings, ``observer`` (a job of the harness with ``install``) watches the processes of the command
and writes what it saw into files of its own, which come back as ``seen``.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from . import loops

BENCHMARK_SECONDS = "0.1"  # of each: many short runs in turns tell more than few long ones
_INJECT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inject")


def run(job, channel):
    """Run the command once for each request; its output goes nowhere."""
    while True:
        request = channel.receive()
        if request is None:
            return
        out = tempfile.mkdtemp(prefix="timed-")
        try:
            channel.send(_timed(job, str(request["hash_seed"]), out))
        finally:
            shutil.rmtree(out, ignore_errors=True)


def _timed(job, hash_seed, out):
    argv, environment = list(job["argv"]), {**os.environ, **job["environment"]}
    environment["PYTHONHASHSEED"] = hash_seed
    timings = os.path.join(out, "benchmarks.json")
    if job.get("benchmarks"):
        argv += ["--benchmark-max-time=" + BENCHMARK_SECONDS, "--benchmark-json=" + timings]
    if job.get("observer"):
        _observe(job, environment, out)
    before, wall = _usage(), loops.WALL()
    child = subprocess.Popen(
        argv,
        cwd=job["tree"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    returncode, peak = _wait(child)
    wall = loops.WALL() - wall
    cpu, own, forced = (now - then for now, then in zip(_usage(), before))
    answer = {"returncode": returncode, "wall": wall, "cpu": int(cpu * 1e9), "peak": peak}
    answer["switches"] = [own, forced]
    if job.get("benchmarks"):
        answer["benchmarks"] = _benchmarks(timings)
    if job.get("observer"):
        answer["seen"] = _seen(out)
    return answer


def _observe(job, environment, out):
    """Have the observer start in every interpreter of the command."""
    path = os.path.join(out, "job")
    with open(path, "w") as file:
        json.dump({**job["observer"], "out": out, "tree": job["tree"]}, file)
    environment["CODEOPT_INJECT"] = path
    paths = [_INJECT, environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(part for part in paths if part)


def _wait(child):
    """Return the exit code and the peak memory of the process in bytes, 0 where it is unknown."""
    if not hasattr(os, "wait4"):
        return child.wait(), 0
    _, status, usage = os.wait4(child.pid, 0)
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    child.returncode = code
    return code, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _benchmarks(path):
    """Return the best time of each benchmark in seconds, by its full name."""
    try:
        with open(path) as file:
            rows = json.load(file)["benchmarks"]
        return {str(row["fullname"]): float(row["stats"]["min"]) for row in rows}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _seen(out):
    """Return what the observer wrote, one value a process."""
    found = []
    for name in sorted(os.listdir(out)):
        if name.endswith(".seen"):
            with open(os.path.join(out, name)) as file:
                found.append(json.load(file))
    return found


def _usage():
    """Return of all children that have ended: CPU seconds, and how often they gave up the processor
    of their own will and were pushed aside."""
    if sys.platform == "win32":
        return 0.0, 0, 0
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime, usage.ru_nvcsw, usage.ru_nivcsw
