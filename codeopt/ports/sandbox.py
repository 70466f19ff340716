"""Run foreign code, and say what is held."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol


class Guarantee(StrEnum):
    """Name what a sandbox backend can hold.

    PROCESSES: no process outside can be looked into, signalled or traced. FORKS: their number is
    bounded. NESTED: a directory to read stays read-only inside one to write.
    """

    NETWORK = "network"
    HOME = "home"
    FILES = "files"
    NESTED = "nested"
    ENVIRONMENT = "environment"
    PROCESSES = "processes"
    FORKS = "forks"
    MEMORY = "memory"
    TIME = "time"
    OUTPUT = "output"
    CLEANUP = "cleanup"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound one sandboxed process tree; ``output_bytes`` is per stream."""

    wall_seconds: float = 300.0
    cpu_seconds: float = 600.0
    memory_bytes: int = 4 << 30
    processes: int = 256
    file_bytes: int = 1 << 30
    output_bytes: int = 8 << 20


@dataclass(frozen=True, slots=True)
class Command:
    """Describe what to run inside: nothing outside ``read`` and ``write`` is reachable.

    The system's own libraries and the interpreter's prefixes must be listed in ``read`` when they
    are not under the usual system directories. ``environment`` is added to a minimal one.
    """

    argv: tuple[str, ...]
    cwd: Path
    read: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    limits: Limits = field(default_factory=Limits)


_KILLED = (-9, 128 + 9)  # the second is what bubblewrap makes of the first


@dataclass(frozen=True, slots=True)
class Completed:
    """Say how a sandboxed command ended; ``stopped`` names the limit that ended it, or is ""."""

    returncode: int
    stdout: bytes
    stderr: bytes
    wall_seconds: float
    stopped: str = ""
    truncated: bool = False

    @property
    def was_killed(self) -> bool:
        """Tell whether somebody else has killed it, such as a system out of memory."""
        return not self.stopped and self.returncode in _KILLED


@dataclass(frozen=True, slots=True)
class Probe:
    """Hold what a sandbox backend showed when it was tried."""

    name: str
    available: bool
    holds: frozenset[Guarantee]
    detail: str = ""
    hint: str = ""


class Session(Protocol):
    """A sandboxed process in conversation: binary pipes to its stdin and from its stdout."""

    stdin: BinaryIO
    stdout: BinaryIO

    def close(self) -> Completed:
        """End the process tree, now, and say how it ended (stdout is what was left unread)."""

    def read(self, size: int, deadline: float) -> bytes:
        """Read exactly ``size`` bytes; raise TimeoutError past ``deadline`` (time.monotonic),
        EOFError when the process has ended first."""


class Sandbox(Protocol):
    """Run untrusted code."""

    name: str

    def probe(self) -> Probe:
        """Start the backend for real and check what is out of reach."""

    def run(self, command: Command) -> Completed:
        """Run a command to its end, within its limits."""

    def start(self, command: Command) -> Session:
        """Start a command to talk to."""
