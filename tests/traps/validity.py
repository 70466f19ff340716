"""Run snippets against modules, each in a fork of its own, and say which of them hold.

Run as a script: reads a JSON list of {"module", "source", "snippet"} from standard input and writes
a JSON list of error texts ("" where the snippet holds). The working directory is scratch.
"""

import json
import os
import pathlib
import signal
import sys
import tempfile
import traceback
import types

_CPU_SECONDS = 2.0  # a loop without end; on a busy machine seconds say nothing
_SECONDS = 60  # a wait without end
_AT_ONCE = 4


def main() -> None:
    """Run everything, a few at a time."""
    jobs = json.load(sys.stdin)
    running: dict[int, tuple[int, int]] = {}
    errors = ["the process ended before the snippet did"] * len(jobs)
    waiting = list(enumerate(jobs))
    while waiting or running:
        while waiting and len(running) < _AT_ONCE:
            index, job = waiting.pop(0)
            reader, writer = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(reader)
                _child(job, writer)
            os.close(writer)
            running[pid] = (index, reader)
        pid, _ = os.wait()
        index, reader = running.pop(pid)
        with os.fdopen(reader) as file:
            errors[index] = file.read() or errors[index]
    print(json.dumps([error.strip() for error in errors]))


def _child(job: dict[str, str], writer: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS)
    signal.alarm(_SECONDS)
    os.chdir(tempfile.mkdtemp(dir="."))
    os.environ["TMPDIR"] = str(pathlib.Path.cwd())
    try:
        _hold(job)
        text = " "
    except BaseException:
        text = traceback.format_exc(limit=-2)
    os.write(writer, text[-2000:].encode())
    os._exit(0)


def _hold(job: dict[str, str]) -> None:
    module = types.ModuleType(job["module"])
    module.__file__ = job["module"] + ".py"
    sys.modules[module.__name__] = module
    exec(compile(job["source"], module.__file__, "exec"), vars(module))
    names = {**vars(module), "module": module, "__name__": "snippet"}
    exec(compile(job["snippet"], "snippet.py", "exec"), names)


if __name__ == "__main__":
    main()
