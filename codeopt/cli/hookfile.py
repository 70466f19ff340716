"""The file of the pre-commit hook in a repository: written and removed only if it is codeopt's."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from codeopt.model.errors import PreconditionError

_MARK = "# written by codeopt hook install; codeopt hook uninstall removes it"
_BY_HAND = "add this line to it: codeopt hook run || exit 1"


def install(hooks: Path, root: Path, git_directory: Path) -> str:
    """Write the hook; raise PreconditionError where there is one already, of somebody else."""
    if not any(hooks.is_relative_to(place) for place in (root, git_directory)):
        raise PreconditionError(
            f"the hooks of this repository are elsewhere, in {hooks} (core.hooksPath)",
            hint=f"if there is a pre-commit hook there, {_BY_HAND}",
        )
    file = hooks / "pre-commit"
    if _is_ours(file):
        file.unlink()  # it may name an interpreter that is gone
    try:
        hooks.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(_script(sys.executable))
    except FileExistsError as error:
        raise PreconditionError(f"there is a hook already: {file}", hint=_BY_HAND) from error
    file.chmod(0o755)
    return f"installed {file}"


def uninstall(hooks: Path) -> str:
    """Remove the hook if it is codeopt's."""
    file = hooks / "pre-commit"
    if _is_ours(file):
        file.unlink()
        return f"removed {file}"
    if file.exists():
        hint = "remove the line codeopt hook run from it"
        raise PreconditionError(f"{file} was not written by codeopt", hint=hint)
    return "there is no hook"


def _is_ours(file: Path) -> bool:
    try:
        return not file.is_symlink() and _MARK in file.read_text("utf-8", "replace")
    except OSError:
        return False


def _script(python: str) -> str:
    gone = "codeopt hook: its interpreter is gone; codeopt hook install, or uninstall"
    name = shlex.quote(python)
    return (
        f"#!/bin/sh\n{_MARK}\n"
        f"[ -x {name} ] || {{ echo {shlex.quote(gone)} >&2; exit 0; }}\n"
        f"exec {name} -m codeopt hook run\n"
    )
