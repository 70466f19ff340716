"""A run on a repository of rare shapes keeps its patches, byte for byte, and touches nothing."""

from __future__ import annotations

from pathlib import Path

from tests.faults import shapes
from tests.faults.stages import QUICK
from tests.support.command import codeopt, git


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


def test_rare_shapes(tmp_path: Path) -> None:
    root = shapes.make(tmp_path)
    before = picture(root)
    targets = (f"{shapes.CRLF}::squares", f"{shapes.TABS}::cubes")
    words = (*targets, *QUICK, "--without", "simplify", "--json")
    done = codeopt("run", "-v", "-C", str(root), *words, home=tmp_path)
    assert done.code == 0, done.err
    document = done.document
    assert {each["target"] for each in document["kept"]} == set(targets), done.err
    assert picture(root) == before
    assert not (tmp_path / "ran").exists(), "a hook or a filter ran"
    branch = document["branch"]
    for path, old, new in (
        (shapes.CRLF, b"out = out + [value * value]", b"out.append(value * value)"),
        (shapes.TABS, b"out = out + [value ** 3]", b"out.append(value ** 3)"),
    ):
        expected = shapes.files()[path.encode()].replace(old, new)
        (root.parent / "after").write_bytes(expected)
        blob = git(root, "hash-object", "--no-filters", str(root.parent / "after"))
        assert git(root, "rev-parse", f"{branch}:{path}") == blob
    assert git(root, "diff", "--name-only", "-z", "HEAD", branch).count("\0") == 2
    for name in ("broken.py", "latin.py", "nul.py"):
        assert name in done.err  # what is not read is said
