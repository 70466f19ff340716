"""Let one measurement run at a time on a machine, with nothing beside it that can wait.

What is verified beside other work shares the lock, what is measured holds it alone. Who measures
goes through the gate first and closes it behind him, so that those who share cannot keep him out by
taking turns.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


def lock_path() -> Path:
    """Return the file that measurements of this user lock."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    base = Path(runtime) if runtime and Path(runtime).is_dir() else Path(tempfile.gettempdir())
    user = os.getuid() if hasattr(os, "getuid") else 0
    return base / f"codeopt-measure-{user}.lock"


@contextmanager
def exclusive(patience: float, path: Path | None = None) -> Iterator[bool]:
    """Hold the machine's measuring lock; yield False when it was not had within ``patience``.

    A lock that cannot be had (no such locks here, another's file) stops nobody: the noise then
    shows in the intervals.
    """
    path, deadline = path or lock_path(), time.monotonic() + patience
    with _locked(_gate(path), deadline, alone=True), _locked(path, deadline, alone=True) as held:
        yield held


@contextmanager
def sharing(patience: float, path: Path | None = None) -> Iterator[bool]:
    """Hold the lock with others that measure nothing; yield False as ``exclusive`` does."""
    path, deadline = path or lock_path(), time.monotonic() + patience
    with ExitStack() as stack:
        with _locked(_gate(path), deadline, alone=False):
            held = stack.enter_context(_locked(path, deadline, alone=False))
        yield held


def _gate(path: Path) -> Path:
    return path.with_suffix(".gate")


@contextmanager
def _locked(path: Path, deadline: float, *, alone: bool) -> Iterator[bool]:
    try:
        import fcntl

        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(path, flags, 0o600)
    except (ImportError, OSError):
        yield False
        return
    try:
        way = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
        held = False
        while not held and time.monotonic() <= deadline:
            try:
                fcntl.flock(descriptor, way | fcntl.LOCK_NB)
                held = True
            except OSError:
                time.sleep(0.01)
        yield held
    finally:
        os.close(descriptor)
