"""Find what Git LFS keeps outside of commits: a commit holds a pointer in its place."""

from __future__ import annotations

import re
from pathlib import Path

from codeopt import foreign

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-\S+ \S+\n)*"
    rb"oid sha256:([0-9a-f]{64})\nsize ([0-9]+)\n"
)
_LONGEST = 1024


def stored(blob: bytes, git_directory: Path) -> Path | None:
    """Return the file that a pointer means; None for what is no pointer or was never fetched."""
    found = _POINTER.fullmatch(blob) if len(blob) <= _LONGEST else None
    if found is None:
        return None
    digest, size = found[1].decode("ascii"), int(found[2])
    path = git_directory / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
    try:  # what is in a .git of an archive may be a link to anything
        whole = path.stat().st_size == size and foreign.digest(path) == digest
    except OSError:
        return None
    return path if whole else None
