"""Keep one sandboxed process tree: start it confined, watch its limits, end all of it.

A keeper is a process of its own between codeopt and what is sandboxed. It belongs to no terminal,
adopts every orphan below it and holds the reading end of a pipe from codeopt: when codeopt ends,
however that happens, the pipe does and everything below is killed. It imports only what it must,
since each launch pays for it (hence no json, pathlib, signal, subprocess here).
"""

# pathlib would cost each launch 4 ms
# ruff: noqa: PTH102, PTH114

from __future__ import annotations

import marshal
import os
import resource
import select
import struct
import sys
import time

from codeopt.adapters.sandboxes import kernel
from codeopt.adapters.sandboxes.processes import (
    TaskGroup,
    Usage,
    descendants,
    tasks_of_machine,
)

TYPE_CHECKING = False  # importing typing would cost each launch 5 ms
if TYPE_CHECKING:
    from typing import Any, NoReturn

# returncode, index in STOPPED, seconds, stderr cut off; the bytes of stderr follow
RESULT = struct.Struct(">iBd?")
STOPPED = ("", "wall time", "cpu time", "memory", "output", "processes")
CLOSE, FINISH, OUTPUT = b"c", b"f", b"o"
NOT_CONFINED, NOT_STARTED = 126, 127

_SIGKILL, _SIGXCPU = 9, 24
_TICK = 0.1
_GRACE = 0.5
_LINUX = sys.platform == "linux"


