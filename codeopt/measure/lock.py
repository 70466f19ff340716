"""Let one measurement run at a time on a machine: two would be noise to each other."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    try:
        import fcntl

        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(path or lock_path(), flags, 0o600)
    except (ImportError, OSError):
        yield False
        return
    try:
        deadline = time.monotonic() + patience
        held = False
        while not held and time.monotonic() <= deadline:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                held = True
            except OSError:
                time.sleep(0.01)
        yield held
    finally:
        os.close(descriptor)
