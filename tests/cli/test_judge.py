"""What cannot be judged is told in one line, with the right exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt.cli import app
from tests.support.command import git, repository

MODULE = '"""Doc."""\n\n\ndef f(x):\n    return x\n'
TESTS = "from mod import f\n\n\ndef test_f():\n    assert f(1) == 1\n"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository with a commit for each thing that is no rewrite."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = repository(tmp_path / "repo", {"mod.py": MODULE, "test_mod.py": TESTS, "notes": "1"})
    git(root, "tag", "base")
    changes = {
        "docs": ("notes", "2"),
        "comment": ("mod.py", MODULE.replace("Doc.", "Other.") + "# more\n"),
        "tests": ("test_mod.py", TESTS + "\n"),
        "renamed": ("mod.py", MODULE.replace("def f", "def g")),
        "broken": ("mod.py", MODULE + "def broken(:\n"),
        "signature": ("mod.py", MODULE.replace("(x)", "(x, y=1)")),
    }
    for name, (path, text) in changes.items():
        git(root, "checkout", "-q", "--detach", "base")
        (root / path).write_text(text)
        git(root, "commit", "-qam", name)
        git(root, "tag", name)
    git(root, "checkout", "-q", "main")
    return root


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 2, "name one change"),
        (["base"], 2, "BASE..HEAD"),
        (["base..nope"], 2, "no commit called 'nope'"),
        (["base..docs", "--patch", "x"], 2, "name one change"),
        (["--function", "mod.py::f"], 2, "--candidate FILE is missing"),
        (["--candidate", "mod.py"], 2, "--function PATH::NAME is missing"),
        (["--patch", "nowhere.diff"], 2, "nowhere.diff cannot be read"),
        (["base..base"], 5, "the change is empty"),
        (["base..docs"], 5, "touches no code"),
        (["base..comment"], 5, "touches no code"),
        (["base..tests"], 5, "touches no code"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_not_judged(
    root: Path, words: list[str], code: int, told: str, capsys: Capture
) -> None:
    assert app.invoke(["judge", "-q", "-C", str(root), *words]) == code
    done = capsys.readouterr()
    assert done.out == ""
    assert told in done.err
    assert done.err.startswith("codeopt: ")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("renamed", "public-name-changed: mod.py: the public name f is gone"),
        ("broken", "unparsable: mod.py can't be parsed"),
        ("signature", "signature-changed: mod.py: the signature of f changes"),
    ],
)
def test_what_is_rejected_unseen(root: Path, name: str, reason: str, capsys: Capture) -> None:
    assert app.invoke(["judge", "-q", "-C", str(root), f"base..{name}"]) == 1
    assert f"reject: {reason}" in capsys.readouterr().out
    assert app.invoke(["judge", "-q", "-C", str(root), f"{name}...base"]) == 5  # they part at base


@pytest.mark.parametrize(
    ("target", "text", "code", "told"),
    [
        ("mod.py", "def f(x): return x", 2, "is not one function"),
        ("mod.py::h", "def h(x): return x", 2, "no function h"),
        ("mod.py::f", "def g(x): return x", 2, "does not define f"),
        ("test_mod.py::test_f", "def test_f(): pass", 5, "is a test"),
        ("mod.py::f", "def f(x:", 1, "unparsable"),
        ("mod.py::f", "def f(x):\n    return x", 1, "no-change"),
    ],
)
def test_candidates_in_a_plain_directory(
    tmp_path: Path, target: str, text: str, code: int, told: str, capsys: Capture
) -> None:
    root = tmp_path / "plain"
    root.mkdir()
    (root / "mod.py").write_text(MODULE)
    (root / "test_mod.py").write_text(TESTS)
    (tmp_path / "new.py").write_text(text)
    words = ["--function", target, "--candidate", str(tmp_path / "new.py")]
    assert app.invoke(["judge", "-q", "-C", str(root), *words]) == code
    done = capsys.readouterr()
    assert told in done.out + done.err
    assert sorted(path.name for path in root.iterdir()) == ["mod.py", "test_mod.py"]
