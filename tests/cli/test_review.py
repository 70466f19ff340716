"""``codeopt review --plain``, driven through a pseudo-terminal on a real repository."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.adapters.git_repository import GitRepository
from codeopt.adapters.sqlite_journal import SqliteJournal
from codeopt.cli.reviewing import open_review
from codeopt.ledger import Ledger
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.runs import RunDirectory, RunStore
from tests.support import values
from tests.support.command import environment, git, repository

BODY = "(x):\n    return x + 0\n"
SOURCE = f"def f{BODY}\n\n" + "# ----\n" * 8 + f"\n\ndef g{BODY}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {"pkg/mod.py": SOURCE, "other.py": "x = 1\n"})


def reviewed(root: Path) -> RunDirectory:
    """Leave a run behind that kept two patches, as real commits, and rejected one candidate."""
    store = RunStore(root / ".git" / "codeopt")
    directory = store.create()
    repo = GitRepository(root)
    head = repo.status().head
    branch = f"codeopt/{directory.name}"
    journal = SqliteJournal(directory.journal)
    ledger = Ledger(journal)
    ledger.put("meta", "", values.meta(run=directory.name, branch=branch, commit=head))
    first = SOURCE.replace("x + 0", "x", 1)
    tip = head
    for number, (before, after) in enumerate(
        [(SOURCE, first), (first, SOURCE.replace(" + 0", ""))]
    ):
        patch = Patch((FileChange("pkg/mod.py", before.encode(), after.encode()),))
        tip = repo.commit(tip, patch, f"patch {number}\n")
        attempt = values.kept(commit=tip, diff=patch.diff(), technique=f"technique {number}")
        target = FunctionId("pkg/mod.py", "fg"[number])
        ledger.put(
            "attempt",
            str(number),
            replace(attempt, candidate_digest=f"digest {number}", target=target),
        )
    tried = replace(values.rejected(), target=FunctionId("pkg/mod.py", "f"))
    ledger.put("attempt", "2", tried)
    ledger.put("outcome", "", values.record().outcome)
    journal.close()
    repo.move_branch(branch, tip, expected=None)
    return directory


def typed(root: Path, *lines: str, options: tuple[str, ...] = (), **more: str) -> str:
    """Run the review on a dumb terminal of its own and type lines; return what it shows."""
    master, slave = pty.openpty()
    words = [sys.executable, "-m", "codeopt", "review", "--plain", "-C", str(root), *options]
    environ = environment(root.parent, TERM="dumb", **more)
    with subprocess.Popen(
        words, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True
    ) as process:
        os.close(slave)
        os.write(master, "".join(f"{line}\n" for line in lines).encode())
        shown = b""
        while chunk := _read(master):
            shown += chunk
        assert process.wait(30) == 0, shown.decode()
    os.close(master)
    return shown.decode()


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # the other side is closed
        return b""


def test_accept_reject_undo_and_take_as_a_commit(root: Path) -> None:
    run = reviewed(root)
    (root / "other.py").write_text("x = 2\n")
    shown = typed(root, "?", "t", "y", "y", "u", "n", "use two  loops", "n", "c")
    assert "Patch 1 of 2: pkg/mod.py::f" in shown
    assert "1.42× faster (95 % CI 1.36–1.48, 30 pairs) · 34 recorded calls" in shown
    assert "+    return x" in shown
    assert "memo: slower (try another)" in shown
    assert "y - accept this patch" in shown
    assert "\x1b" not in shown
    assert "1 accepted, 1 rejected, 0 open." in shown
    assert "main is at" in shown
    assert (root / "pkg" / "mod.py").read_text() == SOURCE.replace("x + 0", "x", 1)
    assert git(root, "log", "--format=%s").split("\n")[:2] == ["patch 0", "one"]
    assert git(root, "status", "--porcelain") == " M other.py\n"
    with open_review(root, run.name) as opened:
        (rejected,) = opened.opinions.rejected()
    assert (rejected.candidate_digest, rejected.remark) == ("digest 1", "use two loops")
    # a second review has nothing left to ask about
    assert "Every patch of this run is decided" in typed(root, "n")


def test_quitting_keeps_what_is_decided_and_changes_no_file(root: Path) -> None:
    reviewed(root)
    shown = typed(root, "y", "q", "w")
    assert "1 accepted, 0 rejected, 1 open." in shown
    assert "1 patch changed your files; nothing is committed." in shown
    assert git(root, "status", "--porcelain") == " M pkg/mod.py\n"
    assert git(root, "diff", "--stat", "main").count("|") == 1
