"""Bad input ends in one clear line with the next step, the right code and a clean repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import Done, codeopt, picture, repository

SLOW = """
def squares(values):
    out = []
    for value in values:
        out = out + [value * value]
    return out
"""
GREEN = "from mod import squares\n\n\ndef test_squares():\n    assert squares(range(300))[2] == 4\n"


def is_clear(done: Done, code: int, *words: str) -> None:
    assert done.code == code, done.err
    last = [line for line in done.err.splitlines() if line.startswith("codeopt: ")]
    assert len(last) == 1, done.err
    for word in words:
        assert word in done.err, done.err
    assert "Traceback" not in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("files", "words", "code", "expected"),
    [
        pytest.param({"mod.py": SLOW}, [], 4, ["tests", "--test"], id="no tests"),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN.replace("== 4", "== 5")},
            [],
            4,
            ["red before any change", "test_squares"],
            id="red",
        ),
        pytest.param(
            {"mod.py": "import nowhere_to_be_found\n" + SLOW, "test_mod.py": GREEN},
            [],
            4,
            ["nowhere_to_be_found"],
            id="import error",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": "import time\ndef test_x():\n    time.sleep(99)\n"},
            ["--test-timeout", "3"],
            4,
            ["did not end within 3 s", "--test-timeout"],
            id="hangs",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["mod.py::sqares"],
            2,
            ["did you mean", "squares"],
            id="misspelt function",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["mood.py"],
            2,
            ["mod.py"],
            id="misspelt file",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--python", "/nowhere/python"],
            4,
            ["/nowhere/python"],
            id="no interpreter",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--strategy", "magic"],
            2,
            ["magic", "catalogue"],
            id="unknown strategy",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--strategy", "best-of-n"],
            4,
            ["needs a model", "--model"],
            id="no model",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN, "pyproject.toml": "[tool.codeopt]\nmdel = 1\n"},
            [],
            2,
            ["unknown setting 'mdel'", "did you mean 'model'"],
            id="unknown setting",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--sandbox", "none"],
            4,
            ["--unsafe-no-sandbox"],
            id="no sandbox",
        ),
        pytest.param(
            {"mod.py": SLOW, "test_mod.py": GREEN},
            ["--model", "replay:"],
            2,
            ["replay:DIR"],
            id="replay of nothing",
        ),
    ],
)
def test_bad_input(
    tmp_path: Path, files: dict[str, str], words: list[str], code: int, expected: list[str]
) -> None:
    root = repository(tmp_path / "repo", files)
    before = picture(root)
    is_clear(codeopt("run", "-q", "-C", str(root), *words, home=tmp_path), code, *expected)
    assert picture(root) == before


def test_no_repository(tmp_path: Path) -> None:
    done = codeopt("run", "-C", str(tmp_path), home=tmp_path)
    is_clear(done, 4, "not inside a git repository", "git init")


def test_nothing_to_resume(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"mod.py": SLOW})
    is_clear(codeopt("run", "-C", str(root), "--resume", home=tmp_path), 4, "no run")
    is_clear(codeopt("report", "-C", str(root), home=tmp_path), 4, "no run")


def test_an_unknown_option_is_a_usage_error(tmp_path: Path) -> None:
    done = codeopt("run", "--mdel", "x", home=tmp_path)
    assert done.code == 2
    assert "--model" in done.err


def test_an_unknown_variable_is_a_usage_error(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"mod.py": SLOW, "test_mod.py": GREEN})
    done = codeopt("run", "-C", str(root), home=tmp_path, CODEOPT_SAMPELS="3")
    is_clear(done, 2, "CODEOPT_SAMPELS", "samples")
