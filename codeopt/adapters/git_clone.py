"""Clone a repository that nobody has read: no hook, filter, submodule or strange transport runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import git

from codeopt.model.errors import PreconditionError, UsageError

_SAFE = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "protocol.ext.allow=never",
    "protocol.fd.allow=never",
    "submodule.recurse=false",
    "filter.lfs.smudge=",
    "filter.lfs.required=false",
)


def clone(source: str, destination: Path) -> None:
    """Clone a URL or a bundle into a new directory: it is there whole or not at all."""
    if source.startswith("-"):
        raise UsageError(f"{source!r} is no repository")
    destination.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(dir=destination.parent, prefix=".clone-"))
    run = git.Git(half)
    run.update_environment(GIT_TERMINAL_PROMPT="0", LC_ALL="C")
    run.set_persistent_git_options(c=list(_SAFE))
    try:
        run.clone("--quiet", "--no-recurse-submodules", "--", source, str(half / "clone"))
        (half / "clone").rename(destination)
    except git.GitCommandError as error:
        last = str(error.stderr).strip().strip("'").splitlines() or ["git gave no reason"]
        text = f"{source} cannot be cloned: {last[-1].strip()}"
        raise PreconditionError(text, hint="try it yourself: git clone") from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
