"""Touch files where foreign code could write: never through a link, never more than so much.

Code in the sandbox can leave links that lead out of its directories, pipes on which a reader waits
for ever, files without end, and directories without rights. Whoever works outside on what it left
goes through here, after all processes of that sandbox have ended.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from io import BufferedReader, BufferedWriter
from pathlib import Path

_CHUNK = 1 << 20


def directory(path: Path) -> Path:
    """Return a directory that is one, made where there is none; whatever else is there goes."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        path.mkdir(parents=True)
    return path


def fresh(path: Path) -> Path:
    """Return an empty directory."""
    remove(path)
    path.mkdir(parents=True)
    return path


def remove(path: Path) -> None:
    """Remove what is there, if anything is, as far as it can be."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():  # what ran in it took rights away from directories
        path.chmod(0o700)
        for folder in _folders(path):  # each is opened before it is walked
            folder.chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)


def is_file(path: Path) -> bool:
    """Tell whether a path is a regular file and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def read(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file; OSError for anything else, or with more than ``most``."""
    with _opened(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(f"{path} has more than {most} bytes")
    return data


def digest(path: Path) -> str:
    """Return the SHA-256 of a regular file in hexadecimal; OSError for anything else."""
    with _opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(path: Path, data: bytes) -> None:
    """Write a new file; what is there is replaced, and never written through."""
    with _created(path) as file:
        file.write(data)


def copy(source: Path, target: Path) -> None:
    """Copy a regular file to a new one; OSError for anything else."""
    with _opened(source) as file, _created(target) as out:
        shutil.copyfileobj(file, out, _CHUNK)


def _created(path: Path) -> BufferedWriter:
    remove(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def _opened(path: Path) -> BufferedReader:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    file = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(f"{path} is no regular file")
    return file


def _folders(path: Path) -> Iterator[Path]:
    """Yield the directories below one, each before what is in it is asked for."""
    for here, names, _ in os.walk(path):
        for name in names:
            folder = Path(here, name)
            if not folder.is_symlink():
                yield folder
