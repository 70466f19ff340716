"""List the Python files of a directory tree without leaving it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from codeopt.model.code import SyntaxProblem

MOST_BYTES = 4 << 20
_SKIPPED = frozenset(
    ("__pycache__", "node_modules", "site-packages", "venv", "env", "virtualenv", "__pypackages__")
)
_PRODUCTS = frozenset(("build", "dist", "htmlcov", "target"))


@dataclass(frozen=True, slots=True)
class Listed:
    """Name a file with what tells, without reading it, whether it has changed."""

    path: str
    size: int
    mtime: int
    ctime: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Hold the files that can be read, in the order of their paths, and what cannot be."""

    files: tuple[Listed, ...]
    skipped: tuple[SyntaxProblem, ...]


def list_tree(root: Path, paths: Iterable[str] | None = None) -> Listing:
    """List the Python files below ``root``, or those of ``paths`` that are such files."""
    found = _walk(root) if paths is None else _chosen(root, paths)
    files, skipped = [], []
    for item in found:
        if isinstance(item, SyntaxProblem):
            skipped.append(item)
        elif item.size > MOST_BYTES:
            text = f"not read: larger than {MOST_BYTES >> 20} MiB"
            skipped.append(SyntaxProblem(item.path, 1, text))
        else:
            files.append(item)
    files.sort(key=lambda file: file.path)
    return Listing(tuple(files), tuple(sorted(skipped, key=lambda problem: problem.path)))


def _walk(root: Path) -> Iterator[Listed | SyntaxProblem]:
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            entries = list(os.scandir(root / prefix))
        except OSError as error:
            yield _unreadable(prefix or ".", error)
            continue
        if prefix and not _holds_sources(prefix, {entry.name for entry in entries}):
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and entry.name not in _SKIPPED:
                    pending.append(f"{prefix}{entry.name}/")
            elif entry.name.endswith(".py") and entry.is_file(follow_symlinks=False):
                yield _listed(prefix + entry.name, entry)


def _holds_sources(prefix: str, names: set[str]) -> bool:
    """Tell whether a directory is neither a virtual environment nor the product of a build."""
    name = prefix.rstrip("/").rpartition("/")[2]
    return "pyvenv.cfg" not in names and (name not in _PRODUCTS or "__init__.py" in names)


def _chosen(root: Path, paths: Iterable[str]) -> Iterator[Listed | SyntaxProblem]:
    for path in paths:
        file = root / path
        inside = file.parent.resolve().is_relative_to(root)
        if path.endswith(".py") and inside and file.is_file() and not file.is_symlink():
            yield _listed(path, file)


def _listed(path: str, file: Path | os.DirEntry[str]) -> Listed | SyntaxProblem:
    try:
        path.encode("utf-8")
        stat = file.stat()
    except UnicodeEncodeError:
        shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return SyntaxProblem(shown, 1, "not read: its name is not valid Unicode")
    except OSError as error:
        return _unreadable(path, error)
    return Listed(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def _unreadable(path: str, error: OSError) -> SyntaxProblem:
    return SyntaxProblem(path, 1, f"not read: {error.strerror or error}")
