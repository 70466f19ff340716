"""The command line answers fast, keeps stdout for results and leaves with the right exit code."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from codeopt import __version__
from codeopt.cli import app
from codeopt.model import errors
from tests.support.command import environment

COMMANDS = ("run", "judge", "mcp", "profile", "report", "doctor", "config", "catalogue", "clean")
HEAVY = (
    *(
        "litellm",
        "git",
        "tree_sitter",
        "cattrs",
        "rich.table",
        "asyncio",
        "sqlite3",
        "textual",
        "mcp",
    ),
    *("codeopt.ports", "codeopt.model.evidence"),
)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.invoke(["--version"]) == 0
    assert capsys.readouterr().out == f"codeopt {__version__}\n"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.invoke(["--help"]) == 0
    text = capsys.readouterr().out
    for name in COMMANDS:
        assert f" {name} " in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.invoke([name, "-h"]) == 0
    assert f"codeopt {name} " in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["nope"], ["run", "--mdel", "x"], ["run", "--samples", "few"], ["report", "--format"]]
)
def test_wrong_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.invoke(words) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert "Error" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (errors.UsageError("wrong", hint="right"), 2, "codeopt: wrong\n         right\n"),
        (errors.InternalError("broken"), 3, "codeopt: broken\n"),
        (errors.PreconditionError("missing"), 4, "codeopt: missing\n"),
        (errors.ModelError("no key"), 4, "codeopt: no key\n"),
        (errors.StorageError("full"), 4, "codeopt: full\n"),
        (errors.NoTargetsError("nothing"), 5, "codeopt: nothing\n"),
        (errors.Interrupted("interrupted"), 130, "codeopt: interrupted\n"),
        (KeyboardInterrupt(), 130, "codeopt: interrupted\n"),
        (OSError(errno.ENOSPC, "No space left on device", "/a"), 4, "No space left on device: /a"),
        (shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")]), 4, "No space left"),
        (shutil.Error([("a", "b", "[Errno 13] Permission denied: 'b'")]), 3, "internal error"),
        (PermissionError(errno.EACCES, "Permission denied", "/a"), 3, "internal error"),
        (ValueError("a bug"), 3, "internal error: ValueError: a bug"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, BaseException) else None,
)
def test_errors_become_one_message_and_a_code(
    error: BaseException,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(app, "app", fail)
    assert app.invoke([]) == code
    done = capsys.readouterr()
    assert done.out == ""
    assert told in done.err
    assert "Traceback" not in done.err


def test_a_bug_leaves_its_traceback_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(app, "app", lambda *_, **__: 1 // 0)
    assert app.invoke([]) == 3
    (log,) = tmp_path.glob("codeopt-error-*.log")
    assert str(log) in capsys.readouterr().err
    assert "ZeroDivisionError" in log.read_text()


def test_a_bug_on_a_full_disk_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    monkeypatch.setattr(app, "app", lambda *_, **__: 1 // 0)
    assert app.invoke([]) == 3
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_ctrl_c_in_a_command_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Typer makes an exit code of it, without a word."""
    own = typer.Typer()

    @own.command()
    def pressed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "app", own)
    assert app.invoke([]) == 130
    assert "codeopt: interrupted\n" in capsys.readouterr().err


def test_importing_the_command_line_is_cheap(tmp_path: Path) -> None:
    code = (
        "import sys; import codeopt.cli.app\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "codeopt", "catalogue"],
        stdout=write,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
        text=True,
    )
    os.close(write)
    assert "Traceback" not in done.stderr
    assert "codeopt:" not in done.stderr
