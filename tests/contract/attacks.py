"""Hostile code for the sandbox's conformance suite, and the arena in which it is tried.

Standard library only: the suite also runs it as an ordinary user, under an interpreter that such
a user can reach: ``python attacks.py ROOT BACKEND GUARANTEES`` prints one JSON object.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])

from codeopt.ports import Command, Completed, Guarantee, Limits, Sandbox

SECRET = "the-secret-of-the-host"
VARIABLE = "CODEOPT_TEST_SECRET"
LIMIT = 64 << 20

# Every attack has these; it prints REACHED when it got where it should not.
_PRELUDE = """
import ctypes, json, os, signal, socket, sys, time
arena = json.loads(sys.argv[1])
host = arena["pid"]
def reached(): os.write(1, b"REACHED\\n")
def attempt(action):
    try:
        return action()
    except (OSError, ValueError, MemoryError):
        return None
def heartbeat():
    path = os.path.join(arena["write"], "heartbeat")
    while True:
        with open(path, "a") as file: file.write(".")
        time.sleep(0.02)
os.write(1, b"RAN\\n")
"""


def _finds_secret(expression: str) -> str:
    return f"if {SECRET!r} in (attempt(lambda: {expression}) or ''): reached()"


def _sends(family: str, kind: str, address: str) -> str:
    return f"""
def send():
    s = socket.socket(socket.{family}, socket.{kind})
    s.settimeout(2)
    s.connect({address})
    s.send(b"hello")
attempt(send)
"""


@dataclass(frozen=True, slots=True)
class Attack:
    """Hold one attack: what it goes for, its code, and limits it runs under.

    ``held`` looks at how it ended; by default an attack is held when it did not print REACHED and
    left no trace in the arena.
    """

    name: str
    guarantee: Guarantee
    code: str
    limits: Limits = field(default_factory=lambda: Limits(wall_seconds=20, cpu_seconds=20))
    held: Callable[[Completed], bool] = lambda ended: True


def _stopped(*reasons: str) -> Callable[[Completed], bool]:
    return lambda ended: ended.stopped in reasons


_BOUNDED = Limits(wall_seconds=20, cpu_seconds=20, memory_bytes=LIMIT * 4, output_bytes=1 << 16)
_G = Guarantee

ATTACKS = (
    # network
    Attack("tcp", _G.NETWORK, _sends("AF_INET", "SOCK_STREAM", '("127.0.0.1", arena["tcp"])')),
    Attack("udp", _G.NETWORK, _sends("AF_INET", "SOCK_DGRAM", '("127.0.0.1", arena["udp"])')),
    Attack(
        "abstract socket",
        _G.NETWORK,
        _sends("AF_UNIX", "SOCK_STREAM", '"\\0" + arena["abstract"]'),
    ),
    Attack("socket with a path", _G.NETWORK, _sends("AF_UNIX", "SOCK_DGRAM", 'arena["socket"]')),
    Attack(
        "datagram from a pair",
        _G.NETWORK,
        "a = attempt(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))\n"
        'a and attempt(lambda: a[0].sendto(b"x", arena["socket"]))',
    ),
    # home and files
    Attack("home", _G.HOME, _finds_secret('open(arena["home"] + "/.ssh/id").read()')),
    Attack("names at home", _G.HOME, _finds_secret('"".join(os.listdir(arena["home"]))')),
    Attack("secret file", _G.FILES, _finds_secret('open(arena["outside"] + "/file").read()')),
    Attack(
        "secret file by ..",
        _G.FILES,
        _finds_secret('open(arena["read"] + "/../outside/file").read()'),
    ),
    Attack(
        "secret file by a link",
        _G.FILES,
        'os.symlink(arena["outside"], arena["write"] + "/link")\n'
        + _finds_secret('open(arena["write"] + "/link/file").read()'),
    ),
    Attack(
        "secret file by /proc",
        _G.FILES,
        _finds_secret('open("/proc/self/root" + arena["outside"] + "/file").read()'),
    ),
    Attack(
        "hard link",
        _G.FILES,
        'attempt(lambda: os.link(arena["outside"] + "/file", arena["write"] + "/hard"))\n'
        + _finds_secret('open(arena["write"] + "/hard").read()'),
    ),
    Attack(
        "write outside",
        _G.FILES,
        """
