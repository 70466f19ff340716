"""Apply a unified diff to files, wherever they are kept, in a directory of its own."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import git

from codeopt.model.candidate import FileChange
from codeopt.model.errors import PreconditionError, UsageError

_RENAMED = re.compile(rb"^(?:rename|copy) from ([^\"\r\n]+)$", re.MULTILINE)
_HINT = "it must be a unified diff against those files, as git diff makes it"


def apply_diff(
    diff: bytes, read: Callable[[str], bytes | None], *, what: str
) -> tuple[FileChange, ...]:
    """Return the files that a diff changes; ``read`` gives their bytes, None for no such file.

    ``what`` names the files in a complaint. Raises UsageError when the diff does not apply.
    """
    if not diff.strip():
        return ()
    if shutil.which("git") is None:
        raise PreconditionError("git is not installed", hint="it is what applies patches")
    with tempfile.TemporaryDirectory(prefix="codeopt-index-") as directory:
        tree, file = Path(directory, "tree"), Path(directory, "diff")
        tree.mkdir()
        file.write_bytes(diff)
        run = git.Git(tree)
        run.update_environment(GIT_CEILING_DIRECTORIES=directory, LC_ALL="C")
        try:
            before = _applied(run, tree, file, "-p1", read)
        except git.GitCommandError as error:
            try:  # as plain diff makes it, with no a/ and b/
                before = _applied(run, tree, file, "-p0", read)
            except git.GitCommandError:
                text = f"the patch does not apply to {what}: {_first(error)}"
                raise UsageError(text, hint=_HINT) from error
        pairs = ((path, old, _bytes(tree / path)) for path, old in sorted(before.items()))
        return tuple(FileChange(path, old, new) for path, old, new in pairs if old != new)


def _applied(
    run: git.Git, tree: Path, file: Path, strip: str, read: Callable[[str], bytes | None]
) -> dict[str, bytes]:
    """Write the files that a diff names into a tree and apply it; return what they held."""
    rows = str(run.apply("--numstat", "-z", strip, str(file))).split("\0")
    renamed = [name.decode("utf-8", "replace") for name in _RENAMED.findall(file.read_bytes())]
    before = {}
    for name in dict.fromkeys([*(row.split("\t", 2)[2] for row in rows if row), *renamed]):
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts:
            raise UsageError(f"the patch leaves the project: {name}")
        data = read(name)
        before[name] = data or b""
        if data is not None:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(data)
    run.apply("--whitespace=nowarn", strip, str(file))
    return before


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""


def _first(error: git.GitCommandError) -> str:
    text = str(error.stderr).strip().removeprefix("stderr: ").strip("' \n")
    return text.splitlines()[0].removeprefix("error: ") if text else "git apply failed"
