"""Only what was judged on the present commit is kept, and each confirmation counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.adapters.git_repository import GitRepository
from codeopt.adapters.sqlite_journal import MemoryJournal
from codeopt.cli.session import Session, Submitted
from codeopt.cli.stored import Stored
from codeopt.ledger import Ledger
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.errors import UsageError
from codeopt.model.evidence import Attempt
from tests.support import values
from tests.support.command import git, repository


def test_a_candidate_is_bound_to_the_commit_that_it_was_judged_on(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"mod.py": "x = 1\n", "other.py": "y = 1\n"})
    adapter = GitRepository(root)
    meta = values.meta(commit=adapter.resolve("HEAD"))
    session = Session(root, {}, Stored(adapter, Ledger(MemoryJournal()), meta))
    judged = replace(values.kept(), commit=None)
    for name, path, old in (("one", "mod.py", b"x = 1\n"), ("two", "other.py", b"y = 1\n")):
        patch = Patch((FileChange(path, old, old.replace(b"1", b"2")),))
        session._submitted[name] = Submitted(meta.commit, patch, judged, {"verdict": "keep"})
    first = session.keep(candidate="one")
    with pytest.raises(UsageError, match="two was judged before another one was kept"):
        session.keep(candidate="two")
    assert session.keep(candidate="one") == first
    assert git(root, "rev-list", f"{meta.commit}..{meta.branch}").split() == [first["commit"]]
    assert session.tip == first["commit"]
    assert session.stored.ledger.all("attempt", Attempt)[0].commit == first["commit"]