outside = arena["outside"]
os.symlink(outside, arena["write"] + "/out")
for path in (outside, arena["write"] + "/../outside", arena["write"] + "/out"):
    attempt(lambda: open(path + "/file", "a").write("x"))
    attempt(lambda: open(path + "/new", "w").write("x"))
    attempt(lambda: os.mkdir(path + "/folder"))
    attempt(lambda: os.rename(path + "/file", arena["write"] + "/taken"))
    attempt(lambda: os.truncate(path + "/file", 0))
    attempt(lambda: os.close(os.open(path + "/file", os.O_RDONLY | os.O_TRUNC)))
    attempt(lambda: os.chmod(path + "/file", 0o777))
    attempt(lambda: os.unlink(path + "/file"))
""",
    ),
    Attack(
        "write to the worktree",
        _G.FILES,
        """
tree = arena["read"]
attempt(lambda: open(tree + "/module.py", "a").write("x"))
attempt(lambda: open(tree + "/conftest.py", "w").write("x"))
attempt(lambda: os.unlink(tree + "/module.py"))
attempt(lambda: os.chmod(tree + "/module.py", 0o777))
attempt(lambda: os.close(os.open(tree + "/module.py", os.O_RDONLY | os.O_TRUNC)))
""",
    ),
    Attack(
        "write to what is read-only inside what is not",
        _G.NESTED,
        'attempt(lambda: open(arena["nested"] + "/file", "a").write("x"))\n'
        'attempt(lambda: open(arena["nested"] + "/new", "w").write("x"))',
    ),
    # environment and other processes
    Attack("environment", _G.ENVIRONMENT, _finds_secret('" ".join(os.environ.values())')),
    Attack("own /proc", _G.ENVIRONMENT, _finds_secret('open("/proc/self/environ").read()')),
    Attack(
        "environment of the host",
        _G.PROCESSES,
        _finds_secret('open(f"/proc/{host}/environ").read()'),
    ),
    Attack(
        "environment of any process",
        _G.PROCESSES,
        """
for pid in attempt(lambda: os.listdir("/proc")) or ():
"""
        + "    "
        + _finds_secret('open(f"/proc/{pid}/environ").read()'),
    ),
    Attack(
        "command line",
        _G.PROCESSES,
        'if attempt(lambda: open(f"/proc/{host}/cmdline").read()): reached()',
    ),
    Attack("signal", _G.PROCESSES, "if attempt(lambda: (os.kill(host, 0), 1)): reached()"),
    Attack(
        "priority",
        _G.PROCESSES,
        "same = attempt(lambda: os.getpriority(os.PRIO_PROCESS, host))\n"
        "if attempt(lambda: (os.setpriority(os.PRIO_PROCESS, host, same or 0), 1)): reached()",
    ),
    Attack(
        "limits of the host",
        _G.PROCESSES,
        "import resource\n"
        "if attempt(lambda: resource.prlimit(host, resource.RLIMIT_NOFILE)): reached()",
    ),
    Attack(
        "ptrace",
        _G.PROCESSES,
        """
libc = ctypes.CDLL(None)
if libc.ptrace(0x4206, host, 0, 0) == 0:  # PTRACE_SEIZE
    reached()
""",
    ),
    Attack(
        "memory of the host",
        _G.PROCESSES,
        'if attempt(lambda: open(f"/proc/{host}/mem", "rb")): reached()',
    ),
    Attack(
        "powers of root",
        _G.PROCESSES,
        """
