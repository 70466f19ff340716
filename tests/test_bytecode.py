"""What is compiled once is what processes read, and never anything but what the source says."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.bytecode import compiled
from codeopt.model.project import Interpreter
from codeopt.ports import Command
from codeopt.worker import HARNESS, Place, run_job

PREFIXES = (Path(sys.prefix), Path(sys.base_prefix))
PYTHON = Interpreter(Path(sys.executable), sys.version_info[:3], PREFIXES)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    tree = tmp_path / "tree"
    (tree / "pkg").mkdir(parents=True)
    (tree / "pkg" / "__init__.py").write_text("VALUE = 1\n")
    (tree / "pkg" / "old.py").write_text("print 'not for this Python'\n")
    return Place(PlainSandbox(), PYTHON, tree)


def said(place: Place, text: str) -> str:
    command = Command((str(PYTHON.path), "-B", "-c", text), place.tree, read=PREFIXES)
    return place.sandbox.run(command).stdout.decode().strip()


def test_processes_read_what_was_compiled_and_follow_the_source(
    place: Place, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    ready = compiled(place, scratch)
    assert ready.harness == scratch / "harness" != HARNESS
    assert (ready.harness / "__pycache__").is_dir()
    assert len(list((place.tree / "pkg" / "__pycache__").iterdir())) == 1
    assert run_job(ready, {"job": "probe"}, timeout=30)["version"][:2] == list(PYTHON.version[:2])
    loaded = "import pkg, importlib.util as u; print(pkg.VALUE, u.find_spec('pkg').cached[-4:])"
    assert said(place, loaded) == "1 .pyc"
    (place.tree / "pkg" / "__init__.py").write_text("VALUE = 2\n")  # as long, in the same second
    assert said(place, "import pkg; print(pkg.VALUE)") == "2"


def test_an_interpreter_that_cannot_compile_changes_nothing(place: Place, tmp_path: Path) -> None:
    broken = replace(place, interpreter=replace(PYTHON, path=Path("/bin/false")))
    assert compiled(broken, tmp_path) == broken
