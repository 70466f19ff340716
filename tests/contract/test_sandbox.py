"""One suite for every sandbox backend: it holds what it says, and says what it cannot hold.

Attacks run as whoever runs the tests and, when that is root, as an ordinary user too.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codeopt.adapters.sandboxes import kernel, seccomp
from codeopt.adapters.sandboxes.bubblewrap import BubblewrapSandbox
from codeopt.adapters.sandboxes.landlock import LandlockSandbox
from codeopt.ports import Command, Guarantee, Limits, Sandbox
from tests.contract import attacks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="attacks are for Linux")

ROOT = Path(__file__).parents[2]
ALL = ",".join(Guarantee)
ISOLATION = "network,home,files,environment,processes"
NOBODY = 65534
# Backend, user, what is attacked. Older Landlocks are tried for what depends on their version.
SETTINGS = (
    ("bubblewrap", "me", ALL),
    ("landlock", "me", ALL),
    ("plain", "me", ALL),
    ("bubblewrap", "nobody", ALL),
    ("landlock", "nobody", ALL),
    ("landlock:5", "me", ISOLATION),
    ("landlock:3", "me", ISOLATION),
    ("landlock:1", "me", ISOLATION),
)
NAMES = ("bubblewrap", "landlock", "plain")


# ------------------------------------------------------------------------- attacks
@pytest.fixture(scope="module")
def public() -> Iterator[Path]:
    """Copy what the attacks need to where an ordinary user can read it."""
    root = Path(tempfile.mkdtemp(prefix="codeopt-public-"))
    root.chmod(0o755)
    shutil.copytree(
        ROOT / "codeopt", root / "codeopt", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(Path(attacks.__file__), root / "attacks.py")
    yield root
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def reports(public: Path) -> Any:
    """Return the report of a setting; all its attacks run once."""

    @functools.cache
    def report(name: str, user: str, guarantees: str) -> dict[str, Any]:
        prefix, python = _as_user(user)
        ended = subprocess.run(
            [
                *prefix,
                python,
                "-I",
                "-B",
                str(public / "attacks.py"),
                str(public),
                name,
                guarantees,
            ],
            capture_output=True,
            timeout=120,
            cwd="/",
            env={"PATH": os.environ["PATH"]},
        )
        assert ended.returncode == 0, ended.stderr.decode()[-3000:]
        return json.loads(ended.stdout)

    return report


def _as_user(user: str) -> tuple[list[str], str]:
    if user == "me":
        return [], sys.executable
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can try as another user, with setpriv")
    prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    # Started twice: setpriv itself still has the powers of root when it starts the first.
    again = "import sys; sys.exit(sys.version_info < (3, 11))"
    check = f"import os, sys; os.execv(sys.executable, [sys.executable, '-c', {again!r}])"
    for python in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        tried = subprocess.run([*prefix, python, "-c", check], capture_output=True, cwd="/")
        if tried.returncode == 0:
            return prefix, python
    pytest.skip("an ordinary user reaches no Python 3.11 or newer here")


def _cases() -> Iterator[Any]:
    for name, user, guarantees in SETTINGS:
        for attack in attacks.ATTACKS:
            if attack.guarantee in guarantees.split(","):
                label = f"{name}-{user}-{attack.name.replace(' ', '_')}"
                yield pytest.param((name, user, guarantees), attack, id=label)


@pytest.mark.parametrize(("setting", "attack"), [*_cases()])
def test_holds_what_it_says(
    reports: Any, setting: tuple[str, str, str], attack: attacks.Attack
) -> None:
    report = reports(*setting)
    if not report["holds"]:
        pytest.skip(f"{setting[0]} does not work here: {report['detail']}")
    held, why = report["outcomes"][attack.name]
    if attack.guarantee in report["holds"]:
        assert held, why


@pytest.mark.parametrize("setting", SETTINGS, ids="-".join)
def test_says_what_it_cannot_hold(reports: Any, setting: tuple[str, str, str]) -> None:
    """What a backend does not claim, some attack gets: otherwise the declaration is wrong."""
    report = reports(*setting)
    if not report["holds"]:
        pytest.skip(f"{setting[0]} does not work here: {report['detail']}")
    for guarantee in set(setting[2].split(",")) - set(report["holds"]):
        outcomes = [
            report["outcomes"][each.name][0]
            for each in attacks.ATTACKS
            if each.guarantee == guarantee
        ]
        assert not all(outcomes), f"{guarantee} is held, but not claimed"


def test_every_guarantee_is_attacked() -> None:
    assert {attack.guarantee for attack in attacks.ATTACKS} == set(Guarantee)


def test_declarations(reports: Any) -> None:
    """Pin what each backend claims, so that none is lost unnoticed."""
    everything = set(map(str, Guarantee))
    lacking = {
        "bubblewrap": set(),
        "landlock": {"nested"},
        "landlock:5": {"nested", "processes"},
        "plain": {"network", "home", "files", "nested", "processes"},
    }
    for setting in SETTINGS:
        report = reports(*setting) if setting[1] == "me" and setting[0] in lacking else {}
        if report.get("holds"):
            assert everything - set(report["holds"]) == lacking[setting[0]], setting


# ------------------------------------------------------------------------- ordinary use
@pytest.fixture(params=NAMES)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    made = attacks.backend(request.param)
    probe = made.probe()
    if not probe.available:
        pytest.skip(f"{request.param} does not work here: {probe.detail} ({probe.hint})")
    return made


def python(code: str, tmp_path: Path, *arguments: str, **changes: Any) -> Command:
    values: dict[str, Any] = {
        "argv": (sys.executable, "-c", code, *arguments),
        "cwd": tmp_path,
        "read": (Path(sys.prefix), Path(sys.base_prefix)),
        "write": (tmp_path,),
        "limits": Limits(wall_seconds=30),
    }
    return Command(**(values | changes))


def test_run_tells_output_and_code(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "import sys; print('out'); print('error', file=sys.stderr); sys.exit(3)"
    ended = sandbox.run(python(code, tmp_path))
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, b"out\n", b"error\n")
    assert not ended.stopped
    assert not ended.truncated


def test_run_tells_the_signal(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = sandbox.run(python("import os; os.kill(os.getpid(), 11)", tmp_path))
    assert ended.returncode == -11


def test_stdin_of_a_run_is_empty(sandbox: Sandbox, tmp_path: Path) -> None:
    assert sandbox.run(python("import sys; print(sys.stdin.read())", tmp_path)).stdout == b"\n"


def test_what_does_not_start_says_so(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = sandbox.run(python("", tmp_path, argv=("/no/such/program",)))
    assert ended.returncode > 0
    assert b"/no/such/program" in ended.stderr or b"No such file" in ended.stderr


def test_environment_is_scrubbed(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("LC_TIME", "C")
    command = python(
        "import json, os; print(json.dumps(dict(os.environ)))",
        tmp_path,
        environment=(("ADDED", "1"),),
    )
    found = json.loads(sandbox.run(command).stdout)
    assert set(found) <= {
        "PATH",
        "LANG",
        "LC_TIME",
        "LC_CTYPE",
        "TZ",
        "HOME",
        "TMPDIR",
        "ADDED",
        "PWD",
    }
    assert (found["ADDED"], found["LC_TIME"]) == ("1", "C")


def test_home_is_private_empty_and_gone(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """if True:
        import os, pathlib, tempfile
        home = pathlib.Path.home()
        assert not list(home.iterdir())
        (home / ".cache" / "deep").mkdir(parents=True)
        (home / ".cache" / "deep" / "file").write_text("x")
        (home / "locked").mkdir(mode=0)
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("x")
        print(home)"""
    ended = sandbox.run(python(code, tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert not Path(ended.stdout.decode().strip()).exists()


def test_inherits_no_descriptor(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = (tmp_path / "secret").open("w")
    os.set_inheritable(secret.fileno(), True)
    code = """if True:
        import os
        paths = ["/proc/self/fd/" + name for name in os.listdir("/proc/self/fd")]
        print([os.readlink(path) for path in paths if os.path.lexists(path)])"""
    with secret:
        ended = sandbox.run(python(code, tmp_path))
    assert ended.returncode == 0, ended.stderr
    links = ended.stdout.decode()
    assert "secret" not in links
    assert links.count("pipe:") == 3


def test_usual_things_work(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """if True:
        import asyncio, concurrent.futures, os, pathlib, shutil, sqlite3, ssl, subprocess, sys
        assert asyncio.run(asyncio.sleep(0, "done")) == "done"
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            assert list(pool.map(abs, [-1, 2])) == [1, 2]
        path = pathlib.Path("file")
        path.write_text("text")
        shutil.copy2(path, "copy")
        os.replace("copy", "moved")
        shutil.copytree(".", "sub", ignore=lambda *_: ["sub"])
        shutil.rmtree("sub")
        child = subprocess.run([sys.executable, "-c", "print(7)"], capture_output=True)
        assert child.stdout == b"7\\n"
        assert subprocess.run("echo $HOME", shell=True).returncode == 0
        connection = sqlite3.connect("base.sqlite")
        connection.execute("create table t (a)")
        connection.close()
        if os.fork() == 0: os._exit(5)
        assert os.waitstatus_to_exitcode(os.wait()[1]) == 5
        assert os.cpu_count() >= 1 and len(os.urandom(4)) == 4"""
    ended = sandbox.run(python(code, tmp_path))
    assert ended.returncode == 0, ended.stderr.decode()
    assert (tmp_path / "moved").read_text() == "text"


def test_paths_may_lead_over_links(sandbox: Sandbox, tmp_path: Path) -> None:
    real = tmp_path / "real"
    (real / "deep").mkdir(parents=True)
    (real / "deep" / "file").write_text("found")
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link"
    link.symlink_to("../real")
    interpreter = tmp_path / "python"
    interpreter.symlink_to(sys.executable)
    code = "print(open('file').read(), open(__import__('sys').argv[1]).read())"
    command = python(
        code,
        tmp_path,
        argv=(str(interpreter), "-c", code, str(link / "deep" / "file")),
        cwd=link / "deep",
        read=(Path(sys.prefix), Path(sys.base_prefix), link),
        write=(),
    )
    ended = sandbox.run(command)
    assert ended.stdout == b"found found\n", ended.stderr


def test_paths_that_do_not_exist_are_skipped(sandbox: Sandbox, tmp_path: Path) -> None:
    read = (Path(sys.prefix), Path(sys.base_prefix), tmp_path / "absent")
    assert sandbox.run(python("print(1)", tmp_path, read=read)).stdout == b"1\n"


def test_writable_wins_over_readable(sandbox: Sandbox, tmp_path: Path) -> None:
    read = (Path(sys.prefix), Path(sys.base_prefix), tmp_path)
    ended = sandbox.run(python("open('new', 'w').write('x')", tmp_path, read=read))
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "new").exists()


# ------------------------------------------------------------------------- sessions
_ECHO = """if True:
    import sys
    while data := sys.stdin.buffer.read1():
        sys.stdout.buffer.write(data)
        sys.stdout.flush()"""


def test_session_talks(sandbox: Sandbox, tmp_path: Path) -> None:
    session = sandbox.start(python(_ECHO, tmp_path))
    for text in (b"one", b"two" * 3000):
        session.stdin.write(text)
        session.stdin.flush()
        assert session.read(len(text), time.monotonic() + 20) == text
    ended = session.close()
    assert session.close() == ended
    assert not ended.stopped


def test_session_keeps_its_deadline(sandbox: Sandbox, tmp_path: Path) -> None:
    session = sandbox.start(python(_ECHO, tmp_path))
    with pytest.raises(TimeoutError):
        session.read(1, time.monotonic() + 0.1)
    session.close()


def test_session_that_ended_early_says_why(sandbox: Sandbox, tmp_path: Path) -> None:
    session = sandbox.start(python("import sys; print('left'); sys.exit('reason')", tmp_path))
    with pytest.raises(EOFError):
        session.read(1000, time.monotonic() + 20)
    ended = session.close()
    assert (ended.returncode, ended.stderr) == (1, b"reason\n")


def test_session_returns_what_was_left(sandbox: Sandbox, tmp_path: Path) -> None:
    session = sandbox.start(python("print('left', flush=True); input()", tmp_path))
    assert session.read(2, time.monotonic() + 20) == b"le"
    assert session.close().stdout == b"ft\n"


def test_session_is_stopped_by_its_limits(sandbox: Sandbox, tmp_path: Path) -> None:
    limits = Limits(wall_seconds=0.5)
    session = sandbox.start(python(_ECHO, tmp_path, limits=limits))
    with pytest.raises(EOFError):
        session.read(1, time.monotonic() + 20)
    assert session.close().stopped == "wall time"


def test_session_outlives_the_thread_that_started_it(sandbox: Sandbox, tmp_path: Path) -> None:
    found = []
    thread = threading.Thread(target=lambda: found.append(sandbox.start(python(_ECHO, tmp_path))))
    thread.start()
    thread.join()
    session = found[0]
    session.stdin.write(b"still here")
    session.stdin.flush()
    assert session.read(10, time.monotonic() + 20) == b"still here"
    session.close()


_HOST = """
import sys
from pathlib import Path
from codeopt.ports import Command
from tests.contract import attacks
beat = (
    "import os, time\\nif os.fork() == 0:\\n    os.setsid()\\n    os.fork()\\n"
    "while True:\\n    open('heartbeat', 'a').write('.')\\n    time.sleep(0.02)\\n"
)
here = Path(sys.argv[2])
session = attacks.backend(sys.argv[1]).start(Command(
    (sys.executable, "-c", beat), here,
    read=(Path(sys.prefix), Path(sys.base_prefix)), write=(here,)))
