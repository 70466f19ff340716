"""What sandboxed code leaves behind leads nobody outside astray: links, pipes, nonsense."""

from __future__ import annotations

import json
import os
import stat
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from codeopt import foreign
from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import ProjectSettings
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Recording
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.pipeline.judge import patched_copy
from codeopt.ports import Command, Completed
from codeopt.profile import record
from codeopt.profile.interpreter import find_interpreter
from codeopt.profile.places import showable
from codeopt.profile.samples import read_samples
from codeopt.verify import evidence
from codeopt.verify.generated import Maker
from codeopt.worker import Place, Worker, WorkerFailed
from codeopt.workload import run_workload

DEEP = b"[" * 200_000


class Watched:
    """A sandbox that runs nothing, and notes which directories it is told to open for writing."""

    name = "watched"

    def __init__(self, answer: bytes = b"") -> None:
        self.commands: list[Command] = []
        self._answer = answer

    def run(self, command: Command) -> Completed:
        self.commands.append(command)
        return Completed(0, b"", b"", 0.0)

    def start(self, command: Command) -> Any:
        self.commands.append(command)
        return Spoken(self._answer)

    def opened(self) -> list[Path]:
        """Return the real directories that were opened for writing."""
        return [path.resolve() for command in self.commands for path in command.write]


class Spoken:
    """A session that says one thing."""

    def __init__(self, answer: bytes) -> None:
        self.stdin, self._out = BytesIO(), BytesIO(struct.pack(">I", len(answer)) + answer)

    def read(self, size: int, deadline: float) -> bytes:
        data = self._out.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def close(self) -> Completed:
        return Completed(0, b"", b"", 0.0)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make what must be neither read nor written."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "key").write_text("secret")
    return home


def place(tmp_path: Path, sandbox: Any) -> tuple[Place, Project]:
    tree = tmp_path / "tree"
    tree.mkdir(exist_ok=True)
    python = Interpreter(Path("/usr/bin/python3"), (3, 11, 0), ())
    work = Workload(WorkloadKind.COMMAND, ("true",), "true")
    tests = Workload(WorkloadKind.COMMAND, ("false",), "false")
    return Place(sandbox, python, tree), Project(tree, python, ("",), tests, work)


# ------------------------------------------------------------------------- directories to write to
def test_a_workload_cannot_open_another_directory_to_the_next_one(
    tmp_path: Path, home: Path
) -> None:
    """The recording's directory is writable; what is made in it later must not lead out."""
    sandbox = Watched()
    where, project = place(tmp_path, sandbox)
    out = tmp_path / "out"
    out.mkdir()
    (out / record.TESTS).symlink_to(home)
    (out / "job.json").symlink_to(home / "key")
    for directory in (out, out / record.TESTS):
        run_workload(where, project, project.workload, job={"job": "recorder"}, out=directory)
    assert home not in sandbox.opened()
    assert (home / "key").read_text() == "secret"
    assert not (home / "job.json").exists()


def test_made_up_inputs_are_not_written_through_a_link(tmp_path: Path, home: Path) -> None:
    sandbox = Watched(b'{"known": []}')
    where, project = place(tmp_path, sandbox)
    file = tmp_path / "0.bin"
    file.write_bytes(b"")
    (tmp_path / "0-inputs").symlink_to(home)
    recording = Recording(FunctionId("m.py", "f"), file, "", 1, 1)
    with Maker(where, project, recording, tmp_path / "0-inputs") as maker:
        maker.make("inputs.bin", {})
    assert home not in sandbox.opened()


@pytest.mark.parametrize("use", [foreign.fresh, foreign.directory])
def test_a_directory_is_one_whatever_stood_there(
    tmp_path: Path, home: Path, use: Callable[[Path], Path]
) -> None:
    (tmp_path / "link").symlink_to(home)
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "file").write_text("")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "dangling", "file", "pipe", "none/at/all"):
        found = use(tmp_path / name)
        assert found.is_dir()
        assert not found.is_symlink()
    assert (home / "key").exists()


