"""Patches come into the user's checkout only where they fit, and never cost the user a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt.adapters.git_checkout import GitCheckout
from codeopt.adapters.git_repository import GitRepository
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.errors import PreconditionError
from tests.support.command import git, picture, repository

BEFORE = "".join(f"line {n}\n" for n in range(30))
FIRST, SECOND = BEFORE.replace("line 3\n", "three\n"), BEFORE.replace("line 25\n", "25\n")
BOTH = FIRST.replace("line 25\n", "25\n")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    root = repository(tmp_path / "a répo", {"mod.py": BEFORE, "other.py": "x = 1\n"})
    git(root, "config", "user.name", "U")
    git(root, "config", "user.email", "u@example.org")
    git(root, "config", "diff.noprefix", "true")
    return root


@pytest.fixture
def commits(root: Path) -> tuple[str, str]:
    """Make a run's two commits, one on top of the other."""
    store = GitRepository(root)
    one = _commit(store, store.status().head, BEFORE, FIRST, "one\n\nCodeopt-Run: r\n")
    return one, _commit(store, one, FIRST, BOTH, "two\n\nCodeopt-Run: r\n")


def _commit(store: GitRepository, parent: str, before: str, after: str, message: str) -> str:
    change = FileChange("mod.py", before.encode(), after.encode())
    return store.commit(parent, Patch((change,)), message)


def checkout(root: Path) -> GitCheckout:
    return GitCheckout(GitRepository(root))


def test_commits_on_the_same_commit_are_taken_as_they_are(
    root: Path, commits: tuple[str, str]
) -> None:
    assert checkout(root).take_commits(commits) == commits[1]
    assert git(root, "rev-parse", "main").strip() == commits[1]
    assert git(root, "status", "--porcelain") == ""
    assert (root / "mod.py").read_text() == BOTH


def test_one_of_two_is_put_on_a_branch_that_went_on(root: Path, commits: tuple[str, str]) -> None:
    (root / "mod.py").write_text("new first line\n" + BEFORE)
    git(root, "commit", "-qam", "went on")
    (root / "other.py").write_text("x = 2  # not committed\n")
    (root / "staged.py").write_text("y = 1\n")
    git(root, "add", "staged.py")
    tip = checkout(root).take_commits(commits[1:])
    assert git(root, "log", "--format=%s", "-3").split("\n")[:2] == ["two", "went on"]
    trailers = git(root, "log", "-1", "--format=%(trailers:only)")
    assert trailers == f"Codeopt-Run: r\nCodeopt-Commit: {commits[1]}\n\n"
    assert git(root, "rev-parse", "HEAD").strip() == tip
    assert (root / "mod.py").read_text() == "new first line\n" + SECOND
    assert git(root, "status", "--porcelain") == " M other.py\nA  staged.py\n"
    assert (root / "other.py").read_text() == "x = 2  # not committed\n"


def test_what_does_not_fit_changes_nothing(root: Path, commits: tuple[str, str]) -> None:
    (root / "mod.py").write_text(BEFORE.replace("line 3\n", "other\n"))
    git(root, "commit", "-qam", "went on")
    before = picture(root)
    with pytest.raises(PreconditionError, match="does not fit on") as found:
        checkout(root).take_commits(commits)
    assert f"git cherry-pick {commits[0][:12]}" in found.value.hint
    with pytest.raises(PreconditionError, match="does not fit your files"):
        checkout(root).take_files([commits[1], commits[0]])
    assert picture(root) == before
    assert "other" in (root / "mod.py").read_text()


def test_changes_of_the_user_in_the_same_file_are_kept(
    root: Path, commits: tuple[str, str]
) -> None:
    mine = BEFORE.replace("line 15\n", "mine\n")
    (root / "mod.py").write_text(mine)
    before = picture(root)
    with pytest.raises(PreconditionError, match="cannot move on"):
        checkout(root).take_commits(commits)
    assert picture(root) == before
    index = (root / ".git" / "index").read_bytes()
    checkout(root).take_files(commits)
    assert (root / "mod.py").read_text() == BOTH.replace("line 15\n", "mine\n")
    assert (root / ".git" / "index").read_bytes() == index
    assert git(root, "log", "--format=%s").split() == ["one"]
