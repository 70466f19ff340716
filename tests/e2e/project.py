"""A small repository that the catalogue can speed up; ways to run, watch and stop codeopt on it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.support.command import INI, Done, environment, repository

MODULE = '''"""Powers of lists of numbers."""


def squares(values):
    """Return the square of each value."""
    out = []
    for value in values:
        out = out + [value * value]
    return out


def cubes(values):
    """Return the cube of each value."""
    out = []
    for value in values:
        out = out + [value * value * value]
    return out
'''
TESTS = """from powers import cubes, squares


def test_squares():
    for k in range(24):
        assert squares(list(range(k, 900 + k)))[2] == (k + 2) ** 2


def test_cubes():
    for k in range(24):
        assert cubes(list(range(k, 900 + k)))[2] == (k + 2) ** 3
"""
FILES = {"powers.py": MODULE, "test_powers.py": TESTS, "pytest.ini": INI}
# caps, not costs: what is twenty times faster is decided long before
QUICK = ("--measure-seconds", "120", "--workload-seconds", "2", "--profile-seconds", "1")
BOTH = {"powers.py::squares", "powers.py::cubes"}
ONE = "powers.py::squares"


def powers(root: Path) -> Path:
    """Make the repository."""
    return repository(root, FILES)


def journal(root: Path) -> list[tuple[str, str, str]]:
    """Return kind, key and value of all that the latest run has journalled.

    It is opened to be written: a kill in the middle of a step leaves what has to be rolled back.
    """
    runs = sorted((root / ".git" / "codeopt" / "runs").glob("*/journal.sqlite"))
    if not runs:
        return []
    try:
        with closing(sqlite3.connect(f"file:{runs[-1]}?mode=rw", uri=True, timeout=5)) as db:
            return db.execute("SELECT kind, key, value FROM entries ORDER BY number").fetchall()
    except sqlite3.Error:  # it is just being made
        return []


def entries(root: Path, kind: str) -> dict[str, Any]:
    """Return what the latest run has journalled of one kind, by key."""
    return {key: json.loads(value) for k, key, value in journal(root) if k == kind}


class Running:
    """codeopt at work in a process of its own; ``err`` is what it has told so far."""

    def __init__(self, home: Path, *words: str, **more: str) -> None:
        self._home = home
        self._told = home / f"stderr-{time.monotonic_ns()}"
        self._out = home / f"stdout-{time.monotonic_ns()}"
        self._temporary = home / "tmp"
        self._temporary.mkdir(exist_ok=True)
        self._below: set[tuple[int, str]] = set()
        with self._told.open("wb") as err, self._out.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "codeopt", *words],
                env=environment(home, TMPDIR=str(self._temporary), **more),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Return the number of its process, which leads a group of its own."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Tell whether it has ended."""
        return self._process.poll() is not None

    @property
    def err(self) -> str:
        """Return what was told so far."""
        return self._told.read_text("utf-8")

    def is_measuring(self) -> bool:
        """Tell whether the lock that measurements take is held."""
        path = self._home / f"codeopt-measure-{os.getuid()}.lock"
        if not path.exists():
            return False
        with path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    @property
    def scratch(self) -> list[Path]:
        """List the trees that lie in its temporary directory."""
        return sorted(self._temporary.glob("codeopt-scratch-*"))

    def wait_for(self, happened: Callable[[], object], seconds: float = 120.0) -> None:
        """Wait until something has happened; fail when the run has ended before."""
        deadline = time.monotonic() + seconds
        while not happened():
            assert self._process.poll() is None, f"it has ended: {self.err}"
            assert time.monotonic() < deadline, f"it did not happen: {self.err}"
            time.sleep(0.01)

    def stop(self, number: signal.Signals) -> Done:
        """Send a signal to codeopt itself and wait for its end."""
        self.note_descendants()
        self._process.send_signal(number)
        return self.end()

    def note_descendants(self) -> None:
        """Remember what runs below it now: none of it may be there after its end."""
        self._below = set(below(self._process.pid))

    def end(self, seconds: float = 240.0) -> Done:
        """Wait for its end."""
        code = self._process.wait(seconds)
        return Done(code, self._out.read_text("utf-8"), self.err)

    def descendants(self, seconds: float = 5.0) -> list[str]:
        """Return what still runs of it, or works in its directories, after a moment of patience."""
        deadline = time.monotonic() + seconds
        while found := [*_alive(self._below), *_commands_below(self._temporary)]:
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        return found


@contextmanager
def running(root: Path, home: Path, *words: str) -> Iterator[Running]:
    """Start a run, and end it with the block whatever happens."""
    with started(home, "run", "-C", str(root), "-v", *words) as process:
        yield process


@contextmanager
def started(home: Path, *words: str) -> Iterator[Running]:
    """Start any command of codeopt, and end it with the block whatever happens."""
    process = Running(home, *words)
    try:
        yield process
    finally:
        if process._process.poll() is None:
            process.stop(signal.SIGKILL)


def _commands_below(directory: Path) -> Iterator[str]:
    """Find processes whose working directory, command line or environment names a directory."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
            where = str((entry / "cwd").readlink())
            around = (entry / "environ").read_bytes()
        except OSError:
            continue
        name = os.fsencode(directory)
        if name in command or str(directory) in where or name in around:
            yield f"{entry.name} {command.decode('utf-8', 'replace')}"


def _processes() -> Iterator[tuple[int, int, str]]:
    """Yield process, parent and the time of its start."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                yield int(entry.name), int(fields[1]), fields[19]


def below(pid: int) -> Iterator[tuple[int, str]]:
    """Yield the descendants of a process, each with the time of its start."""
    everything = list(_processes())
    for child, parent, started in everything:
        if parent == pid:
            yield child, started
            yield from below(child)


def _alive(known: set[tuple[int, str]]) -> list[str]:
    now = {(pid, started) for pid, _, started in _processes()}
    return [f"{pid} is still there" for pid, _ in known & now]