def test_directories_without_rights_are_cleared_away(tmp_path: Path) -> None:
    """A tree that cannot be removed would keep every later candidate from being tested."""
    base, used = tmp_path / "base", tmp_path / "used"
    base.mkdir()
    (used / "a" / "b").mkdir(parents=True)
    (used / "a" / "b" / "file").touch()
    for folder in (used / "a" / "b", used / "a", used):
        folder.chmod(0)
    assert list(patched_copy(base, used, Patch(())).iterdir()) == []


# ------------------------------------------------------------------------- files to read
@pytest.fixture(params=["link", "pipe", "directory", "huge"])
def odd(request: pytest.FixtureRequest, tmp_path: Path, home: Path) -> Path:
    """Make what is no regular file of a sensible size."""
    path = tmp_path / "odd"
    if request.param == "link":
        path.symlink_to(home / "key")
    elif request.param == "pipe":
        os.mkfifo(path)
    elif request.param == "directory":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(1 << 40)
    return path


def test_odd_files_are_neither_read_nor_waited_for(odd: Path, tmp_path: Path) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - of any kind
        foreign.read(odd, 1 << 20)
    renamed = odd.rename(tmp_path / "stacks-1.json")
    assert read_samples(tmp_path) == ()
    assert list(evidence._lines(renamed)) == []
    assert not foreign.is_file(renamed) or renamed.stat().st_size == 1 << 40


def test_a_copy_goes_through_no_link(tmp_path: Path, home: Path) -> None:
    (tmp_path / "real").write_bytes(b"evil")
    (tmp_path / "out").symlink_to(home / "key")
    foreign.copy(tmp_path / "real", tmp_path / "out")
    assert (home / "key").read_text() == "secret"
    (tmp_path / "in").symlink_to(home / "key")
    with pytest.raises(OSError):  # noqa: PT011
        foreign.copy(tmp_path / "in", tmp_path / "copied")


def test_nonsense_is_an_answer_like_any_other(tmp_path: Path) -> None:
    """JSON too deep for the parser, and lone surrogates, end a candidate and not codeopt."""
    where, _ = place(tmp_path, Watched(DEEP))
    with pytest.raises(WorkerFailed, match="not JSON"), Worker(where, {}) as worker:
        worker.receive(1.0)
    lines = tmp_path / "tests-1.jsonl"
    lines.write_bytes(DEEP + b'\n{"test": "t", "outcome": "passed", "phase": "call"}\n\xff\n')
    assert len(list(evidence._lines(lines))) == 1
    (tmp_path / "stacks-1.json").write_bytes(DEEP)
    assert read_samples(tmp_path) == ()


# ------------------------------------------------------------------------- interpreters
def test_an_interpreter_does_not_choose_what_is_shown(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ``.venv`` in a repository names ~/.ssh, the home directory and the root as its own."""
    monkeypatch.setattr(Path, "home", lambda: home)
    (home / ".ssh").mkdir()
    (home / ".ssh" / "config.py").touch()
    root = tmp_path / "repository"
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").write_text(f"home = {home / '.ssh'}\n")
    told = {
        "version": [3, 11, 0],
        "implementation": "cpython",
        "packages": [],
        "prefixes": ["/", str(home), str(home / ".ssh"), "/proc", "/etc", str(tmp_path)],
    }
    body = json.dumps(told)
    script = root / ".venv" / "bin" / "python"
    frame = f"import sys; b = {body!r}.encode(); o = sys.stdout.buffer"
    frame += "; o.write(len(b).to_bytes(4, 'big') + b)"
    script.write_text(f"#!/usr/bin/env python3\n{frame}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    found = find_interpreter(root, ProjectSettings(), PlainSandbox(), environ={})
    assert found.prefixes == (root / ".venv",)


def test_what_python_needs_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    version = tmp_path / ".pyenv" / "versions" / "3.12.1"
    (version / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    (version / "lib" / "python3.12" / "os.py").touch()
    environment = tmp_path / ".cache" / "pypoetry" / "virtualenvs" / "x"
    environment.mkdir(parents=True)
    (environment / "pyvenv.cfg").touch()
    sources = tmp_path / "src" / "other"
    (sources / "other").mkdir(parents=True)
    (sources / "other" / "__init__.py").touch()
    wanted = [version, version / "lib" / "python3.12" / "site-packages", environment, sources]
    assert list(showable(wanted)) == wanted
