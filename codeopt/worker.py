"""Talk to the harness: start a job inside the sandbox and exchange JSON frames with it."""

from __future__ import annotations

import json
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from codeopt.model.project import Interpreter
from codeopt.ports import Command, Completed, Limits, Sandbox, Session

HARNESS = Path(__file__).parent / "harness"
_HEADER = struct.Struct(">I")
_MAX_FRAME = 256 << 20
_LATE = frozenset({"wall time", "cpu time"})  # limits that say that something does not end


class WorkerFailed(Exception):
    """The harness process ended, hung or answered nonsense; the message is fit to be shown.

    ``stopped`` names the limit that ended it; ``killed`` says that somebody else did, as far as one
    can tell from a process that no longer writes.
    """

    def __init__(
        self, message: str, *, stopped: str = "", stderr: str = "", killed: bool = False
    ) -> None:
        super().__init__(message)
        self.stopped = stopped
        self.stderr = stderr
        self.killed = killed

    @property
    def late(self) -> bool:
        """Tell whether it ran out of time, and not of memory, processes or output."""
        return self.stopped in _LATE


@dataclass(frozen=True, slots=True)
class Place:
    """Say where harness jobs run: interpreter, tree (readable), further directories.

    ``harness`` is the harness's own code, or a copy of it that is compiled.
    """

    sandbox: Sandbox
    interpreter: Interpreter
    tree: Path
    read: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    limits: Limits = field(default_factory=Limits)
    harness: Path = HARNESS


class Worker:
    """One harness process in conversation; use it as a context manager."""

    def __init__(
        self,
        place: Place,
        job: dict[str, Any],
        *,
        hash_seed: int = 0,
        under: tuple[str, ...] = (),
    ) -> None:
        """Start a job; ``under`` is a command that runs the interpreter, such as valgrind."""
        self._session: Session = place.sandbox.start(_command(place, hash_seed, under))
        self._closed: Completed | None = None
        self.send(job)

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, value: dict[str, Any]) -> None:
        """Send one frame."""
        body = json.dumps(value).encode()
        try:
            self._session.stdin.write(_HEADER.pack(len(body)) + body)
            self._session.stdin.flush()
        except OSError as error:
            raise self._failure("the process ended early", early=True) from error

    def receive(self, timeout: float) -> dict[str, Any]:
        """Receive one frame; raise WorkerFailed when there is none within ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        try:
            size = _HEADER.unpack(self._session.read(_HEADER.size, deadline))[0]
            if size > _MAX_FRAME:
                raise self._failure("the process answered with an oversized frame")
            frame = json.loads(self._session.read(size, deadline))
        except TimeoutError as error:
            raise self._failure(f"no answer within {timeout:.0f} s", stopped="wall time") from error
        except (EOFError, OSError) as error:
            raise self._failure("the process ended early", early=True) from error
        except (ValueError, RecursionError) as error:  # [[[[… is too deep for it
            raise self._failure("the process answered with something that is not JSON") from error
        if not isinstance(frame, dict):
            raise self._failure("the process answered with something that is not an object")
        return frame

    def ask(self, value: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Send a frame and receive the answer."""
        self.send(value)
        return self.receive(timeout)

    def close(self) -> Completed:
        """End the process."""
        if self._closed is None:
            self._closed = self._session.close()
        return self._closed

    def finish(self, timeout: float) -> None:
        """Wait until the process has come to its own end, having nothing more to say."""
        try:
            self._session.read(1, time.monotonic() + timeout)
        except EOFError:
            return
        except (TimeoutError, OSError) as error:
            raise self._failure("the process does not end") from error
        raise self._failure("the process says more than it was asked")

    def _failure(self, message: str, *, stopped: str = "", early: bool = False) -> WorkerFailed:
        """End the process; only of one that ended ``early`` it is not we who have killed it."""
        ended = self.close()
        stderr = ended.stderr.decode("utf-8", "replace").strip()
        detail = f": {stderr.splitlines()[-1][:300]}" if stderr else ""
        if ended.stopped:
            message = f"{message} (stopped: {ended.stopped})"
        stopped = ended.stopped or stopped
        killed = early and ended.was_killed and not stopped
        return WorkerFailed(message + detail, stopped=stopped, stderr=stderr, killed=killed)


def run_job(
    place: Place, job: dict[str, Any], *, timeout: float, hash_seed: int = 0
) -> dict[str, Any]:
    """Run a job that answers with one frame."""
    with Worker(place, job, hash_seed=hash_seed) as worker:
        return worker.receive(timeout)


def _command(place: Place, hash_seed: int, under: tuple[str, ...]) -> Command:
    python = place.interpreter
    return Command(
        argv=(*under, str(python.path), "-B", "-u", str(place.harness / "__main__.py")),
        cwd=place.tree,
        read=(place.harness, place.tree, *python.prefixes, *place.read),
        write=place.write,
        environment=(("PYTHONHASHSEED", str(hash_seed)),),
        limits=place.limits,
    )
