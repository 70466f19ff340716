"""Let a person edit files in the editor that the environment names."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from codeopt.model.candidate import FileChange, Patch
from codeopt.model.errors import PreconditionError, UsageError

_TAKE_A_LINE = frozenset({"vi", "vim", "nvim", "nano", "emacs", "ne", "micro", "joe", "kak"})


def edit(patch: Patch) -> Patch | None:
    """Open the files that a patch changes, as it leaves them; None where they stay as they are.

    The first change is on the screen in editors that are known to take ``+LINE``.
    """
    with tempfile.TemporaryDirectory(prefix="codeopt-edit-") as directory:
        paths = [Path(directory) / each.path for each in patch.files]
        for path, change in zip(paths, patch.files, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(change.after)
        _open(paths, _first_line(patch.files[0]))
        texts = [path.read_bytes() for path in paths]
    if texts == [each.after for each in patch.files]:
        return None
    pairs = zip(patch.files, texts, strict=True)
    files = tuple(FileChange(f.path, f.before, text) for f, text in pairs if text != f.before)
    if not files:
        raise UsageError("that is the original again", hint="reject the patch instead")
    return Patch(files)


def _open(paths: list[Path], line: int) -> None:
    text = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(text)
        name = Path(words[0]).name
        place = [f"+{line}"] if name in _TAKE_A_LINE else []
        done = subprocess.run([*words, *place, *map(str, paths)], check=False)
    except (OSError, ValueError, IndexError) as error:
        hint = "set EDITOR to an editor that is installed"
        raise PreconditionError(f"the editor {text!r} cannot be started", hint=hint) from error
    if done.returncode:
        text = f"the editor ended with {done.returncode}, so the patch stays as it is"
        raise PreconditionError(text)


def _first_line(change: FileChange) -> int:
    """Return the number of the first line that differs, from 1."""
    pairs = zip(change.before.splitlines(), change.after.splitlines(), strict=False)
    return next((n for n, (old, new) in enumerate(pairs, 1) if old != new), 1)
