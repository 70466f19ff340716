"""The hook sees what is staged, is quiet where it has nothing to say, and overwrites nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from codeopt import codec
from codeopt.adapters.git_repository import GitRepository
from codeopt.cli import app, guarding
from codeopt.cli.guarding import open_guard
from codeopt.model.code import FunctionId
from codeopt.model.inspection import Inspection
from codeopt.profile import shared
from codeopt.runs import RunStore
from tests.support import values
from tests.support.command import INI, codeopt, environment, git, repository

FAST = "def total(numbers):\n    return sum(numbers)\n"
SLOW = (
    "def total(numbers):\n    found = 0\n    for _ in range(40):\n        found = 0\n"
    "        for number in numbers:\n            found += number\n    return found\n"
)
WORK = "from mod import total\n\nfor size in range(200):\n    total(list(range(size)))\n"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {"mod.py": FAST, "work.py": WORK, "test_mod.py": "def test_mod():\n    import work\n"}
    files["pytest.ini"] = INI
    return repository(tmp_path / "a répo", files)


def profiled(root: Path, name: str = "total") -> None:
    """Store a profile in which one function is hot."""
    known = values.record().profile
    assert known is not None
    spot = replace(known.hotspots[0], id=FunctionId("mod.py", name))
    cache = RunStore(root / ".git" / "codeopt").cache
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "profile.json").write_text(codec.encode(replace(known, hotspots=(spot,))))


def said(root: Path, capsys: Capture) -> str:
    """Run the hook, which must let the commit pass; return what it says when asked."""
    assert app.invoke(["hook", "run", "-C", str(root), "-v"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert app.invoke(["hook", "run", "-C", str(root)]) == 0
    assert capsys.readouterr() == ("", "")
    return err


# ---------------------------------------------------------------------------- what it looks at
def test_it_is_quiet_where_there_is_nothing_to_measure(root: Path, capsys: Capture) -> None:
    assert "no profile is stored yet" in said(root, capsys)
    profiled(root)
    assert "nothing hot was changed" in said(root, capsys)
    (root / "mod.py").write_text(SLOW)  # not staged
    assert "nothing hot was changed" in said(root, capsys)
    (root / "mod.py").write_text(FAST.replace("total", "renamed"))
    git(root, "add", "-A")
    assert "nothing hot was changed" in said(root, capsys)
    git(root, "rm", "-qf", "mod.py")
    assert "nothing hot was changed" in said(root, capsys)
    (root / "mod.py").write_text("def total(:\n")
    git(root, "add", "-A")
    assert "nothing hot was changed" in said(root, capsys)


def test_it_is_quiet_before_the_first_commit(tmp_path: Path, capsys: Capture) -> None:
    root = tmp_path / "new"
    root.mkdir()
    git(root, "init", "-q")
    (root / "mod.py").write_text(FAST)
    git(root, "add", "-A")
    assert "no commit yet" in said(root, capsys)


def test_a_file_staged_in_part_is_taken_as_staged(root: Path) -> None:
    (root / "mod.py").write_text(SLOW)
    git(root, "add", "-A")
    (root / "mod.py").write_text("not python (")
    before = (root / ".git" / "index").read_bytes()
    found = GitRepository(root)
    (change,) = found.changes("HEAD", found.staged())
    assert (change.before, change.after) == (FAST.encode(), SLOW.encode())
    assert (root / ".git" / "index").read_bytes() == before


def test_of_a_merge_only_what_was_made_by_hand_counts(root: Path, capsys: Capture) -> None:
    profiled(root)
    git(root, "checkout", "-qb", "theirs")
    (root / "mod.py").write_text(SLOW)
    (root / "conflict.py").write_text("x = 1\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "theirs")
    git(root, "checkout", "-q", "main")
    (root / "conflict.py").write_text("x = 2\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "ours")
    with pytest.raises(subprocess.CalledProcessError):
        git(root, "merge", "-q", "theirs")
    assert "the index has conflicts" in said(root, capsys)
    (root / "conflict.py").write_text("x = 3\n")
    git(root, "add", "-A")
    assert "nothing hot was changed" in said(root, capsys)  # what theirs made slower is not ours


# ---------------------------------------------------------------------------- what it finds
def test_a_slower_function_is_refused_and_named(root: Path) -> None:
    profiled(root)
    (root / "mod.py").write_text(SLOW)
    git(root, "add", "-A")
    (root / "mod.py").write_text(FAST)
    words = ("hook", "run", "-C", str(root), "--bench", "work.py", "--budget", "240")
    done = codeopt(*words, home=root.parent)
    assert done.code == 1, done.err
    assert "codeopt: mod.py::total is " in done.err
    assert "× slower than at HEAD (95 % CI" in done.err
    assert "git commit --no-verify" in done.err
    assert done.out == ""


def test_at_the_end_of_the_budget_the_commit_passes(root: Path) -> None:
    profiled(root)
    (root / "mod.py").write_text(SLOW)
    git(root, "add", "-A")
    done = codeopt("hook", "run", "-C", str(root), "--budget", "0.3", "-v", home=root.parent)
    assert (done.code, done.out) == (0, "")
    assert "budget" in done.err or "not measured" in done.err


# ---------------------------------------------------------------------------- the file
def test_install_commit_and_uninstall(root: Path, capsys: Capture) -> None:
    file = root / ".git" / "hooks" / "pre-commit"
    for _ in range(2):
        assert app.invoke(["hook", "install", "-C", str(root)]) == 0
        assert capsys.readouterr().out == f"installed {file}\n"
    (root / "mod.py").write_text(SLOW)
    done = subprocess.run(
        ["git", "commit", "-qam", "two"], cwd=root, env=environment(root.parent), timeout=120
    )
    assert done.returncode == 0  # nothing is known to be hot
    assert app.invoke(["hook", "uninstall", "-C", str(root)]) == 0
    assert not file.exists()
    assert app.invoke(["hook", "uninstall", "-C", str(root)]) == 0
    assert capsys.readouterr().out.endswith("there is no hook\n")


def test_the_hook_is_what_git_runs(root: Path) -> None:
    file = root / ".git" / "hooks" / "pre-commit"
    assert app.invoke(["hook", "install", "-C", str(root)]) == 0
    assert os.access(file, os.X_OK)
    gone = file.read_text().replace(sys.executable, "/nowhere/python")
    file.write_text(gone)
    done = subprocess.run([file], cwd=root, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0
    assert "its interpreter is gone" in done.stderr


@pytest.mark.parametrize("link", [False, True])
def test_a_hook_of_somebody_else_is_left_alone(root: Path, link: bool, capsys: Capture) -> None:
    file = root / ".git" / "hooks" / "pre-commit"
    file.parent.mkdir(exist_ok=True)
    if link:
        file.symlink_to("nowhere")
    else:
        file.write_text("#!/bin/sh\nexit 0\n")
    assert app.invoke(["hook", "install", "-C", str(root)]) == 4
    assert "there is a hook already" in capsys.readouterr().err
    assert app.invoke(["hook", "uninstall", "-C", str(root)]) == (0 if link else 4)
    assert file.is_symlink() if link else file.read_text() == "#!/bin/sh\nexit 0\n"


def test_hooks_that_are_kept_elsewhere(root: Path, tmp_path: Path, capsys: Capture) -> None:
    git(root, "config", "core.hooksPath", ".hooks")
    assert app.invoke(["hook", "install", "-C", str(root)]) == 0
    assert (root / ".hooks" / "pre-commit").exists()
    git(root, "config", "core.hooksPath", str(tmp_path / "shared"))
    assert app.invoke(["hook", "install", "-C", str(root)]) == 4
    assert "core.hooksPath" in capsys.readouterr().err
    assert not (tmp_path / "shared").exists()


# ---------------------------------------------------------------------------- shared profile, speed
def test_a_committed_profile_is_known_in_every_clone(root: Path, capsys: Capture) -> None:
    profiled(root)
    stored = RunStore(root / ".git" / "codeopt")
    known = stored.latest_profile()
    assert known is not None
    shared.write(root, known, least=0.0)
    (stored.cache / "profile.json").unlink()
    assert "nothing hot was changed" in said(root, capsys)
    (root / "mod.py").write_text(SLOW)
    git(root, "add", "-A")
    with open_guard(root, {"bench": "work.py"}, deadline=time.monotonic() + 60) as opened:
        assert opened.guard is not None
        assert opened.guard.profile.hotspots[0].id == FunctionId("mod.py", "total")


def test_speed_ups_are_looked_for_in_what_is_staged(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiled(root)
    (root / "mod.py").write_text(SLOW)
    (root / "new.py").write_text("x = 1\n")
    git(root, "rm", "-q", "work.py")
    git(root, "add", "-A")
    (root / "mod.py").write_text("not staged")
    asked: list[tuple[dict[str, object], Inspection]] = []

    def suggest(path: Path, flags: dict[str, object], found: Inspection, **_: object) -> Inspection:
        asked.append((flags, found))
        return found

    monkeypatch.setattr(guarding, "suggest", suggest)
    with open_guard(root, {}, deadline=time.monotonic() + 60) as opened:
        assert opened.guard is not None
        assert guarding.suggest_for(root, {}, opened.guard, seconds=2.0) is None
        guarding.suggest_for(root, {"bench": "work.py"}, opened.guard, seconds=30.0)
    ((flags, found),) = asked
    assert flags == {"bench": "work.py", "max_seconds": 30.0}
    assert [each.target for each in found.functions] == [FunctionId("mod.py", "total")]
    assert git(root, "rev-parse", f"{found.head}^{{tree}}") == git(root, "write-tree")
    assert git(root, "rev-parse", f"{found.head}^") == git(root, "rev-parse", "HEAD")
    assert git(root, "branch", "--list").split() == ["*", "main"]
