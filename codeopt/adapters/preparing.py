"""Prepare a project on a worker: clone its bundle, and run the user's own command there, once."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from codeopt.adapters.git_clone import clone
from codeopt.adapters.git_repository import GitRepository
from codeopt.model.errors import PreconditionError

_SECONDS = 1800.0


def prepare(bundle: Path, directory: Path, command: str) -> GitRepository:
    """Return the clone of a bundle, prepared; what is there already is not made again.

    Raises PreconditionError when the command fails.
    """
    ready = directory.with_name(f"{directory.name}.ready")
    if not directory.is_dir():
        clone(str(bundle), directory)
    if command and not ready.exists():
        try:
            subprocess.run(
                shlex.split(command),
                cwd=directory,
                check=True,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            last = (getattr(error, "stderr", b"") or b"").decode("utf-8", "replace").splitlines()
            text = f"the worker cannot prepare the project: {last[-1] if last else error}"
            raise PreconditionError(text, hint=f"it ran: {command}") from error
        ready.touch()
    return GitRepository(directory)
