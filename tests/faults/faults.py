"""What can happen to a run from outside, each as something that is really done to it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.project import Running, below
from tests.support.command import Done, codeopt, git, picture

_DAY = 86_400
_CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long shift(void) {
    long seconds = 0;
    const char *name = getenv("CLOCK_SHIFT");
    FILE *file = name ? fopen(name, "r") : 0;
    if (file) {
        if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
        fclose(file);
    }
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && clock == CLOCK_REALTIME) now->tv_sec += shift();
    return failed;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *out, void *zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
"""


@dataclass(slots=True)
class Scene:
    """Hold where a run takes place; ``before`` is what its owner's repository looks like."""

    root: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    struck: int = 0

    @property
    def trees(self) -> Path:
        """Return the temporary directory of the run."""
        return self.home / "tmp"


@dataclass(frozen=True, slots=True)
class Fault:
    """Hold one fault: ``strike`` does it and returns how the run ended, None if it should go on.

    ``spoils`` faults may cost the candidates that they strike. ``code`` is the exit code of a run
    that the fault ends; where it can, such a run ``tells`` how to go on. ``arrange`` prepares the
    scene and returns why that is impossible, or "".
    """

    name: str
    strike: Callable[[Scene, Running], Done | None]
    code: int | None = None
    works_only: bool = False
    spoils: bool = False
    tells: bool = True
    arrange: Callable[[Scene], str] = lambda scene: ""
    mend: Callable[[Scene], None] = lambda scene: None


# ---------------------------------------------------------------------------- signals
def _kill(scene: Scene, run: Running) -> Done:
    return run.stop(signal.SIGKILL)


def _terminate(scene: Scene, run: Running) -> Done:
    return run.stop(signal.SIGTERM)


def _interrupt(scene: Scene, run: Running) -> Done:
    """Press Ctrl-C: the whole group of the terminal gets it."""
    run.note_descendants()
    os.killpg(run.pid, signal.SIGINT)
    return run.end()


def _interrupt_twice(scene: Scene, run: Running) -> Done:
    """Press Ctrl-C again while the first is being obeyed: as one press at first, then as two."""
    run.note_descendants()
    os.killpg(run.pid, signal.SIGINT)
    time.sleep(0.01 * scene.struck + (0.0 if scene.struck % 2 else 0.2))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGINT)
    return run.end()


def _freeze(scene: Scene, run: Running) -> None:
    """Stop everything for a while, as a laptop that is shut does."""
    everything = [run.pid, *(pid for pid, _ in below(run.pid))]
    for number, pause in ((signal.SIGSTOP, 3.0), (signal.SIGCONT, 0.0)):
        for pid in everything:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(pause)


def _sandboxed(run: Running, *, keepers: bool) -> list[int]:
    """List the keepers below a run, or what they keep."""
    found = []
    for pid, _ in below(run.pid):
        with contextlib.suppress(OSError):
            is_keeper = b"sandboxes.keeper" in Path(f"/proc/{pid}/cmdline").read_bytes()
            parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            if is_keeper == keepers and parent != (0 if keepers else run.pid):
                found.append(pid)
    return found


class Missed(Exception):
    """Say that there was nothing to strike."""


def _kill_some(run: Running, *, keepers: bool) -> None:
    deadline = time.monotonic() + 20
    while not (found := _sandboxed(run, keepers=keepers)):
        if run.has_ended or time.monotonic() > deadline:
            raise Missed
        time.sleep(0.005)
    for pid in reversed(found):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _kill_workers(scene: Scene, run: Running) -> None:
    _kill_some(run, keepers=False)


def _kill_keepers(scene: Scene, run: Running) -> None:
    _kill_some(run, keepers=True)


