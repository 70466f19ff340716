"""``codeopt run`` keeps verified, measured patches and leaves everything else as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.project import BOTH, ONE, QUICK, TESTS, powers, running
from tests.support.command import Done, codeopt, git, picture


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done, dict[str, str]]:
    """Run codeopt once on a repository in a state that is anything but clean."""
    home = tmp_path_factory.mktemp("a höme")
    root = powers(home / "a répo with spaces")
    (root / "notes.txt").write_text("stashed\n")
    git(root, "add", "-A")
    git(root, "stash")
    (root / "powers.py").write_text(root.joinpath("powers.py").read_text() + "\n\nDIRTY = 1\n")
    (root / "staged.py").write_text("STAGED = 1\n")
    git(root, "add", "staged.py")
    (root / "untracked.py").write_text("UNTRACKED = 1\n")
    git(root, "checkout", "-q", "--detach")
    before = picture(root)
    return root, codeopt("run", "-C", str(root), "--json", "--check", *QUICK, home=home), before


def test_both_functions_are_kept(done: tuple[Path, Done, dict[str, str]]) -> None:
    root, result, _ = done
    assert result.code == 1, result.err  # --check: something was found
    document = result.document
    assert document["version"] == 1
    assert document["finished"] is True
    assert {each["target"] for each in document["kept"]} == BOTH, result.err
    for kept in document["kept"]:
        speedup = kept["speedup"]
        assert 1.05 < speedup["low"] <= speedup["estimate"] <= speedup["high"]
        assert speedup["pairs"] >= 6
        assert git(root, "cat-file", "-t", kept["commit"]) == "commit\n"
        assert {check["check"] for check in kept["checks"] if check["same"]} >= {
            *("gate", "oracle", "inputs", "suite")
        }
    for rejected in document["rejected"]:
        assert rejected["target"]
        assert set(rejected["reason"]) == {"code", "text"}
    assert document["cost"] == {
        "usd": 0,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "calls": 0,
    }
    assert document["tests"] == {"run": 2, "set_aside": []}
    assert document["control"]["ok"] is True


def test_nothing_else_is_touched(done: tuple[Path, Done, dict[str, str]]) -> None:
    root, _, before = done
    assert picture(root) == before
    assert git(root, "stash", "list")
    assert "Run " in done[1].err
    assert "2 uncommitted files are not part of it" in done[1].err


def test_the_commits_carry_their_evidence(done: tuple[Path, Done, dict[str, str]]) -> None:
    root, result, _ = done
    for kept in result.document["kept"]:
        message = git(root, "show", "-s", "--format=%B", kept["commit"])
        trailers = git(root, "show", "-s", "--format=%(trailers:only)", kept["commit"])
        names = [line.partition(":")[0] for line in trailers.splitlines() if line]
        assert names[:3] == ["Codeopt-Target", "Codeopt-Technique", "Codeopt-Speedup"]
        assert {"Codeopt-Calls-Compared", "Codeopt-Tests-Run", "Codeopt-Run"} < set(names)
        assert f"Codeopt-Target: {kept['target']}" in message
        files = git(root, "show", "--format=", "--name-only", kept["commit"])
        assert files == "powers.py\n"


def test_the_branch_merges_and_passes_the_tests(
    done: tuple[Path, Done, dict[str, str]], tmp_path: Path
) -> None:
    root, result, _ = done
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "-b", "main", str(root), str(clone))
    git(clone, "merge", "-q", f"origin/{result.document['branch']}")
    log = git(clone, "log", "--format=%H", "-2").split()
    assert set(log) == {each["commit"] for each in result.document["kept"]}
    text = (clone / "powers.py").read_text()
    assert "DIRTY" not in text
    assert "out = out +" not in text
    assert (clone / "test_powers.py").read_text() == TESTS


def test_it_can_be_reported_again(done: tuple[Path, Done, dict[str, str]], tmp_path: Path) -> None:
    root, result, before = done
    run = result.document["run"]
    again = codeopt("report", run, "-C", str(root), "--format", "json", home=tmp_path)
    assert again.document == result.document
    text = codeopt("report", "-C", str(root), home=tmp_path).out
    assert "2 kept" in text
    assert f"git merge codeopt/{run}" in text
    markdown = codeopt("report", "-C", str(root), "--format", "markdown", home=tmp_path).out
    assert markdown.startswith("## codeopt: 2 kept")
    assert picture(root) == before


def test_there_is_nothing_to_go_on_with(
    done: tuple[Path, Done, dict[str, str]], tmp_path: Path
) -> None:
    root, _, before = done
    result = codeopt("run", "--resume", "-C", str(root), home=tmp_path)
    assert result.code == 2
    assert "no run of this repository was cut short" in result.err
    assert picture(root) == before


def test_two_runs_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    root = powers(tmp_path / "repo")
    before = picture(root)
    words = (ONE, "--json", *QUICK)
    with running(root, tmp_path, *words) as one, running(root, tmp_path, *words) as two:
        ends = [one.end(), two.end()]
    assert [each.code for each in ends] == [0, 0], ends
    documents = [json.loads(each.out) for each in ends]
    assert len({document["run"] for document in documents}) == 2
    assert one.scratch == []
    assert picture(root) == before
    for document in documents:
        # the control may say that it was too noisy to claim anything: that is no harm
        if document["control"]["ok"]:
            assert [each["target"] for each in document["kept"]] == [ONE], ends
            branch = git(root, "rev-parse", document["branch"]).strip()
            assert branch == document["kept"][0]["commit"]


def test_nothing_faster_is_no_failure(tmp_path: Path) -> None:
    root = powers(tmp_path / "repo")
    before = picture(root)
    words = ("--check", "--min-speedup", "1000", ONE, *QUICK)
    result = codeopt("run", "-C", str(root), *words, home=tmp_path)
    assert result.code == 0, result.err
    assert "Nothing faster was found" in result.out
    assert result.out.endswith("  codeopt run --model PROVIDER/NAME\n")
    assert git(root, "branch", "--list", "codeopt/*") == ""
    assert picture(root) == before
