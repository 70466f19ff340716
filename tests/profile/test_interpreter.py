"""The project's interpreter is found in order, asked, and refused with a clear line."""

import json
import os
import shlex
import struct
import sys
from pathlib import Path

import pytest

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import ProjectSettings
from codeopt.model.errors import PreconditionError
from codeopt.profile.interpreter import find_interpreter


def environment(place: Path) -> Path:
    """Make a virtual environment the cheap way: a configuration and a link."""
    (place / "bin").mkdir(parents=True)
    (place / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    home = Path(os.path.realpath(sys.executable)).parent
    (place / "pyvenv.cfg").write_text(f"home = {home}\ninclude-system-site-packages = false\n")
    return place / "bin" / "python"


def answering(path: Path, answer: dict[str, object]) -> Path:
    """Make an executable that gives one answer as the harness would."""
    body = json.dumps(answer).encode()
    frame = "".join(f"\\{byte:03o}" for byte in struct.pack(">I", len(body)) + body)
    path.write_text(f"#!/bin/sh\nprintf {shlex.quote(frame)}\nsleep 5\n")
    path.chmod(0o755)
    return path


def find(root, environ=None, **settings):
    """Find with an environment of one's own."""
    return find_interpreter(
        root, ProjectSettings(**settings), PlainSandbox(), environ=environ or {}
    )


def test_order(tmp_path):
    root = tmp_path / "repository"
    root.mkdir()
    assert find(root).path == Path(sys.executable)
    venv = environment(root / "venv")
    assert find(root).path == venv
    hidden = environment(root / ".venv")
    assert find(root).path == hidden
    active = environment(tmp_path / "active")
    environ = {"VIRTUAL_ENV": str(tmp_path / "active")}
    assert find(root, environ).path == active
    own = {"VIRTUAL_ENV": sys.prefix}  # active because codeopt is in it
    assert find(root, own).path == hidden
    assert find(tmp_path, own).path == Path(sys.prefix) / "bin" / "python"
    named = environment(tmp_path / "named")
    assert find(root, environ, python=str(named)).path == named
    assert find(root, environ, python=str(tmp_path / "named")).path == named


def test_answer(tmp_path):
    found = find(tmp_path, python=sys.executable)
    assert found.version == sys.version_info[:3]
    assert found.has("pytest")
    assert any(Path(os.__file__).is_relative_to(prefix) for prefix in found.prefixes)
    assert Path("/") not in found.prefixes


def test_environment_without_pytest(tmp_path):
    found = find(tmp_path, python=str(environment(tmp_path / "bare")))
    assert not found.has("pytest")
    assert tmp_path / "bare" in found.prefixes


def test_a_command_is_looked_up(tmp_path):
    path = environment(tmp_path / "env")
    found = find(tmp_path, {"PATH": str(path.parent)}, python="python")
    assert found.path == path


def test_an_editable_install_of_the_project_is_not_read(tmp_path):
    root = tmp_path / "repository"
    (root / "src").mkdir(parents=True)
    path = environment(root / ".venv")
    packages = root / ".venv/lib/python{}.{}/site-packages".format(*sys.version_info[:2])
    packages.mkdir(parents=True)
    elsewhere = tmp_path / "other"
    elsewhere.mkdir()
    (elsewhere / "module.py").touch()
    (packages / "editable.pth").write_text(f"{root / 'src'}\n{elsewhere}\n")
    found = find(root)
    assert found.path == path
    assert elsewhere in found.prefixes
    assert not any((root / "src").is_relative_to(prefix) for prefix in found.prefixes)


@pytest.mark.parametrize(
    ("version", "implementation"), [([3, 8, 18], "cpython"), ([3, 11, 0], "pypy")]
)
def test_too_old_or_another_python(tmp_path, version, implementation):
    answer = {
        "version": version,
        "implementation": implementation,
        "prefixes": [],
        "packages": [],
    }
    path = answering(tmp_path / "python", answer)
    with pytest.raises(PreconditionError, match=r"codeopt needs CPython 3\.9 or newer") as caught:
        find(tmp_path, python=str(path))
    assert "--python" in caught.value.hint


def test_not_there(tmp_path):
    with pytest.raises(PreconditionError, match="there is no interpreter 'nopython'") as caught:
        find(tmp_path, python="nopython")
    assert caught.value.hint


def test_not_an_interpreter(tmp_path):
    path = tmp_path / "python"
    path.write_text("#!/bin/sh\necho cannot load library >&2\nexit 127\n")
    path.chmod(0o755)
    with pytest.raises(PreconditionError, match=r"cannot be run.*cannot load library"):
        find(tmp_path, python=str(path))


def test_a_broken_environment_is_named(tmp_path):
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to("/nowhere/python3")
    with pytest.raises(PreconditionError, match=r"\.venv/bin/python .*cannot be run"):
        find(tmp_path)


def test_an_answer_without_sense(tmp_path):
    path = answering(tmp_path / "python", {"error": "ImportError", "text": "no module json"})
    with pytest.raises(PreconditionError, match="no module json"):
        find(tmp_path, python=str(path))