# ---------------------------------------------------------------------------- disks
def _mount(scene: Scene) -> str:
    if os.getuid():
        return "needs root"
    content = scene.home / "content"
    shutil.move(scene.root, content)
    scene.trees.mkdir(exist_ok=True)
    for path in (scene.root, scene.trees):
        path.mkdir(exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", path], check=False)
        if done.returncode:
            return "needs mounts"
    shutil.copytree(content, scene.root, symlinks=True, dirs_exist_ok=True)
    return ""


def _fill(scene: Scene, run: Running) -> Done:
    """Leave no byte below the repository nor below the trees, and wait for the end."""
    run.note_descendants()
    for path in (scene.root / ".git", scene.trees):
        _fill_up(path / "filler")
    return run.end()


def _fill_up(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while file.write(bytes(size)):
                    pass


def _free(scene: Scene) -> None:
    for path in (scene.root / ".git", scene.trees):
        (path / "filler").unlink(missing_ok=True)


def _lock_disk(scene: Scene, run: Running) -> Done:
    """Kill the run, and try to go on where the repository cannot be written."""
    run.stop(signal.SIGKILL)
    subprocess.run(["mount", "-o", "remount,ro", scene.root], check=True)
    tried = {"TMPDIR": str(scene.trees), **scene.environment}
    return codeopt("run", "--resume", "-C", str(scene.root), home=scene.home, **tried)


def _unlock_disk(scene: Scene) -> None:
    subprocess.run(["mount", "-o", "remount,rw", scene.root], check=True)


# ---------------------------------------------------------------------------- clock
def _make_clock(scene: Scene) -> str:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return "needs a C compiler"
    library, shift = scene.home / "clock.so", scene.home / "shift"
    words = [compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", str(library), "-ldl"]
    subprocess.run(words, input=_CLOCK.encode(), check=True)
    shift.write_text("0")
    scene.environment |= {"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(shift)}
    return ""


def _jump(scene: Scene, run: Running) -> None:
    """Set the clock two days forward, or back behind the start, in turn."""
    days = 2 if scene.struck % 2 else -2
    (scene.home / "shift").write_text(str(days * _DAY))


# ---------------------------------------------------------------------------- others
def _second(scene: Scene, run: Running) -> None:
    """Try to go on with the same run, to clean it away and to report it, while it goes on."""
    expected = {("run", "--resume"): 2, ("clean", "--all"): 0, ("report",): 0}

    def call(command: tuple[str, ...]) -> Done:
        words = (*command, "-C", str(scene.root))
        return codeopt(*words, home=scene.home, TMPDIR=str(scene.trees))

    with ThreadPoolExecutor() as pool:  # at once: the run should not get far meanwhile
        found = dict(zip(expected, pool.map(call, expected), strict=True))
    if run.has_ended:  # what is complete may be cleaned away
        raise Missed
    for command, done in found.items():
        assert done.code == expected[command], (command, done.err)
        assert "Traceback" not in done.err


def _change(scene: Scene, run: Running) -> None:
    """Do what a developer does: commit, amend, rebase, switch, stash, delete, collect garbage."""
    root, number = scene.root, scene.struck
    (root / ".git" / "index.lock").unlink(missing_ok=True)
    (root / f"more{number}.py").write_text("Y = 2\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", f"more {number}")
    git(root, "commit", "-q", "--amend", "-m", f"more of {number}")
    git(root, "checkout", "-q", "-b", f"topic{number}")
    git(root, "rm", "-qf", "--ignore-unmatch", "powers.py")
    git(root, "commit", "-qm", "the target is gone", "--allow-empty")
    git(root, "rebase", "-q", "--force-rebase", "--root")
    for branch in git(root, "branch", "--list", "--format=%(refname:short)", "codeopt/*").split():
        git(root, "branch", "-qD", branch)
    git(root, "gc", "-q")
    for text, words in (("stashed", ("stash",)), ("staged", ("add", "unused.py")), ("dirty", ())):
        (root / "unused.py").write_text(f"X = {text!r}\n")
        if words:
            git(root, *words)
    (root / ".git" / "index.lock").touch()
    scene.before = picture(root)


FAULTS = (
    Fault("kill −9 of codeopt", _kill, code=-signal.SIGKILL),
    Fault("Ctrl-C", _interrupt, code=130),
    Fault("Ctrl-C twice", _interrupt_twice, code=130, tells=False),
    Fault("SIGTERM", _terminate, code=128 + signal.SIGTERM),
    Fault("kill −9 of what is sandboxed", _kill_workers, works_only=True, spoils=True),
    Fault("kill −9 of its keeper", _kill_keepers, works_only=True, spoils=True),
    Fault("everything stopped for 3 s", _freeze),
    Fault("disk full", _fill, code=4, arrange=_mount, mend=_free),
    Fault("disk read-only", _lock_disk, code=4, tells=False, arrange=_mount, mend=_unlock_disk),
    Fault("clock set forward and back", _jump, arrange=_make_clock),
    Fault("a second codeopt", _second),
    Fault("repository changed", _change),
)


@contextlib.contextmanager
def unmounted(scene: Scene) -> Iterator[None]:
    """Take down at the end what a fault has mounted."""
    try:
        yield
    finally:
        for path in (scene.root, scene.trees):
            if path.is_mount():
                subprocess.run(["umount", "-l", path], check=False)
