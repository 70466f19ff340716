"""Take a directory as it is, where there is no git, or where git is not asked."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from codeopt.model.errors import PreconditionError, UsageError

_SKIPPED = frozenset({".git", ".hg", ".svn", ".tox", ".nox", "node_modules", "__pycache__"})
_SCRATCH = "codeopt-scratch-"
_MOST_FILES, _MOST_BYTES = 20_000, 1 << 30


class DirectoryTree:
    """Implement the Source port for a plain directory; it has one state, the present one."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise UsageError(f"{root} is not a directory", hint="name one with -C")
        self.root = root.resolve()

    def export(self, commit: str, destination: Path) -> None:
        """Copy the files but for caches, version control and virtual environments.

        Raises PreconditionError when there is far more than a project has.
        """
        shutil.copytree(self.root, destination, symlinks=True, ignore=_Sieve(self.root))

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, None where there is none; a link is none."""
        file = self.root / path
        own = file.resolve() == file
        return file.read_bytes() if own and file.is_file() else None


class _Sieve:
    """Leave out what is not the project's own, and count the rest."""

    def __init__(self, root: Path) -> None:
        self._root, self._files, self._bytes = root, 0, 0

    def __call__(self, directory: str, names: list[str]) -> set[str]:
        """Return the names to leave out."""
        out = {name for name in names if name in _SKIPPED or name.startswith(_SCRATCH)}
        for name in set(names) - out:
            path = Path(directory, name)
            if _is_odd(path):
                out.add(name)
            elif path.is_file():
                self._count(path)
        return out

    def _count(self, path: Path) -> None:
        self._files += 1
        self._bytes += path.lstat().st_size
        if self._files > _MOST_FILES or self._bytes > _MOST_BYTES:
            raise PreconditionError(
                f"{self._root} holds too much to be copied ({_MOST_FILES:,} files or 1 GiB)",
                hint="name the directory of the project alone with -C",
            )


def _is_odd(path: Path) -> bool:
    """Tell whether a path is a virtual environment, or nothing that can be copied."""
    if path.is_symlink():
        return False
    if path.is_dir():
        return (path / "pyvenv.cfg").exists() or not os.access(path, os.R_OK | os.X_OK)
    return not path.is_file() or not os.access(path, os.R_OK)
