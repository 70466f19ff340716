"""A plain directory is taken as it is, and patches apply to it without git knowing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt.adapters import directory_tree
from codeopt.adapters.directory_tree import DirectoryTree
from codeopt.adapters.unified_diff import apply_diff
from codeopt.model.candidate import FileChange
from codeopt.model.errors import PreconditionError, UsageError

DIFF = """--- {a}mod.py
+++ {b}mod.py
@@ -1 +1 @@
-x = 1
+x = 2
"""


@pytest.fixture
def tree(tmp_path: Path) -> DirectoryTree:
    root = tmp_path / "a dïr"
    for name in ("mod.py", "env/pyvenv.cfg", "env/lib.py", ".git/config", "pkg/__pycache__/x.pyc"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x = 1\n")
    (root / "pkg" / "link.py").symlink_to("../mod.py")
    return DirectoryTree(root)


def test_export_leaves_out_what_is_not_the_projects(tree: DirectoryTree, tmp_path: Path) -> None:
    tree.export("", tmp_path / "copy")
    found = sorted(p.relative_to(tmp_path / "copy").as_posix() for p in tmp_path.rglob("copy/**/*"))
    assert found == ["mod.py", "pkg", "pkg/link.py"]
    assert (tmp_path / "copy" / "pkg" / "link.py").is_symlink()


def test_far_too_much_is_refused(
    tree: DirectoryTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_tree, "_MOST_FILES", 1)
    (tree.root / "more.py").write_text("")
    with pytest.raises(PreconditionError, match="too much"):
        tree.export("", tmp_path / "copy")


@pytest.mark.parametrize(("a", "b"), [("a/", "b/"), ("", "")])
def test_a_diff_applies_with_and_without_prefixes(tree: DirectoryTree, a: str, b: str) -> None:
    found = apply_diff(DIFF.format(a=a, b=b).encode(), tree.read, what="here")
    assert found == (FileChange("mod.py", b"x = 1\n", b"x = 2\n"),)
    assert (tree.root / "mod.py").read_text() == "x = 1\n"


def test_renames_and_new_files_are_both_sides(tree: DirectoryTree) -> None:
    moved = "diff --git a/mod.py b/new.py\nsimilarity index 100%\nrename from mod.py\n"
    moved += "rename to new.py\n"
    added = "--- /dev/null\n+++ b/more.py\n@@ -0,0 +1 @@\n+y = 1\n"
    found = apply_diff((added + moved).encode(), tree.read, what="here")
    assert [(each.path, each.before, each.after) for each in found] == [
        ("mod.py", b"x = 1\n", b""),
        ("more.py", b"", b"y = 1\n"),
        ("new.py", b"", b"x = 1\n"),
    ]


@pytest.mark.parametrize(
    "diff",
    [
        DIFF.replace("x = 1", "x = 3").format(a="a/", b="b/"),
        DIFF.format(a="a/../../", b="b/../../"),
        DIFF.replace("mod.py", "missing.py").format(a="a/", b="b/"),
        "nonsense\n",
    ],
    ids=["other lines", "outside", "no such file", "no diff"],
)
def test_what_does_not_apply_is_said(tree: DirectoryTree, diff: str) -> None:
    with pytest.raises(UsageError):
        apply_diff(diff.encode(), tree.read, what="here")


def test_an_empty_diff_changes_nothing(tree: DirectoryTree) -> None:
    assert apply_diff(b"\n", tree.read, what="here") == ()
