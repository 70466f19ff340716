"""A run on a repository of rare shapes keeps its patches, byte for byte, and touches nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.project import entries, running
from tests.faults import shapes
from tests.faults.stages import QUICK
from tests.support.command import git


def picture(root: Path) -> dict[str, object]:
    """Take down what is to stay, by commands that run no filter."""
    index = Path(git(root, "rev-parse", "--git-path", "index").strip())
    return {
        "head": git(root, "rev-parse", "HEAD"),
        "branch": git(root, "branch", "--show-current"),
        "index": (root / index).read_bytes(),
        "stash": git(root, "stash", "list"),
        "worktrees": git(root, "worktree", "list"),
        "branches": [b for b in git(root, "branch", "--list").split("\n") if "codeopt/" not in b],
        "files": {
            path: path.readlink() if path.is_symlink() else path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_symlink() or path.is_file()
        },
    }


def branches(root: Path) -> list[str]:
    """List the branches of codeopt."""
    return git(root, "branch", "--list", "--format=%(refname:short)", "codeopt/*").split()


def change(root: Path) -> None:
    """Commit on another branch, with the target deleted, and leave a lock behind."""
    git(root, "checkout", "-q", "-b", "topic")
    git(root, "rm", "-q", shapes.CRLF)
    git(root, "commit", "-qm", "the target is gone")
    git(root, "gc", "-q", "--prune=now")
    (root.parent / "a cloné" / ".git" / "index.lock").touch()


def test_rare_shapes_that_change_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = shapes.make(tmp_path)
    targets = (f"{shapes.CRLF}::squares", f"{shapes.TABS}::cubes")
    words = (*targets, *QUICK, "--without", "simplify", "--json")
    common = root.parent / "a cloné"
    for number, (key, value) in enumerate(shapes.CALM):  # for the owner's commands, not codeopt's
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(shapes.CALM)))
    with running(root, tmp_path, *words) as run:
        run.wait_for(lambda: entries(common, "profile"))
        change(root)
        before = picture(root)
        run.wait_for(lambda: branches(root), 600)
        (branch,) = branches(root)
        git(root, "update-ref", "-d", f"refs/heads/{branch}", "-m", "merged, so they said")
        done = run.end()
    assert done.code == 0, done.err
    document = done.document
    assert {each["target"] for each in document["kept"]} == set(targets), done.err
    assert picture(root) == before
    assert not (tmp_path / "ran").exists(), "a hook or a filter ran"
    for path, old, new in (
        (shapes.CRLF, b"out = out + [value * value]", b"out.append(value * value)"),
        (shapes.TABS, b"out = out + [value ** 3]", b"out.append(value ** 3)"),
    ):
        after = tmp_path / "after"
        after.write_bytes(shapes.files()[path.encode()].replace(old, new))
        blob = git(root, "hash-object", "--no-filters", str(after))
        assert git(root, "rev-parse", f"{branch}:{path}") == blob
    base = document["commit"]
    assert git(root, "diff", "--name-only", "-z", base, branch).count("\0") == 2
    for name in ("broken.py", "latin.py", "nul.py"):
        assert name in done.err  # what is not read is said
