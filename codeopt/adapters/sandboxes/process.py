"""Run a plan through a keeper: the layer that every backend shares.

Each sandboxed command gets a keeper process (``keeper.py``) that starts it, watches its limits and
kills all of its descendants at the end, even when codeopt itself is killed.
"""

from __future__ import annotations

import marshal
import os
import select
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, cast

from codeopt.adapters.sandboxes import keeper
from codeopt.ports import Command, Completed

_ROOT = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.append(sys.argv[1]);"
    "from codeopt.adapters.sandboxes.keeper import main; main()"
)
_CHUNK = 1 << 16
# Longer than a keeper needs to end a tree; when it is over, the keeper itself is killed.
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Confinement:
    """Say what the kernel is to refuse between fork and exec; ``files`` switches Landlock on."""

    files: bool = False
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    network: bool = False
    abi: int = 0
    calls: bytes = b""


@dataclass(frozen=True, slots=True)
class Plan:
    """Say how to start a command.

    ``passed`` are contents handed over as descriptors 3, 4, …; ``scratch`` is where the private
    HOME and TMPDIR are made, or empty when the backend makes them itself.
    """

    argv: tuple[str, ...]
    cwd: str
    environment: tuple[tuple[str, str], ...] = ()
    scratch: str = ""
    passed: tuple[bytes, ...] = ()
    confine: Confinement | None = None


class ProcessSession:
    """A sandboxed process in conversation."""

    def __init__(self, plan: Plan, command: Command) -> None:
        self._output_bytes = command.limits.output_bytes
        self._wall = time.monotonic() + command.limits.wall_seconds + _PATIENCE
        self._ended: Completed | None = None
        self._exhausted = False
        orders, answers, stdin, stdout = os.pipe(), os.pipe(), os.pipe(), os.pipe()
        theirs = (orders[0], answers[1], stdin[0], stdout[1])
        # As file objects all of ours are closed, and the keeper told so, when a session is dropped.
        self._orders = os.fdopen(orders[1], "wb", buffering=0)
        self._answers = os.fdopen(answers[0], "rb", buffering=0)
        self.stdin: BinaryIO = os.fdopen(stdin[1], "wb")
        self.stdout: BinaryIO = cast(BinaryIO, os.fdopen(stdout[0], "rb", buffering=0))
        try:
            self._keeper = _start_keeper(*theirs)
        finally:
            for fd in theirs:
                os.close(fd)
        self._order(_packed(plan, command))

    def read(self, size: int, deadline: float) -> bytes:
        """Read exactly ``size`` bytes from stdout; TimeoutError, EOFError as the port says."""
        fd, data = self.stdout.fileno(), bytearray()
        while len(data) < size:
            left = min(deadline, self._wall) - time.monotonic()
            if left <= 0 or not _readable(left, fd):
                raise TimeoutError
            part = os.read(fd, min(size - len(data), 1 << 20))
            if not part:
                self._exhausted = True
                raise EOFError
            data += part
        return bytes(data)

    def close(self) -> Completed:
        """End the process tree, now, and say how it ended."""
        if self._ended is None:
            self._ended = self._finish(bytearray())
        return self._ended

    def run_to_end(self) -> Completed:
        """Close stdin, wait for the end of the command and return all that it wrote."""
        with suppress(BrokenPipeError):
            self.stdin.close()
        out = bytearray()
        try:
            self._collect(out)
        finally:
            self._ended = self._finish(out)
        return self._ended

    def _collect(self, out: bytearray) -> None:
        """Read stdout until the keeper reports the end of the command, or there is too much."""
        fd, answers = self.stdout.fileno(), self._answers.fileno()
        watched = [fd, answers]
        while True:
            ready = _readable(self._wall - time.monotonic(), *watched)
            if answers in ready or not ready:
                return
            part = os.read(fd, _CHUNK)
            out += part
            if not part:  # it closed its stdout, which is not its end
                watched = [answers]
            if len(out) > self._output_bytes:
                self._order(keeper.OUTPUT)
                return

    def _finish(self, out: bytearray) -> Completed:
        self._order(keeper.FINISH if self._exhausted else keeper.CLOSE)
        head = self._answer(keeper.RESULT.size)
        code, stopped, seconds, cut_error = (
            keeper.RESULT.unpack(head) if len(head) == keeper.RESULT.size else (-9, 0, 0.0, False)
        )
        error = self._answer(self._output_bytes)
        self._keeper.kill()
        self._keeper.wait()
        cut = self._take_rest(out)
        self._close_pipes()
        return Completed(
            returncode=code,
            stdout=bytes(out[: self._output_bytes]),
            stderr=error,
            wall_seconds=seconds,
            stopped=keeper.STOPPED[stopped],
            truncated=cut or cut_error,
        )

    def _order(self, order: bytes) -> None:
        view = memoryview(order)
        with suppress(BrokenPipeError):
            while view:
                view = view[os.write(self._orders.fileno(), view) :]

    def _answer(self, size: int) -> bytes:
        """Read up to ``size`` bytes of what the keeper reports."""
        data, patience, fd = b"", time.monotonic() + _PATIENCE, self._answers.fileno()
        while len(data) < size and _readable(patience - time.monotonic(), fd):
            part = os.read(fd, size - len(data))
            if not part:
                break
            data += part
        return data

    def _take_rest(self, out: bytearray) -> bool:
        """Add what is still in the pipe of stdout; return whether there was too much."""
        if self.stdout.closed:
            return False
        fd = self.stdout.fileno()
        os.set_blocking(fd, False)
        with suppress(BlockingIOError):
            while len(out) <= self._output_bytes and (part := os.read(fd, _CHUNK)):
                out += part
        return len(out) > self._output_bytes

    def _close_pipes(self) -> None:
        for pipe in (self.stdin, self.stdout, self._orders, self._answers):
            with suppress(OSError):
                pipe.close()


def _start_keeper(orders: int, answers: int, stdin: int, stdout: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _START, str(_ROOT), str(orders), str(answers)],
        cwd="/",
        env=base_environment(os.environ),
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        pass_fds=(orders, answers),
        start_new_session=True,
    )


def base_environment(outer: Mapping[str, str]) -> dict[str, str]:
    """Return what may pass from codeopt's own environment: language and time zone, no more."""
    kept = {k: v for k, v in outer.items() if k in ("LANG", "TZ") or k.startswith("LC_")}
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", **kept}


def scratch() -> str:
    """Return the directory below which private HOMEs are made."""
    return str(Path(tempfile.gettempdir()).resolve())


def _packed(plan: Plan, command: Command) -> bytes:
    body = marshal.dumps(
        {
            "argv": list(plan.argv),
            "cwd": plan.cwd,
            "environment": base_environment(os.environ) | dict(plan.environment),
            "added": dict(command.environment),
            "scratch": plan.scratch,
            "files": list(plan.passed),
            "confine": asdict(plan.confine) if plan.confine else None,
            "limits": asdict(command.limits),
        }
    )
    return struct.pack(">I", len(body)) + body


def _readable(seconds: float, *fds: int) -> list[int]:
    poll = select.poll()
    for fd in fds:
        poll.register(fd, select.POLLIN)
    return [fd for fd, _ in poll.poll(max(0.0, seconds) * 1000)]