status = open("/proc/self/status").read()
if int(status.split("CapEff:")[1].split()[0], 16): reached()
""",
    ),
    # limits
    Attack(
        "fork bomb",
        _G.FORKS,
        "while True:\n    attempt(os.fork)",
        limits=replace(_BOUNDED, processes=20, memory_bytes=4 << 30),
        held=_stopped("processes", "output"),
    ),
    Attack(
        "memory",
        _G.MEMORY,
        f"hog = []\nfor _ in range({4 * LIMIT * 4 >> 20}): hog.append(b'x' * (1 << 20))\nreached()",
        limits=_BOUNDED,
        held=lambda ended: ended.stopped == "memory" or b"MemoryError" in ended.stderr,
    ),
    Attack(
        "memory of many",
        _G.MEMORY,
        f"for _ in range(12):\n    if os.fork() == 0: break\nhog = b'x' * {LIMIT}\ntime.sleep(15)\n"
        "reached()",
        limits=_BOUNDED,
        held=_stopped("memory"),
    ),
    Attack(
        "ignored signals",
        _G.TIME,
        "for each in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    attempt(lambda: signal.signal(each, signal.SIG_IGN))\n"
        "time.sleep(30)\nreached()",
        limits=replace(_BOUNDED, wall_seconds=0.7),
        held=_stopped("wall time"),
    ),
    Attack(
        "silent",
        _G.TIME,
        "os.close(1); os.close(2)\ntime.sleep(30)",
        limits=replace(_BOUNDED, wall_seconds=0.7),
        held=_stopped("wall time"),
    ),
    Attack(
        "busy children",
        _G.TIME,
        "os.fork()\nwhile True: pass",
        limits=replace(_BOUNDED, cpu_seconds=0.5),
        held=_stopped("cpu time"),
    ),
    Attack(
        "endless stdout",
        _G.OUTPUT,
        "while True: os.write(1, b'x' * 4096)",
        limits=_BOUNDED,
        held=lambda ended: ended.stopped == "output" and len(ended.stdout) == 1 << 16,
    ),
    Attack(
        "endless stderr",
        _G.OUTPUT,
        "while True: os.write(2, b'x' * 4096)",
        limits=_BOUNDED,
        held=lambda ended: ended.stopped == "output" and len(ended.stderr) == 1 << 16,
    ),
    Attack(
        "huge file",
        _G.OUTPUT,
        """
def fill():
    with open(arena["write"] + "/huge", "wb", buffering=0) as file:
        for _ in range(64): file.write(b"x" * 65536)
attempt(fill)
if os.path.getsize(arena["write"] + "/huge") > 1 << 20: reached()
""",
        limits=replace(_BOUNDED, file_bytes=1 << 20),
    ),
    Attack("survivor", _G.CLEANUP, "if os.fork() == 0: heartbeat()\ntime.sleep(0.1)"),
    Attack(
        "daemon",
        _G.CLEANUP,
        """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(3): os.close(fd)
        heartbeat()
    os._exit(0)
