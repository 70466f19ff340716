"""Try a backend out: start it for real and look whether what it should hide is in reach."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from pathlib import Path

from codeopt.ports import Command, Guarantee, Limits, Probe, Sandbox

_NEEDED = frozenset({Guarantee.HOME, Guarantee.FILES})
# Prints "ran", then the name of each guarantee that it found broken.
_SCRIPT = """
import os, sys
secret, home, port, pid, space = sys.argv[1:]
def reaches(name, action):
    try:
        action()
    except OSError:
        return
    print(name)
def connect():
    import socket
    socket.create_connection(("127.0.0.1", int(port)), 2).close()
def signal():
    if os.readlink("/proc/self/ns/pid") == space:
        os.kill(int(pid), 0)
    else:
        raise OSError
print("ran")
reaches("files", lambda: open(secret).read())
reaches("files", lambda: open(secret + ".new", "w").write("x"))
if home:
    reaches("home", lambda: open(home).read())
reaches("network", connect)
reaches("processes", signal)
"""


def try_out(sandbox: Sandbox, claims: frozenset[Guarantee], detail: str, hint: str) -> Probe:
    """Run a script that reaches for everything; what it reaches is not held."""
    with tempfile.TemporaryDirectory(prefix="codeopt-probe-") as outside:
        secret = Path(outside) / "secret"
        secret.write_text("secret")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            command = _command(secret, listener.getsockname()[1])
            ended = sandbox.run(command)
    words = ended.stdout.decode("utf-8", "replace").split()
    if words[:1] != ["ran"] or ended.returncode != 0:
        reason = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        return failed_trial(sandbox.name, reason[-1] if reason else "it does not start", hint)
    broken = claims & frozenset(Guarantee(word) for word in words[1:])
    if broken & (_NEEDED | {Guarantee.NETWORK}):
        return failed_trial(sandbox.name, f"in reach: {', '.join(sorted(broken))}", hint)
    return Probe(sandbox.name, True, claims - broken, detail)


def failed_trial(name: str, detail: str, hint: str) -> Probe:
    """Return the probe of a backend that cannot be used."""
    return Probe(name, False, frozenset(), detail, hint)


def _command(secret: Path, port: int) -> Command:
    own = Path("/proc/self/ns/pid")
    space = str(own.readlink()) if own.is_symlink() else ""
    arguments = (str(secret), _some_file_at_home(), str(port), str(os.getpid()), space)
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).parent}
    return Command(
        argv=(sys.executable, "-I", "-S", "-c", _SCRIPT, *arguments),
        cwd=Path("/"),
        read=tuple(prefixes),
        limits=Limits(wall_seconds=20.0, cpu_seconds=20.0),
    )


def _some_file_at_home() -> str:
    """Name a file of the user, other than in the directories that the script may read."""
    try:
        with os.scandir(Path.home()) as entries:
            return next((e.path for e in entries if e.is_file(follow_symlinks=False)), "")
    except (OSError, RuntimeError):
        return ""
