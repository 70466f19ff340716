"""The always-on layer: own process group, limits, scrubbed environment. (first form)"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import time
from typing import BinaryIO, cast

from codeopt.ports import Command, Completed, Guarantee, Probe


class PlainSession:
    """A process in its own group."""

    def __init__(self, command: Command) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="codeopt-home-")
        self._stderr = tempfile.TemporaryFile()
        self._started = time.monotonic()
        self._deadline = self._started + command.limits.wall_seconds
        env = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": self._home.name,
            "TMPDIR": self._home.name,
            **dict(command.environment),
        }
        self._process = subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env=env,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            start_new_session=True,
        )
        self.stdin = cast(BinaryIO, self._process.stdin)
        self.stdout = cast(BinaryIO, self._process.stdout)

    def read(self, size: int, deadline: float) -> bytes:
        parts = b""
        while len(parts) < size:
            left = min(deadline, self._deadline) - time.monotonic()
            if left <= 0 or not select.select([self.stdout], [], [], left)[0]:
                raise TimeoutError
            part = os.read(self.stdout.fileno(), size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return parts

    def close(self) -> Completed:
        stopped = "wall time" if time.monotonic() > self._deadline else ""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        rest = self.stdout.read() if not self.stdout.closed else b""
        code = self._process.wait()
        self._stderr.seek(0)
        stderr = self._stderr.read()
        self._home.cleanup()
        return Completed(code, rest, stderr, time.monotonic() - self._started, stopped)


class PlainSandbox:
    """No isolation but limits."""

    name = "plain"

    def probe(self) -> Probe:
        return Probe(self.name, True, frozenset({Guarantee.ENVIRONMENT, Guarantee.TIME}))

    def start(self, command: Command) -> PlainSession:
        return PlainSession(command)

    def run(self, command: Command) -> Completed:
        session = PlainSession(command)
        out = b""
        stopped = ""
        try:
            while True:
                out += session.read(1, time.monotonic() + command.limits.wall_seconds)
        except TimeoutError:
            stopped = "wall time"
        except EOFError:
            session._process.wait()
        done = session.close()
        return Completed(done.returncode, out, done.stderr, done.wall_seconds, stopped)
