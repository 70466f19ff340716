"""Be a process that has imported the harness, off which others are forked that do its jobs.

What a job finds is what it would find in a new process: ``__main__``, arguments, limits, and a
session, HOME and TMPDIR of its own. Orders come through the socket that the first argument names;
the second is the harness's ``__main__.py``, the others are modules to be imported before.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

JOBS = ("replay", "generate", "explain")
MESSAGE = 1 << 16
_ENDED = os.WEXITED | os.WNOHANG | os.WNOWAIT


def load(path: str, modules: list[str]) -> ModuleType:
    """Import the harness, and whatever else is wanted; return its main module."""
    spec = importlib.util.spec_from_file_location("_main", path)
    assert spec is not None
    assert spec.loader is not None
    main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(main)
    main.bootstrap()
    main.bootstrap = lambda: None  # type: ignore[attr-defined]
    for name in (*(f"{main.PACKAGE}.{job}" for job in JOBS), *modules):
        importlib.import_module(name)
    main.__name__ = "__main__"
    return main


def serve(control: socket.socket) -> None:
    """Fork a process for each order, and return in it; end with those who give orders."""
    alive: dict[int, str] = {}
    while True:
        text, files, _, _ = socket.recv_fds(control, MESSAGE, 3)
        if not text:
            for pid, private in alive.items():
                end(pid, private, 0.0)
            os._exit(0)
        order = json.loads(text)
        if "end" in order:
            pid = order["end"]
            answer = end(pid, alive.pop(pid), order["patience"])
        else:
            private = tempfile.mkdtemp(prefix="codeopt-stem-")
            answer = os.fork()
            if answer == 0:
                control.close()
                return settle(order, files, private)
            alive[answer] = private
        for file in files:
            os.close(file)
        control.send(b"%d" % answer)


def settle(order: dict[str, Any], files: list[int], private: str) -> None:
    """Take what a process of its own has: a session, pipes, limits and directories."""
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    for variable, name in (("HOME", "home"), ("TMPDIR", "tmp")):
        Path(private, name).mkdir()
        os.environ[variable] = f"{private}/{name}"
    tempfile.tempdir = None
    os.chdir(order["cwd"])
    for name, value in order["limits"].items():
        resource.setrlimit(getattr(resource, name), (value, value))


def end(pid: int, private: str, patience: float) -> int:
    """Kill a process with its session, take its directories away; return how it ended."""
    late = time.monotonic() + patience
    while time.monotonic() < late and not os.waitid(os.P_PID, pid, _ENDED):
        time.sleep(0.001)
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    shutil.rmtree(private, ignore_errors=True)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    del sys.path[0]  # where this file is
    orders = socket.socket(fileno=int(sys.argv[1]))
    loaded = load(sys.argv[2], sys.argv[3:])
    sys.argv = sys.argv[2:3]
    serve(orders)
    sys.modules["__main__"] = loaded
    loaded.main()
