"""Tell which files a candidate may never touch, and notice when one of them changed anyway."""

from __future__ import annotations

import hashlib
import os
import stat
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

_DIRECTORIES = frozenset({"tests", "test", ".github", ".circleci", ".ci", ".gitlab"})
_SKIPPED = frozenset({".git", ".hg", ".venv", "venv", "node_modules", ".tox", ".nox"})
_SCRATCH = frozenset({".pytest_cache", ".hypothesis", ".mypy_cache", ".ruff_cache", ".benchmarks"})
_NAMES = (
    "test_*.py",
    "*_test.py",
    "conftest.py",
    "noxfile.py",
    "setup.py",
    "sitecustomize.py",
    "usercustomize.py",
    "pyproject.toml",
    "Makefile",
    "requirements*.txt",
    "azure-pipelines.yml",
    ".travis.yml",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    ".coveragerc",
    "*.ini",
    "*.cfg",
    "*.pth",
)

Digests = tuple[tuple[str, str], ...]


def is_locked(path: str, extra: tuple[str, ...] = ()) -> bool:
    """Tell whether a path (POSIX, relative) holds tests, their data or configuration."""
    pure = PurePosixPath(path)
    return (
        not _DIRECTORIES.isdisjoint(pure.parts[:-1])
        or any(fnmatch(pure.name, name) for name in _NAMES)
        or any(fnmatch(path, glob) for glob in extra)
    )


def lock(tree: Path, extra: tuple[str, ...] = ()) -> Digests:
    """Return (path, digest) of every locked file of a tree, sorted by path."""
    found: list[tuple[str, str]] = []
    for directory, names, files in os.walk(tree):
        names[:] = [name for name in names if name not in _SKIPPED | _SCRATCH]
        for name in files:
            file = Path(directory, name)
            path = file.relative_to(tree).as_posix()
            if is_locked(path, extra):
                found.append((path, _digest(file)))
    return tuple(sorted(found))


def changed(before: Digests, after: Digests) -> tuple[str, ...]:
    """List the paths that were changed, added or removed between two locks."""
    old, new = dict(before), dict(after)
    return tuple(sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path)))


def _digest(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return f"link {path.readlink()}"
        if not stat.S_ISREG(mode):  # reading a pipe would block
            return f"special {stat.S_IFMT(mode)}"
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:  # unreadable, or gone meanwhile
        return "unreadable"