input()
"""


def test_nothing_survives_the_death_of_codeopt(sandbox: Sandbox, tmp_path: Path) -> None:
    heart, scratch = tmp_path / "heart", tmp_path / "scratch"
    heart.mkdir()
    scratch.mkdir()
    host = subprocess.Popen(
        [sys.executable, "-c", _HOST, sandbox.name, str(heart)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    try:
        _wait_for((heart / "heartbeat").exists)
    finally:
        host.send_signal(signal.SIGKILL)
        host.communicate()
    _wait_for(lambda: not _grows(heart / "heartbeat"))
    _wait_for(lambda: not list(scratch.iterdir()))


def _grows(path: Path) -> bool:
    before = path.stat().st_size
    time.sleep(0.2)
    return path.stat().st_size != before


def _wait_for(condition: Any) -> None:
    patience = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < patience, "it never happened"
        time.sleep(0.02)


# ------------------------------------------------------------------------- network on demand
@pytest.mark.parametrize("make", [BubblewrapSandbox, LandlockSandbox])
def test_network_can_be_allowed(make: Any, tmp_path: Path) -> None:
    made = make(network=True)
    probe = made.probe()
    if not probe.available:
        pytest.skip(f"{made.name} does not work here: {probe.detail}")
    assert Guarantee.NETWORK not in probe.holds
    arena = attacks.Arena(tmp_path)
    tcp = next(each for each in attacks.ATTACKS if each.name == "tcp")
    made.run(arena.command(tcp))
    assert arena.traces() == ["tcp"]
    arena.close()


# ------------------------------------------------------------------------- seccomp, both machines
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
CALLS = {  # asm/unistd_64.h, asm-generic/unistd.h
    "x86_64": {"read": 0, "socket": 41, "clone": 56, "ptrace": 101, "socketpair": 53, "chmod": 91},
    "aarch64": {
        "read": 63,
        "socket": 198,
        "clone": 220,
        "ptrace": 117,
        "socketpair": 199,
        "chmod": 52,
    },
}


def _evaluate(program: bytes, arch: int, number: int, *arguments: int) -> int:
    """Interpret a classic BPF program as the kernel does (linux/filter.h)."""
    import struct

    data = struct.pack("<iIQ6Q", number, arch, 0, *(*arguments, *[0] * (6 - len(arguments))))
    code = list(struct.iter_unpack("=HBBI", program))
    at = accumulator = 0
    tests = {0x15: lambda a, k: a == k, 0x25: lambda a, k: a > k, 0x45: lambda a, k: a & k}
    while True:
        operation, true, false, value = code[at]
        at += 1
        if operation == 0x20:
            accumulator = struct.unpack_from("<I", data, value)[0]
        elif operation == 0x54:
            accumulator &= value
        elif operation == 0x06:
            return value
        else:
            at += true if tests[operation](accumulator, value) else false


@pytest.mark.parametrize("machine", sorted(AUDIT))
def test_filters_decide_as_meant(machine: str) -> None:
    arch, calls = AUDIT[machine], CALLS[machine]
    for abi in (1, 7):
        closed = seccomp.landlocked_filter(machine, network=False, abi=abi)
        ask = functools.partial(_evaluate, closed, arch)
        assert ask(calls["read"]) == ALLOW
        assert ask(calls["socket"], 2) == ask(calls["socket"], 1) == ERRNO | 1
        assert ask(calls["ptrace"]) == ERRNO | 1
        assert ask(calls["clone"], 17) == ALLOW
        assert ask(calls["clone"], 17 | 0x10000000) == ERRNO | 1
        assert ask(calls["socketpair"], 1, 1 | 0o2000000) == ALLOW
        assert ask(calls["socketpair"], 1, 2 | 0o2000000) == ERRNO | 1
        assert ask(calls["chmod"]) == ERRNO
        assert ask(435) == ask(0x40000000 | calls["read"]) == ERRNO | 38
        assert _evaluate(closed, 0x40000003, calls["read"]) == KILL
    opened = seccomp.landlocked_filter(machine, network=True, abi=7)
    assert _evaluate(opened, arch, calls["socket"], 10) == ALLOW
    assert _evaluate(opened, arch, calls["socket"], 1) == ERRNO | 1
    shared = seccomp.namespaced_filter(machine)
    assert _evaluate(shared, arch, calls["socket"], 1) == ALLOW
    assert _evaluate(shared, arch, calls["socket"], 40) == ERRNO | 1
    assert _evaluate(shared, arch, calls["chmod"]) == ALLOW


def test_landlock_is_probed() -> None:
    assert 0 <= kernel.landlock_abi() <= kernel.NEWEST_ABI
