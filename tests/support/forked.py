"""A sandbox that holds nothing and starts harness jobs quickly, for tests that start thousands."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.adapters.sandboxes.process import base_environment
from codeopt.ports import Command, Completed, Limits, Probe, Sandbox

_GRACE = 0.5  # seconds for a process that has closed its pipes to end by itself
_STEM = Path(__file__).with_name("stem.py")


@contextmanager
def forked(*modules: str) -> Iterator[Sandbox]:
    """Open a sandbox that forks, where there is all that it takes, or else the plain one."""
    if sys.platform != "linux":
        yield PlainSandbox()
        return
    sandbox = ForkedSandbox(*modules)
    try:
        yield sandbox
    finally:
        sandbox.close()


class ForkedSandbox:
    """Fork jobs off a process that has imported the harness: one for each hash seed.

    ``modules`` are imported there, too. Close it when it is done with.
    """

    name = "forked"

    def __init__(self, *modules: str) -> None:
        self._modules = modules
        self._stems: dict[tuple[str, ...], Stem] = {}
        self._lock = threading.Lock()

    def probe(self) -> Probe:
        """Say that nothing holds."""
        return Probe(self.name, True, frozenset(), "for tests: no limits to rely on")

    def run(self, command: Command) -> Completed:
        """Run a command to its end as the plain sandbox does."""
        return PlainSandbox().run(command)

    def start(self, command: Command) -> ForkedSession:
        """Start a harness job."""
        python, main = command.argv[0], command.argv[-1]
        key = (python, main, *(f"{name}={value}" for name, value in command.environment))
        with self._lock:
            if key not in self._stems:
                added = dict(command.environment)
                self._stems[key] = Stem(python, main, self._modules, added)
        return ForkedSession(self._stems[key], command)

    def close(self) -> None:
        """End all processes."""
        for stem in self._stems.values():
            stem.close()


class Stem:
    """A process off which others are forked."""

    def __init__(
        self, python: str, main: str, modules: tuple[str, ...], added: dict[str, str]
    ) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        argv = [python, "-B", "-u", str(_STEM), str(theirs.fileno()), main, *modules]
        environment = base_environment(os.environ) | added
        self._process = subprocess.Popen(argv, env=environment, pass_fds=(theirs.fileno(),))
        theirs.close()

    def fork(self, cwd: Path, limits: Limits, files: list[int]) -> int:
        """Start a process on three descriptors; return its number."""
        most = {
            "RLIMIT_CORE": 0,
            "RLIMIT_FSIZE": limits.file_bytes,
            "RLIMIT_DATA": limits.memory_bytes,
            "RLIMIT_CPU": int(limits.cpu_seconds),
        }
        return self._asked({"cwd": str(cwd), "limits": most}, files)

    def end(self, pid: int, patience: float) -> int:
        """End a process and all of its session, maybe after some seconds; return how it ended."""
        return self._asked({"end": pid, "patience": patience}, [])

    def close(self) -> None:
        """End the process, and all that were forked."""
        self._control.close()
        self._process.wait()

    def _asked(self, order: dict[str, object], files: list[int]) -> int:
        with self._lock:
            socket.send_fds(self._control, [json.dumps(order).encode()], files)
            return int(self._control.recv(64))


class ForkedSession:
    """A forked process in conversation."""

    def __init__(self, stem: Stem, command: Command) -> None:
        self._stem, self._started = stem, time.monotonic()
        stdin, stdout = os.pipe(), os.pipe()
        self.stdin: BinaryIO = os.fdopen(stdin[1], "wb")
        self.stdout: BinaryIO = cast(BinaryIO, os.fdopen(stdout[0], "rb", buffering=0))
        self._stderr = os.memfd_create("stderr")
        self._pid = stem.fork(command.cwd, command.limits, [stdin[0], stdout[1], self._stderr])
        os.close(stdin[0])
        os.close(stdout[1])
        self._ended: Completed | None = None
        self._patience = 0.0

    def read(self, size: int, deadline: float) -> bytes:
        """Read exactly ``size`` bytes from stdout; TimeoutError, EOFError as the port says."""
        data, poll = bytearray(), select.poll()
        poll.register(self.stdout, select.POLLIN)
        while len(data) < size:
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            part = os.read(self.stdout.fileno(), size - len(data))
            if not part:
                self._patience = _GRACE
                raise EOFError
            data += part
        return bytes(data)

    def close(self) -> Completed:
        """End the process, now, and say how it ended."""
        if self._ended is None:
            code = self._stem.end(self._pid, self._patience)
            stderr = os.pread(self._stderr, 1 << 20, 0)
            os.close(self._stderr)
            for pipe in (self.stdin, self.stdout):
                with suppress(BrokenPipeError):
                    pipe.close()
            self._ended = Completed(code, b"", stderr, time.monotonic() - self._started)
        return self._ended
