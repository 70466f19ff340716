"""What a pull request is compared with, as the CI says, or git."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt.adapters.git_repository import GitRepository
from codeopt.cli.mergebase import find_base
from codeopt.model.errors import PreconditionError, UsageError
from tests.support.command import git, repository


def commit(root: Path, name: str) -> str:
    (root / f"{name}.txt").write_text(name)
    git(root, "add", "-A")
    git(root, "commit", "-qm", name)
    return git(root, "rev-parse", "HEAD").strip()


@pytest.fixture
def clone(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Make a clone on a branch that parted from main, and from a release branch later."""
    upstream = repository(tmp_path / "upstream", {"mod.py": "x = 1\n"})
    ids = {"fork": commit(upstream, "fork")}
    git(upstream, "checkout", "-qb", "release")
    ids["release"] = commit(upstream, "release")
    git(upstream, "checkout", "-qb", "feature")
    ids["head"] = commit(upstream, "feature")
    git(upstream, "checkout", "-q", "main")
    commit(upstream, "later")
    git(tmp_path, "clone", "-q", "-b", "feature", str(upstream), "clone")
    return tmp_path / "clone", ids


@pytest.mark.parametrize(
    ("named", "environ", "wanted"),
    [
        ("", {}, "fork"),
        ("", {"GITHUB_BASE_REF": "release"}, "release"),
        ("", {"GITHUB_BASE_REF": ""}, "fork"),
        ("", {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release"}, "release"),
        ("origin/main", {"GITHUB_BASE_REF": "release"}, "fork"),
        ("HEAD", {}, "head"),
    ],
)
def test_the_base_is_found(
    clone: tuple[Path, dict[str, str]], named: str, environ: dict[str, str], wanted: str
) -> None:
    root, ids = clone
    assert find_base(GitRepository(root), named, environ, ids["head"]) == ids[wanted]


def test_the_sha_of_a_merge_request_comes_first(clone: tuple[Path, dict[str, str]]) -> None:
    root, ids = clone
    environ = {
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": ids["fork"],
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release",
    }
    assert find_base(GitRepository(root), "", environ, ids["head"]) == ids["fork"]


def test_a_shallow_clone_is_told_what_it_lacks(tmp_path: Path, clone: tuple[Path, object]) -> None:
    url = f"file://{tmp_path / 'upstream'}"
    git(tmp_path, "clone", "-q", "--depth", "1", "-b", "feature", url, "shallow")
    found = GitRepository(tmp_path / "shallow")
    head = found.resolve("HEAD")
    with pytest.raises(PreconditionError, match="origin/main is not in this clone") as caught:
        find_base(found, "", {"GITHUB_BASE_REF": "main"}, head)
    assert "fetch-depth: 0" in caught.value.hint
    with pytest.raises(PreconditionError, match="is not in this clone") as caught:
        find_base(found, "origin/main", {}, head)
    assert "fetch-depth: 0" in caught.value.hint
    git(
        tmp_path / "shallow",
        "fetch",
        "-q",
        "--depth",
        "1",
        "origin",
        "main:refs/remotes/origin/main",
    )
    with pytest.raises(PreconditionError, match="no common ancestor") as caught:
        find_base(found, "", {"GITHUB_BASE_REF": "main"}, head)
    assert "fetch-depth: 0" in caught.value.hint


def test_what_cannot_be_a_base(clone: tuple[Path, dict[str, str]]) -> None:
    root, ids = clone
    found = GitRepository(root)
    with pytest.raises(UsageError, match="no commit called 'nope'"):
        find_base(found, "nope", {}, ids["head"])
    with pytest.raises(PreconditionError, match="no change to look at"):
        find_base(found, "", {}, ids["fork"])