os.wait()
time.sleep(0.1)
""",
    ),
)


class Arena:
    """Set up what attacks go for, below a directory, and look what they did to it."""

    def __init__(self, root: Path) -> None:
        root = root.resolve()
        self.home, self.outside = root / "home", root / "outside"
        self.read, self.write = root / "read", root / "write"
        self.nested = self.write / "nested"
        for folder in (self.home / ".ssh", self.outside, self.read, self.nested):
            folder.mkdir(parents=True)
        (self.home / ".ssh" / "id").write_text(SECRET)
        (self.home / SECRET).touch()
        (self.outside / "file").write_text(SECRET)
        (self.read / "module.py").write_text("x = 1\n")
        (self.nested / "file").write_text("y = 2\n")
        self._before = self._state()
        self._sockets = self._listen()

    def close(self) -> None:
        """Close the listeners."""
        for each in self._sockets.values():
            each.close()

    def command(self, attack: Attack) -> Command:
        """Return the command that carries an attack out."""
        told = {
            name: str(getattr(self, name))
            for name in ("home", "outside", "read", "write", "nested")
        }
        told |= {name: self._sockets[name].getsockname()[1] for name in ("tcp", "udp")}
        told |= {"abstract": self._name, "socket": self._path, "pid": os.getpid()}
        prefixes = {Path(sys.prefix), Path(sys.base_prefix)}
        return Command(
            argv=(sys.executable, "-I", "-c", _PRELUDE + attack.code, json.dumps(told)),
            cwd=self.read,
            read=(self.read, self.nested, *prefixes),
            write=(self.write,),
            limits=attack.limits,
        )

    def traces(self) -> list[str]:
        """Name what was touched: files, listeners that were spoken to, a heart that beats."""
        found = [
            str(path) for path, state in self._state().items() if self._before.get(path) != state
        ]
        found += [str(path) for path in self._before if not path.exists()]
        ready, _, _ = select.select(list(self._sockets.values()), [], [], 0)
        found += [name for name, each in self._sockets.items() if each in ready]
        return found + (["heartbeat"] if self.beats() else [])

    def beats(self) -> bool:
        """Tell whether a process still writes the heartbeat."""
        heart = self.write / "heartbeat"
        if not heart.exists():
            return False
        before = heart.stat().st_size
        time.sleep(0.2)
        return heart.stat().st_size != before

    def _state(self) -> dict[Path, tuple[int, bytes]]:
        """Describe what no attack may change: all files but those it may write."""
        watched = [self.outside, self.read, self.nested]
        paths = [path for folder in watched for path in folder.rglob("*")]
        return {
            path: (path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
            for path in paths
            if not path.is_socket()
        }

    def _listen(self) -> dict[str, socket.socket]:
        self._name = f"codeopt-test-{os.getpid()}-{time.monotonic_ns()}"
        self._path = str(self.outside / "socket")
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0{self._name}")
        abstract.listen()
        path = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path.bind(self._path)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        tcp = socket.create_server(("127.0.0.1", 0))
        return {"tcp": tcp, "udp": udp, "abstract": abstract, "path": path}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say whether an attack was held, and why one thinks so."""

    held: bool
    why: str


def carry_out(attack: Attack, sandbox: Sandbox, root: Path) -> Outcome:
    """Run an attack in a new arena below ``root``; fail when it did not even run."""
    arena = Arena(root)
    os.environ[VARIABLE] = SECRET
    try:
        ended = sandbox.run(arena.command(attack))
        traces = arena.traces()
    finally:
        arena.close()
    if not ended.stdout.startswith(b"RAN\n"):
        raise AssertionError(f"{attack.name} did not run: {ended}")
    reached = b"REACHED" in ended.stdout
    held = not reached and not traces and attack.held(ended)
    return Outcome(held, f"traces {traces}, {str(ended)[:2000]}")


def backend(name: str) -> Sandbox:
    """Make a backend by name; ``landlock:2`` is Landlock as kernels with ABI 2 have it."""
    from codeopt.adapters.sandboxes import bubblewrap, landlock, plain

    name, _, abi = name.partition(":")
    if abi:
        return landlock.LandlockSandbox(abi=int(abi))
    made: dict[str, Callable[[], Sandbox]] = {
        "bubblewrap": bubblewrap.BubblewrapSandbox,
        "landlock": landlock.LandlockSandbox,
        "plain": plain.PlainSandbox,
    }
    return made[name]()


def main() -> None:
    """Carry attacks out on one backend; print what it says it holds and what it held."""
    sandbox = backend(sys.argv[2])
    wanted = sys.argv[3].split(",")
    probe = sandbox.probe()
    chosen = [each for each in ATTACKS if probe.available and each.guarantee in wanted]

    def attempt(attack: Attack) -> Outcome:
        root = Path(tempfile.mkdtemp(prefix="codeopt-attack-"))
        try:
            return carry_out(attack, sandbox, root)
        finally:
            shutil.rmtree(root)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(attempt, chosen))
    outcomes = {
        attack.name: [each.held, each.why] for attack, each in zip(chosen, found, strict=True)
    }
    print(
        json.dumps(
            {
                "detail": probe.detail,
                "hint": probe.hint,
                "holds": sorted(probe.holds),
                "outcomes": outcomes,
            }
        )
    )


if __name__ == "__main__":
    # A secret that is in the environment from the start shows in /proc/PID/environ.
    if os.environ.get(VARIABLE) != SECRET:
        os.execve(
            sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, VARIABLE: SECRET}
        )
    main()
