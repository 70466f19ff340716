"""``codeopt ci`` on real repositories: what fails, what is only told, and where it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeopt.cli import app, inspecting
from codeopt.cli.live import LiveView
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.model.inspection import Inspected, Inspection
from codeopt.pipeline.suggestions import Limits
from tests.support.command import codeopt, git, picture, repository

FAST = "def total(numbers):\n    return sum(numbers)\n"
SLOW = (
    "def total(numbers):\n    found = 0\n    for _ in range(40):\n        found = 0\n"
    "        for number in numbers:\n            found += number\n    return found\n"
)
SIZE = "\n\ndef size(text):\n    return len(text.strip())\n"
OTHER = SIZE.replace("text.strip()", "text.rstrip()")
TESTS = (
    "from mod import size, total\n\n\ndef test_total():\n    for length in range(0, 200, 9):\n"
    "        assert total(list(range(length))) == length * (length - 1) // 2\n\n\n"
    "def test_size():\n    assert size('a ') == 1\n    assert size('abc  ') == 3\n"
)
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository whose main branch is fast; the checkout is a branch of it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_BASE_REF"):
        monkeypatch.delenv(name, raising=False)
    root = repository(tmp_path / "repo", {"mod.py": FAST + SIZE, "test_mod.py": TESTS})
    git(root, "checkout", "-qb", "feature")
    return root


def commit(root: Path, text: str) -> None:
    (root / "mod.py").write_text(text)
    git(root, "commit", "-qam", "change")


def test_a_regression_fails_and_another_behaviour_is_told(root: Path) -> None:
    commit(root, SLOW + OTHER)
    before, out = picture(root), root.parent / "out"
    summary = root.parent / "summary.md"
    summary.write_text("# before\n")
    words = ["--json", "ci.json", "--sarif", "ci.sarif", "--markdown", "ci.md"]
    words = [str(out / each) if "." in each else each for each in words]
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    patient = ("--measure-seconds", "90")
    done = codeopt("ci", "-q", "-C", str(root), *patient, *words, home=root.parent, **environ)
    assert done.code == 1, done.err
    found = json.loads((out / "ci.json").read_text())
    assert found["failed"] is True
    total, size = sorted(found["functions"], key=lambda each: each["line"])
    assert (total["target"], total["speed"], total["same"]) == ("mod.py::total", "slower", True)
    assert total["speedup"]["high"] < 0.5
    assert (size["target"], size["same"]) == ("mod.py::size", False)
    assert found["tests"] == {"run": 2, "telling_apart": 0}
    assert "::error file=mod.py,line=1,title=codeopt%3A A function became slower::" in done.out
    assert "::notice file=mod.py,line=10," in done.out
    assert "no test tells them apart" in done.out
    text = summary.read_text()
    assert text.startswith("# before\n## ✗ codeopt: 2 changed functions: 1 slower")
    assert (out / "ci.md").read_text() == text.removeprefix("# before\n")
    assert len(json.loads((out / "ci.sarif").read_text())["runs"][0]["results"]) == 2
    assert picture(root) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FAST + SIZE + "\n\ndef new():\n    return 1\n", "no existing function was changed"),
        (FAST.replace("return", "# why\n    return") + SIZE, "no existing function was changed"),
        (
            "def broken(:\n",
            "codeopt: nothing was compared: 1 changed file can't be parsed\n"
            "  note: mod.py can't be parsed: nothing in it was compared\n",
        ),
    ],
)
def test_what_changes_no_function_passes(
    root: Path, text: str, told: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(root, text)
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    assert app.invoke(["ci", "-q", "-C", str(root)]) == 0
    done = capsys.readouterr()
    assert told in done.out
    assert done.err == ""


def test_without_time_nothing_is_timed_and_nothing_fails(root: Path, capsys: Capture) -> None:
    commit(root, SLOW + SIZE)
    assert app.invoke(["ci", "-q", "-C", str(root), "--budget", "0"]) == 0
    assert "not timed: the budget was used up" in capsys.readouterr().out


def test_a_missing_base_is_one_line(root: Path, capsys: Capture) -> None:
    assert app.invoke(["ci", "-q", "-C", str(root)]) == 4
    assert "no change to look at" in capsys.readouterr().err
    assert app.invoke(["ci", "-q", "-C", str(root), "--base", "nope"]) == 2
    assert "no commit called 'nope'" in capsys.readouterr().err


def test_what_ends_the_search_for_speed_ups_is_a_note(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise PreconditionError("the tests are red")

    monkeypatch.setattr(inspecting.wiring, "open_run", refuse)
    found = Inspection("b", "a", (Inspected(FunctionId("mod.py", "size"), 5),))
    view: LiveView = None  # type: ignore[assignment] - not reached
    told = inspecting.suggest(root, {}, found, limits=Limits(), view=view)
    assert told.notes == ("no suggestions: the tests are red",)
    assert (
        inspecting.suggest(root, {}, Inspection("b", "a"), limits=Limits(), view=view).notes == ()
    )
