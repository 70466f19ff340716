"""The git adapter adds commits and leaves the user's checkout alone."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from codeopt.adapters.git_repository import Checkout, GitRepository
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.errors import PreconditionError, UsageError

IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=root, env={**os.environ, **IDENTITY}, capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "a répo"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg" / "mod.py").write_bytes(b"x = 1\r\n")
    (root / "pkg" / "run.sh").write_text("echo\n")
    (root / "pkg" / "run.sh").chmod(0o755)
    (root / "link").symlink_to("pkg/mod.py")
    (root / ".gitignore").write_text("_version.py\n.venv/\n")
    (root / ".gitattributes").write_text("*.py text eol=lf\nhidden export-ignore\n")
    (root / "hidden").write_text("kept\n")
    git(root, "init", "-q", "-b", "trunk")
    git(root, "-c", "core.autocrlf=false", "add", "-A")
    git(root, "commit", "-qm", "one")
    return root


def picture(root: Path) -> tuple[str, ...]:
    index = (root / ".git" / "index").read_bytes().hex()
    return (
        index,
        git(root, "--no-optional-locks", "status", "--porcelain"),
        git(root, "stash", "list"),
        git(root, "rev-parse", "HEAD"),
        git(root, "worktree", "list"),
    )


def patch(repo: GitRepository, after: bytes = b"x = 2\n") -> Patch:
    head = repo.status().head
    return Patch((FileChange("pkg/mod.py", repo.read(head, "pkg/mod.py"), after),))


def test_status_names_head_branch_and_dirty_files(root: Path) -> None:
    (root / "pkg" / "run.sh").write_text("echo changed\n")
    status = GitRepository(root / "pkg").status()
    assert status.root == root
    assert (status.branch, status.dirty) == ("trunk", ("pkg/run.sh",))


def test_filters_are_not_run(root: Path, tmp_path: Path) -> None:
    """One of a hostile repository, or that of Git LFS where it is not installed."""
    (root / ".gitattributes").write_text("*.bin filter=odd.name\n")
    (root / "data.bin").write_bytes(b"1\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "two")
    for name in ("clean", "smudge", "process"):
        git(root, "config", f"filter.odd.name.{name}", f"touch '{tmp_path}/ran'; false")
    git(root, "config", "filter.odd.name.required", "true")
    (root / "data.bin").write_bytes(b"2\n")
    (root / "pkg" / "mod.py").write_bytes(b"x = 3\n")
    assert GitRepository(root).status().dirty == ("pkg/mod.py",)
    GitRepository(root).export("HEAD", tmp_path / "tree")
    assert not (tmp_path / "ran").exists()


def test_what_git_lfs_keeps_is_exported_where_it_was_fetched(root: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"LARGE")  # what is there may be a link to something else
    for name, data in (("a", b"large"), ("b", None), ("c", b"larg"), ("d", tmp_path / "key")):
        digest = hashlib.sha256(b"large" if name == "a" else name.encode()).hexdigest()
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 5\n"
        (root / f"{name}.bin").write_text(pointer)
        large = root / ".git" / "lfs" / "objects" / digest[:2] / digest[2:4] / digest
        large.parent.mkdir(parents=True)
        if isinstance(data, Path):
            large.symlink_to(data)
        elif data is not None:
            large.write_bytes(data)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "two")
    GitRepository(root).export("HEAD", tree := tmp_path / "tree")
    assert (tree / "a.bin").read_bytes() == b"large"
    for name in ("b.bin", "c.bin", "d.bin"):  # never fetched, cut off, or something else
        assert (tree / name).read_bytes() == (root / name).read_bytes()


def test_export_gives_raw_bytes_modes_links_and_generated_files(root: Path, tmp_path: Path) -> None:
    (root / "pkg" / "_version.py").write_text("v = 1\n")
    (root / ".venv").mkdir()
    (root / ".venv" / "big.py").write_text("")
    repo = GitRepository(root)
    head = repo.status().head
    git(root, "commit", "-qam", "goes on while a run is cut short", "--allow-empty")
    repo.export(head, tmp_path / "tree")
    tree = tmp_path / "tree"
    assert (tree / "pkg" / "mod.py").read_bytes() == repo.read("HEAD", "pkg/mod.py")
    assert os.access(tree / "pkg" / "run.sh", os.X_OK)
    assert (tree / "link").is_symlink()
    assert (tree / "hidden").exists()
    assert (tree / "pkg" / "_version.py").exists()
    assert not (tree / ".venv").exists()


def test_commit_on_a_new_branch_leaves_everything_else_alone(root: Path) -> None:
    (root / "pkg" / "run.sh").write_text("echo dirty\n")
    git(root, "add", "pkg/run.sh")
    (root / "hidden").write_text("dirty too\n")
    hook = root / ".git" / "hooks" / "reference-transaction"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    before = picture(root)
    repo = GitRepository(root)
    head = repo.status().head
    commit = repo.commit(head, patch(repo), "Faster x\n\nCodeopt-Run: r\n")
    repo.move_branch("codeopt/r", commit, expected=None)
    assert picture(root) == before
    assert git(root, "show", "codeopt/r:pkg/mod.py") == "x = 2\n"
    assert git(root, "show", "-s", "--format=%P", "codeopt/r").strip() == head
    assert git(root, "ls-tree", "codeopt/r", "pkg/run.sh").startswith("100755")
    assert repo.branches("codeopt/") == {"codeopt/r": commit}


def test_a_branch_that_moved_is_not_overwritten(root: Path) -> None:
    repo = GitRepository(root)
    head = repo.status().head
    commit = repo.commit(head, patch(repo), "m")
    repo.move_branch("codeopt/r", head, expected=None)
    with pytest.raises(PreconditionError, match="changed by someone else"):
        repo.move_branch("codeopt/r", commit, expected=None)
    repo.move_branch("codeopt/r", commit, expected=head)


def test_a_patch_for_other_bytes_is_refused(root: Path) -> None:
    repo = GitRepository(root)
    wrong = Patch((FileChange("pkg/mod.py", b"something else", b"y"),))
    with pytest.raises(UsageError, match="not what the patch was made for"):
        repo.commit(repo.status().head, wrong, "m")


def test_changes_between_commits(root: Path) -> None:
    repo = GitRepository(root)
    head = repo.status().head
    commit = repo.commit(head, patch(repo), "m")
    (change,) = repo.changes(head, commit)
    assert (change.path, change.after) == ("pkg/mod.py", b"x = 2\n")
    assert repo.merge_base(head, commit) == head


def test_a_link_is_no_code_in_a_change(root: Path) -> None:
    repo = GitRepository(root)
    (root / "link").unlink()
    (root / "link").symlink_to("hidden")
    git(root, "commit", "-qam", "two")
    (change,) = repo.changes("HEAD~1", "HEAD")
    assert (change.before, change.after) == (
        b"symbolic link to pkg/mod.py",
        b"symbolic link to hidden",
    )


def test_the_checkout_is_exported_as_it_is(root: Path, tmp_path: Path) -> None:
    (root / "pkg" / "mod.py").write_text("dirty\n")
    (root / "pkg" / "new.py").write_text("untracked\n")
    (root / "pkg" / "_version.py").write_text("ignored, and needed\n")
    (root / ".venv").mkdir()
    (root / ".venv" / "big.py").write_text("")
    (root / "hidden").unlink()
    repo = GitRepository(root)
    Checkout(repo).export("", tmp_path / "tree")
    found = {p.name: p for p in (tmp_path / "tree").rglob("*") if not p.is_dir()}
    assert {"mod.py", "new.py", "_version.py", "run.sh", "link"} < found.keys()
    assert not {"big.py", "hidden"} & found.keys()
    assert found["mod.py"].read_text() == "dirty\n"
    assert found["link"].is_symlink()
    assert repo.tracks(root / "pkg" / "mod.py")
    assert not repo.tracks(root / "pkg" / "new.py")
    assert not repo.tracks(tmp_path / "elsewhere.py")


def test_no_repository_and_no_commit_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PreconditionError, match="not inside a git repository") as caught:
        GitRepository(tmp_path)
    assert "git init" in caught.value.hint
    with pytest.raises(UsageError, match="does not exist"):
        GitRepository(tmp_path / "nowhere")
    git(tmp_path, "init", "-q")
    with pytest.raises(PreconditionError, match="no commit yet"):
        GitRepository(tmp_path).status()
