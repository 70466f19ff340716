"""Read commits and write branches, never through the checkout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from codeopt.model.candidate import FileChange, Patch


@dataclass(frozen=True, slots=True)
class Status:
    """Describe the user's checkout without touching it; ``branch`` is empty when detached."""

    root: Path
    head: str
    branch: str
    dirty: tuple[str, ...]


class Source(Protocol):
    """Give the files to work on."""

    root: Path

    def export(self, commit: str, destination: Path) -> None:
        """Write the files of a commit into a new directory, with the ignored files that the
        packages need to be imported (generated modules, compiled extensions)."""


class Repository(Source, Protocol):
    """Read a repository and add commits to it, without touching the user's checkout."""

    private: Path

    def status(self) -> Status:
        """Describe the checkout."""

    def files(self, commit: str) -> tuple[str, ...]:
        """List the paths in a commit."""

    def read(self, commit: str, path: str) -> bytes:
        """Return the bytes of a file in a commit."""

    def bundle(self, commit: str, file: Path) -> str:
        """Write the files of a commit, without its history, into a git bundle; return its id."""

    def changes(self, base: str, head: str) -> tuple[FileChange, ...]:
        """Return the files that differ between two commits; a missing side is empty."""

    def commit(self, parent: str, patch: Patch, message: str) -> str:
        """Create a commit on top of ``parent``; no branch moves. Return its id."""

    def branch(self, name: str) -> str | None:
        """Return the commit of a branch, None when there is no such branch."""

    def move_branch(self, name: str, commit: str, *, expected: str | None) -> None:
        """Create (``expected=None``) or move a branch, atomically."""


class Checkout(Protocol):
    """Change the user's checkout, only when the user asks; never lose a change of the user's.

    All raise PreconditionError, having changed nothing, where a patch does not fit.
    """

    def take_commits(self, commits: Sequence[str]) -> str:
        """Put commits on top of the current one, and move branch and files on; return the last."""

    def rebuild(self, commits: Sequence[str], onto: str) -> str:
        """Put commits on top of another one, and move nothing; return the last."""

    def take_files(self, commits: Sequence[str]) -> None:
        """Make the changes of commits in the files, and nowhere else: all of them or none."""
