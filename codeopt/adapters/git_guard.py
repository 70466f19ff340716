"""Run git without running what a repository's own configuration or attributes name.

A repository that came as an archive brings its ``.git/config`` along, and a directory in a clone
can hold a second, bare repository. Their commands (hooks, filters, monitors, verifiers, transports)
are switched off for codeopt's calls; those of the user's own configuration are let be.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import git

from codeopt.model.errors import PreconditionError

_ALWAYS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.quotePath=false",
    "log.showSignature=false",  # would run gpg.program
    "merge.verifySignatures=false",
    "safe.bareRepository=explicit",
)
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    # what a partial clone lacks would be fetched, by any program that its remote names
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
_COMMAND = re.compile(r"(?P<kind>filter|hook)\.(?P<name>.+)\.(?P<key>\w+)", re.DOTALL)
_OFF = {
    "filter": ("clean=", "smudge=", "process=", "required=false"),
    "hook": ("command=", "enabled=false"),
}


def harden(run: git.Git) -> None:
    """Let no call of ``run`` start a program that its repository names."""
    run.update_environment(**_ENVIRONMENT)
    run.set_persistent_git_options(c=list(_ALWAYS))
    run.set_persistent_git_options(c=[*_ALWAYS, *_switched_off(run)])


def check_worktree(run: git.Git, root: Path, directory: Path) -> None:
    """Refuse a repository whose files git takes to be elsewhere, and one that is not git's own.

    ``core.worktree`` can lead to any directory; a bare repository among the files of another one
    is what GitPython finds, and not what git works on.
    """
    try:
        found = str(run.rev_parse("--absolute-git-dir", "--show-toplevel")).split("\n")
    except git.GitCommandError as error:
        text = " ".join(str(error.stderr).split())
        raise PreconditionError(f"git cannot work in {root}: {text}") from error
    if [Path(each).resolve() for each in found] != [directory.resolve(), root.resolve()]:
        raise PreconditionError(
            f"the repository {directory} says that its files are in another directory, {root}",
            hint="clone it, and run codeopt in the clone",
        )


def _switched_off(run: git.Git) -> Iterator[str]:
    """Name the filters and hooks of the repository's own configuration, each with nothing to run.

    Raises PreconditionError for one whose name no option can spell.
    """
    found = {(m["kind"], m["name"]) for m in map(_COMMAND.fullmatch, _own_names(run)) if m}
    for kind, name in sorted(found):
        if "=" in name or "\n" in name:
            raise PreconditionError(
                f"the repository's own configuration names a {kind} {name!r}, which cannot be "
                "switched off",
                hint="remove it from .git/config",
            )
        yield from (f"{kind}.{name}.{setting}" for setting in _OFF[kind])


def _own_names(run: git.Git) -> Iterator[str]:
    """List the keys in the configuration files that belong to the repository."""
    for place in ("--local", "--worktree"):
        try:
            raw = run.config(place, "--includes", "--name-only", "--list", "-z")
        except git.GitCommandError:  # no such file, or an older git
            continue
        yield from str(raw).split("\0")