class Keeper:
    """Run one plan; ``orders`` and ``answers`` are the pipes from and to codeopt."""

    def __init__(self, plan: dict[str, Any], orders: int, answers: int) -> None:
        self._plan, self._orders, self._answers = plan, orders, answers
        self._limits: dict[str, Any] = plan["limits"]
        self._private = ""
        self._stopped = ""
        self._status: int | None = None
        self._stderr: list[bytes] = []
        self._room: int = self._limits["output_bytes"]
        self._cut = False
        self._started = time.monotonic()

    def run(self) -> None:
        """Start, watch, end, clean up, report."""
        if _LINUX:
            kernel.adopt_orphans()
        name = f"codeopt-{os.getpid()}"
        self._group = TaskGroup(name, 8 * self._limits["processes"])
        if self._plan["scratch"]:
            self._private = _make_private(self._plan["scratch"], name)
        self._errors, theirs = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            self._become(theirs)
        for fd in (0, 1, theirs):
            os.close(fd)
        try:
            self._watch()
        finally:
            self._end()
        self._report()

    # ------------------------------------------------------------------ in the child
    def _become(self, errors: int) -> NoReturn:
        code = NOT_CONFINED
        try:
            os.setsid()
            os.dup2(errors, 2)
            environment = self._environment()
            self._limit()
            os.chdir(self._plan["cwd"])
            _pass_files(self._plan["files"])
            if self._plan["confine"]:
                self._confine()
            code = NOT_STARTED
            os.execvpe(self._plan["argv"][0], self._plan["argv"], environment)
        except BaseException as error:
            os.write(2, f"codeopt: cannot start the sandboxed process: {error}\n".encode())
        os._exit(code)

    def _environment(self) -> dict[str, str]:
        environment: dict[str, str] = dict(self._plan["environment"])
        if self._private:
            environment["HOME"] = f"{self._private}/home"
            environment["TMPDIR"] = f"{self._private}/tmp"
        environment.update(self._plan["added"])
        return environment

    def _limit(self) -> None:
        limits = self._limits
        self._group.join()
        _restore_signals()
        if _LINUX:
            kernel.die_with_parent()
            _prefer_as_victim()
        _cap(resource.RLIMIT_CORE, 0)
        _cap(resource.RLIMIT_FSIZE, limits["file_bytes"])
        _cap(resource.RLIMIT_DATA, limits["memory_bytes"])
        # The keeper adds up the whole tree and says why it stopped it; this is the second line.
        _cap(resource.RLIMIT_CPU, int(limits["cpu_seconds"]) + 2)
        if others := tasks_of_machine():
            _cap(resource.RLIMIT_NPROC, others + 8 * limits["processes"])

    def _confine(self) -> None:
        plan = self._plan["confine"]
        kernel.forbid_privileges()
        if not plan["files"]:
            return
        kernel.drop_capabilities()
        write = [*plan["write"], self._private] if self._private else plan["write"]
        read = [*plan["read"], f"/proc/{os.getpid()}"]
        kernel.restrict_files(
            read, write, plan["devices"], network=plan["network"], abi=plan["abi"]
        )
        kernel.filter_calls(plan["calls"])

    # ------------------------------------------------------------------ watching
    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._orders, select.POLLIN)
        poll.register(self._errors, select.POLLIN)
        tick = _TICK
        try:
            poll.register(os.pidfd_open(self._child), select.POLLIN)
        except (AttributeError, OSError):
            tick = 0.01  # without a descriptor, ask often
        end = self._started + self._limits["wall_seconds"]
        check = self._started + _TICK
        while True:
            ready = {fd for fd, _ in poll.poll(1000 * tick)}
            if self._errors in ready and not self._drain():
                poll.unregister(self._errors)
            if self._orders in ready:
                return self._obey(os.read(self._orders, 1))
            now = time.monotonic()
            if now >= check:
                check = now + _TICK
                self._stopped = self._stopped or self._exceeded()
            if now >= end:
                self._stopped = "wall time"
            if self._stopped or self._reap():
                return

    def _obey(self, order: bytes) -> None:
        if order == OUTPUT:
            self._stopped = "output"
        if order == FINISH:
            patience = time.monotonic() + _GRACE
            while self._status is None and time.monotonic() < patience:
                if not self._reap():
                    time.sleep(0.001)
        self._reap()

    def _exceeded(self) -> str:
        """Name the limit that the tree has passed, or return an empty string."""
        most = self._limits["processes"]
        pids = descendants(os.getpid(), 2 * most)
        if len(pids) > most:
            return "processes"
        usage = Usage(pids)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        if usage.cpu_seconds + ended.ru_utime + ended.ru_stime > self._limits["cpu_seconds"]:
            return "cpu time"
        most = self._limits["memory_bytes"]
        return "memory" if usage.resident > most and usage.proportional() > most else ""

    def _drain(self) -> bool:
        """Take what is on stderr; return False at its end."""
        part = os.read(self._errors, 1 << 16)
        if len(part) > self._room:
            self._cut, self._stopped = True, self._stopped or "output"
        self._stderr.append(part[: self._room])
        self._room -= len(self._stderr[-1])
        return bool(part)

    def _reap(self) -> bool:
        """Collect ended children, adopted ones too; return whether the command has ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return self._status is not None
            if pid == self._child:
                self._status = os.waitstatus_to_exitcode(status)

    # ------------------------------------------------------------------ ending
    def _end(self) -> None:
        self._group.freeze()
        patience = time.monotonic() + 10
        while time.monotonic() < patience:
            for pid in descendants(os.getpid()) or [self._child]:
                _kill(pid)
            self._reap()
            if self._alone():
                break
            time.sleep(0.0005)
        os.set_blocking(self._errors, False)
        try:
            while self._room and self._drain():
                pass
        except BlockingIOError:
            pass
        self._group.remove()
        if self._private:
            _remove(self._private)

    def _alone(self) -> bool:
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return True
        return False

    def _report(self) -> None:
        code = -_SIGKILL if self._status is None else self._status
        if code == -_SIGXCPU and not self._stopped:
            self._stopped = "cpu time"
        seconds = time.monotonic() - self._started
        head = RESULT.pack(code, STOPPED.index(self._stopped), seconds, self._cut)
        view = memoryview(head + b"".join(self._stderr))
        while view:
            view = view[os.write(self._answers, view) :]


def main() -> None:
    """Read a plan from the pipe named on the command line and keep it."""
    orders, answers = int(sys.argv[2]), int(sys.argv[3])
    os.set_inheritable(orders, False)
    os.set_inheritable(answers, False)
    size = struct.unpack(">I", _read_exactly(orders, 4))[0]
    keeper = Keeper(marshal.loads(_read_exactly(orders, size)), orders, answers)
    try:
        keeper.run()
    except BrokenPipeError:
        os._exit(1)  # codeopt is gone, and so is everything below


def _read_exactly(fd: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = os.read(fd, size - len(data))
        if not part:
            os._exit(1)
        data += part
    return data


def _make_private(scratch: str, name: str) -> str:
    path = f"{scratch}/{name}-{os.urandom(8).hex()}"
    for each in (path, f"{path}/home", f"{path}/tmp"):
        os.mkdir(each, 0o700)
    return path


def _pass_files(contents: list[bytes]) -> None:
    """Hand over files without names as descriptors 3, 4, …; close all others."""
    import fcntl

    made = []
    for content in contents:
        fd = os.memfd_create("codeopt")
        view = memoryview(content)
        while view:
            view = view[os.write(fd, view) :]
        os.lseek(fd, 0, os.SEEK_SET)
        made.append(fcntl.fcntl(fd, fcntl.F_DUPFD, 100))
    for number, fd in enumerate(made, 3):
        os.dup2(fd, number)
    os.closerange(3 + len(made), 256)  # the rest is closed on exec


def _restore_signals() -> None:
    """Undo what Python ignores; an ignored signal stays so through exec."""
    import _signal  # type: ignore[import-not-found]  # signal would import enum, 2 ms

    for name in ("SIGPIPE", "SIGXFSZ"):
        _signal.signal(getattr(_signal, name), _signal.SIG_DFL)


def _prefer_as_victim() -> None:
    """Offer this tree first when the machine runs out of memory."""
    try:
        fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    except OSError:
        return
    try:
        os.write(fd, b"500")
    except OSError:
        pass
    finally:
        os.close(fd)


def _cap(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def _kill(pid: int) -> None:
    """Kill a process and its whole group, at one go against those that keep forking."""
    try:
        group = os.getpgid(pid)
        os.kill(pid, _SIGKILL)
        if group != os.getpgid(0):
            os.killpg(group, _SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _remove(path: str) -> None:
    """Remove a directory whose inside was written by untrusted code, all of it ended."""
    for here, folders, files in os.walk(path, onerror=None):
        for name in folders:
            if not os.path.islink(f"{here}/{name}"):
                _quietly(os.chmod, f"{here}/{name}", 0o700)
        for name in files:
            _quietly(os.unlink, f"{here}/{name}")
    for here, folders, _ in os.walk(path, topdown=False):
        for name in folders:
            full = f"{here}/{name}"
            _quietly(os.unlink if os.path.islink(full) else os.rmdir, full)
    _quietly(os.rmdir, path)


def _quietly(action: Any, *arguments: Any) -> None:
    try:
        action(*arguments)
    except OSError:
        return
