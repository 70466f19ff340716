"""A project whose every file attacks gets nothing, while its calls are recorded all the same.

``HOSTILE_TEST_PYTHONS`` names further interpreters of the target, separated by colons: the matrix
of ``benchmarks/matrix.py`` does.
"""

from __future__ import annotations

import ast
import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import codeopt
from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sandboxes.bubblewrap import BubblewrapSandbox
from codeopt.adapters.sandboxes.landlock import LandlockSandbox
from codeopt.config import RecordSettings
from codeopt.discover.index import discover
from codeopt.model.code import FunctionId
from codeopt.model.project import Project, Workload, WorkloadKind
from codeopt.ports import Guarantee, Limits, Sandbox
from codeopt.profile.interpreter import probe
from codeopt.profile.record import record
from codeopt.worker import Place

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="backends are for Linux")

CANARY = "canary-of-the-user"
PYTHONS = [sys.executable, *filter(None, os.environ.get("HOSTILE_TEST_PYTHONS", "").split(":"))]
MODULE = """
import attack
attack.go("import of the module")
def f(value):
    attack.go("call")
    return [value, value]
"""
WORK = """
import attack, mod, conftest, sitecustomize
class Bomb:
    def __reduce__(self):
        return (attack.go, ("pickle",))
for k in range(3):
    mod.f(k)
mod.f(Bomb())
print("RAN")
"""
ATTACK = """
import ctypes, json, os, socket
HOME, OUTSIDE, PORT, HOST = {home!r}, {outside!r}, {port!r}, {host!r}
TREE = os.path.dirname(os.path.abspath(__file__))
def go(where):
    def reached(what):
        with open(os.path.join(TREE, "reached"), "a") as file:
            file.write(json.dumps([where, what]) + "\\n")
    def tries(what, action):
        try:
            found = action()
        except (OSError, ValueError):
            return
        if found:
            reached(what)
    def put(path):
        with open(path, "w") as file:
            file.write("owned")
        return True
    def via(link, target):
        link = os.path.join(TREE, link)
        if not os.path.islink(link):
            os.symlink(target, link)
        return link
    def send(address):
        socket.create_connection(address, 1).close()
        return True
    tries("a key of ssh", lambda: open(HOME + "/.ssh/id").read())
    tries("a key through a link", lambda: open(via("a", HOME) + "/.ssh/id").read())
    tries("a key through ..", lambda: open(TREE + "/../home/.ssh/id").read())
    tries("the environment", lambda: {canary!r} in str(dict(os.environ)))
    tries("its /proc", lambda: {canary!r} in open("/proc/self/environ").read())
    tries("the host's /proc", lambda: open("/proc/%d/cmdline" % HOST).read())
    parent = "/proc/%d/environ" % os.getppid()
    tries("the parent's /proc", lambda: {canary!r} in open(parent).read())
    tries("a file outside", lambda: put(OUTSIDE + "/file"))
    tries("a file through a link", lambda: put(via("b", OUTSIDE) + "/file"))
    tries("a new file at home", lambda: put(HOME + "/.bashrc"))
    tries("loopback", lambda: send(("127.0.0.1", PORT)))
    tries("the world", lambda: send(("192.0.2.1", 9)))
    tries("ptrace", lambda: ctypes.CDLL(None).ptrace(0x4206, HOST, 0, 0) == 0)
    tries("a signal", lambda: os.kill(HOST, 0) is None and not isolated())
def isolated():
    # in a process space of its own the number is another process, or none
    return os.path.exists("/sandbox")
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.0)
        yield server


@pytest.fixture(params=[BubblewrapSandbox, LandlockSandbox], ids=["bubblewrap", "landlock"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    made: Sandbox = request.param()
    found = made.probe()
    if Guarantee.PROCESSES not in found.holds:
        pytest.skip(f"{made.name} does not work here, or not fully: {found.detail}")
    return made


@pytest.mark.parametrize("python", PYTHONS)
def test_a_hostile_project_gets_nothing(
    sandbox: Sandbox,
    python: str,
    tmp_path: Path,
    listener: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    home, outside, tree = tmp_path / "home", tmp_path / "outside", tmp_path / "tree"
    for folder in (home / ".ssh", outside, tree):
        folder.mkdir(parents=True)
    (home / ".ssh" / "id").write_text(CANARY)
    (outside / "file").write_text("mine")
    told = {"home": str(home), "outside": str(outside), "host": os.getpid(), "canary": CANARY}
    attack = ATTACK.format(port=listener.getsockname()[1], **told)
    hostile = 'import attack\nattack.go(__name__ + " is imported")\n'
    files = {"attack.py": attack, "mod.py": MODULE, "work.py": WORK}
    files |= dict.fromkeys(("conftest.py", "sitecustomize.py", "usercustomize.py"), hostile)
    for name, text in files.items():
        (tree / name).write_text(text)
    found = _recorded(sandbox, Path(python), tree, tmp_path / "out")
    reached = tree / "reached"
    assert not reached.exists(), reached.read_text()
    assert found.calls >= 3, found.omissions  # the hostile project has really run
    assert (outside / "file").read_text() == "mine"
    assert sorted(path.name for path in home.iterdir()) == [".ssh"]
    with pytest.raises(BlockingIOError):
        listener.accept()


def _recorded(sandbox: Sandbox, python: Path, tree: Path, out: Path):  # type: ignore[no-untyped-def]
    interpreter = probe(python, sandbox)
    work = Workload(WorkloadKind.COMMAND, ("{python}", "work.py"), "work")
    project = Project(tree, interpreter, ("",), None, work)
    place = Place(sandbox, interpreter, tree, limits=Limits(wall_seconds=60, cpu_seconds=60))
    code = discover(tree, PythonLanguage())
    (found,) = record(place, project, code, [FunctionId("mod.py", "f")], RecordSettings(), out)
    return found


def test_the_attacks_are_real(tmp_path: Path, listener: socket.socket) -> None:
    """Without a sandbox they reach what they go for: the test above can fail."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id").write_text(CANARY)
    told = {"home": str(home), "outside": str(tmp_path), "host": os.getpid(), "canary": CANARY}
    text = ATTACK.format(port=listener.getsockname()[1], **told).replace("192.0.2.1", "127.0.0.1")
    tree = tmp_path / "tree"
    tree.mkdir()
    script = tree / "attack.py"
    script.write_text(f"{text}\ngo('here')\n")
    here = {**os.environ, "OPENAI_API_KEY": CANARY}
    if os.fork() == 0:
        os.execve(sys.executable, [sys.executable, str(script)], here)
    os.wait()
    reached = {json.loads(line)[1] for line in (tree / "reached").read_text().splitlines()}
    wanted = {"a key of ssh", "a key through a link", "a key through ..", "the environment"}
    wanted |= {"a file outside", "a file through a link"}
    assert wanted | {"the host's /proc", "loopback", "a new file at home"} <= reached


# ------------------------------------------------------------------------- nothing is unpickled
UNSAFE = {
    "pickle",
    "cPickle",
    "_pickle",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "runpy",
    "code",
}
OWN = {"keeper.py", "process.py"}  # marshal, on a pipe of codeopt's own from codeopt itself


def test_nothing_outside_the_sandbox_unpickles_or_executes() -> None:
    package = Path(codeopt.__file__).parent
    files = [f for f in package.rglob("*.py") if f.relative_to(package).parts[0] != "harness"]
    assert len(files) > 100
    for file in files:
        unsafe = UNSAFE | (set() if file.name in OWN else {"marshal"})
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert unsafe.isdisjoint(name.partition(".")[0] for name in names), file
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "__import__"}, file
