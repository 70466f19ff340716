"""Bring kept patches into the user's checkout, only when asked: as commits or as changed files.

Commits are rebuilt on the current one from a private index, then the branch is moved on by
``git merge --ff-only``; changes are applied by ``git apply``. Both refuse, before they touch
anything, where they would meet changes of the user's.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import git

from codeopt.adapters.git_repository import GitRepository
from codeopt.model.errors import PreconditionError


class GitCheckout:
    """Implement the Checkout port for the checkout of a repository."""

    def __init__(self, repository: GitRepository) -> None:
        self._repository = repository
        self._git = repository.plumbing

    def take_commits(self, commits: Sequence[str]) -> str:
        """Put commits on top of the current one and move on to the last; return its id."""
        tip = self.rebuild(commits, self._repository.resolve("HEAD"))
        try:
            self._git.merge("--ff-only", "--no-stat", "-q", tip)
        except git.GitCommandError as error:
            raise PreconditionError(
                f"the checkout cannot move on to {tip[:12]}: {_said(error)}",
                hint="your files are untouched; commit or stash your changes, then take it again",
            ) from error
        return tip

    def rebuild(self, commits: Sequence[str], onto: str) -> str:
        """Put commits on top of another one, moving nothing; return the id of the last."""
        for commit in commits:
            onto = self._picked(commit, onto)
        return onto

    def take_files(self, commits: Sequence[str]) -> None:
        """Make the changes of commits in the files of the checkout, and nowhere else."""
        with _stream(b"".join(map(self._patch, commits))) as patches:
            try:
                self._git.apply("--whitespace=nowarn", "-", istream=patches)
            except git.GitCommandError as error:
                raise PreconditionError(
                    f"the change does not fit your files as they are: {_said(error)}",
                    hint="your files are untouched; git cherry-pick -n merges one patch",
                ) from error

    def _picked(self, commit: str, onto: str) -> str:
        """Return a commit with the changes and the message of another, on top of ``onto``."""
        if self._parent(commit) == onto:
            return commit
        message = f"{self._git.log('-1', '--format=%B', commit).rstrip()}\n"
        with _stream(f"{message}Codeopt-Commit: {commit}\n".encode()) as stream:
            words = (self._tree(commit, onto), "-p", onto)
            return str(
                self._git.commit_tree(*words, istream=stream, env=self._repository.identity())
            )

    def _tree(self, commit: str, onto: str) -> str:
        """Write the tree of ``onto`` with the changes of a commit."""
        with tempfile.TemporaryDirectory(prefix="codeopt-index-") as directory:
            index = {"GIT_INDEX_FILE": str(Path(directory) / "index")}
            self._git.read_tree(onto, env=index)
            with _stream(self._patch(commit)) as patch:
                try:
                    words = ("--cached", "--whitespace=nowarn", "-")
                    self._git.apply(*words, istream=patch, env=index)
                except git.GitCommandError as error:
                    raise PreconditionError(
                        f"{commit[:12]} does not fit on {onto[:12]}: {_said(error)}",
                        hint=f"nothing was changed; by hand: git cherry-pick {commit[:12]}",
                    ) from error
            return str(self._git.write_tree(env=index))

    def _parent(self, commit: str) -> str:
        return self._repository.resolve(f"{commit}^")

    def _patch(self, commit: str) -> bytes:
        plain = ("--no-renames", "--no-ext-diff", "--no-textconv")
        words = ("-p", "--binary", "--full-index", *plain, f"{commit}^", commit)
        raw = self._git.diff_tree(*words, stdout_as_string=False, strip_newline_in_stdout=False)
        return bytes(raw)


@contextmanager
def _stream(data: bytes) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file


def _said(error: git.GitCommandError) -> str:
    """Return the first line of what git complained of."""
    text = str(error.stderr).partition("'")[2].rstrip("'").strip() or str(error)
    return " ".join(text.splitlines()[:1])
