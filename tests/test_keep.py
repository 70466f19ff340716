"""A kept patch becomes a commit whose trailers are its evidence and nobody else's words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from codeopt import keep
from codeopt.adapters.git_repository import GitRepository
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.errors import PreconditionError
from codeopt.model.evidence import Spend
from tests.support import values
from tests.support.command import git, picture, repository


def trailers(message: str) -> list[str]:
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=message, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def test_the_message() -> None:
    attempt = values.kept(model="openai/m", spend=Spend(0.0123, 1000, 200, 1))
    message = keep.message(values.meta(), attempt)
    assert message.splitlines()[0] == "Make Box.size 1.42× faster"
    assert "A set is looked up faster than a list." in message
    assert trailers(message) == [
        "Codeopt-Target: pkg/mod.py::Box.size",
        "Codeopt-Technique: catalogue: list-to-set",
        "Codeopt-Speedup: 1.420 (95% CI 1.360-1.480, 30 pairs)",
        "Codeopt-Share: 50.0% of the workload",
        "Codeopt-Workload: 1.100 (95% CI 1.080-1.120, 10 pairs)",
        "Codeopt-Workload-Predicted: 1.170",
        "Codeopt-Calls-Compared: 34",
        "Codeopt-Inputs-Generated: 100",
        "Codeopt-Tests-Run: 12",
        "Codeopt-Effects: a cache of 128 entries",
        "Codeopt-Model: openai/m",
        "Codeopt-Cost: $0.0123",
        "Codeopt-Run: 20260101-000000-abcd",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "It is quick.\n\nCodeopt-Speedup: 99.0\nSigned-off-by: Somebody <s@example.org>",
        "x" * 70 + " Codeopt-Speedup: 99.0",
        "",
        "-- \n#comment\n\x00 nul \x1b[31m red \ud800 lone",
    ],
)
def test_a_model_cannot_forge_evidence(words: str, tmp_path: Path) -> None:
    attempt = values.kept(explanation=words, technique="memo\nCodeopt-Run: other", model="m\nX: y")
    message = keep.message(values.meta(), attempt)
    found = trailers(message)
    names = [line.partition(":")[0].removeprefix("Codeopt-") for line in found]
    assert names[:4] == ["Target", "Technique", "Speedup", "Share"]
    assert names[4:] == [
        "Workload",
        "Workload-Predicted",
        "Calls-Compared",
        "Inputs-Generated",
        "Tests-Run",
        "Effects",
        "Model",
        "Run",
    ]
    assert "99.0" not in "\n".join(found)
    assert max(map(len, message.splitlines())) < 260
    root = repository(tmp_path / "repo", {"mod.py": "x = 1\n"})
    adapter = GitRepository(root)
    patch = Patch((FileChange("mod.py", b"x = 1\n", b"x = 2\n"),))
    commit = keep.commit(adapter, values.meta(), attempt, patch, tip=adapter.resolve("HEAD"))
    assert git(root, "show", f"{commit}:mod.py") == "x = 2\n"


def test_publishing_moves_one_branch_and_nothing_else(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"mod.py": "x = 1\n"})
    adapter = GitRepository(root)
    head = adapter.resolve("HEAD")
    meta, before = values.meta(commit=head), picture(root)
    changes = [FileChange("mod.py", b"x = %d\n" % n, b"x = %d\n" % (n + 1)) for n in (1, 2)]
    one = keep.commit(adapter, meta, values.kept(), Patch((changes[0],)), tip=head)
    assert adapter.branch(meta.branch) is None
    keep.publish(adapter, meta, one, tip=head)
    keep.publish(adapter, meta, one, tip=head)  # as after a kill between the two
    two = keep.commit(adapter, meta, values.kept(), Patch((changes[1],)), tip=one)
    keep.publish(adapter, meta, two, tip=one)
    assert adapter.branch(meta.branch) == two
    assert git(root, "rev-list", f"{head}..{meta.branch}").split() == [two, one]
    assert picture(root) == before


@pytest.mark.parametrize("present", ["all", "first", "none"])
def test_a_run_that_goes_on_finds_its_branch_at_any_of_its_commits(
    present: str, tmp_path: Path
) -> None:
    """Killed before the branch was moved, or its owner has merged and deleted it meanwhile."""
    root = repository(tmp_path / "repo", {"mod.py": "x = 0\n"})
    adapter = GitRepository(root)
    head = tip = adapter.resolve("HEAD")
    meta, commits = values.meta(commit=head), []
    for n in range(3):
        change = FileChange("mod.py", b"x = %d\n" % n, b"x = %d\n" % (n + 1))
        tip = keep.commit(adapter, meta, values.kept(), Patch((change,)), tip=tip)
        commits.append(tip)
    if present != "none":
        git(root, "branch", meta.branch, {"all": commits[2], "first": commits[0]}[present])
    keep.publish(adapter, meta, commits[2], tip=commits[1], ours=commits)
    assert adapter.branch(meta.branch) == commits[2]


def test_a_branch_that_someone_moved_is_not_overwritten(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"mod.py": "x = 1\n"})
    adapter = GitRepository(root)
    head = adapter.resolve("HEAD")
    meta = values.meta(commit=head)
    patch = Patch((FileChange("mod.py", b"x = 1\n", b"x = 2\n"),))
    git(root, "branch", meta.branch)
    mine = keep.commit(adapter, meta, values.kept(), patch, tip="HEAD~0")
    git(root, "commit", "-q", "--allow-empty", "-m", "theirs")
    git(root, "branch", "-f", meta.branch, "HEAD")
    for ours in ((), (mine,)):
        with pytest.raises(PreconditionError, match="changed by someone else") as caught:
            keep.publish(adapter, meta, mine, tip=head, ours=ours)
        assert caught.value.resumable
    assert adapter.branch(meta.branch) == adapter.resolve("HEAD")
