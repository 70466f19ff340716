"""Watch and end a tree of processes through /proc and, where root may, a pids control group."""

# pathlib would cost each launch 4 ms
# ruff: noqa: PTH102, PTH106, PTH110, PTH123, PTH208

from __future__ import annotations

import os

TYPE_CHECKING = False  # importing collections would cost each launch 1 ms
if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUPS = "/sys/fs/cgroup"


def descendants(root: int, most: int = 1 << 20) -> list[int]:
    """List the processes below ``root``, up to ``most``; empty where there is no /proc."""
    if not os.path.exists(f"/proc/{root}/task/{root}/children"):
        return _by_parents(root, most)
    found = [root]
    for pid in found:
        found.extend(_children(pid))
        if len(found) > most:
            break
    return found[1:]


class Usage:
    """Hold what a tree of processes uses: CPU seconds (ended children included), bytes."""

    def __init__(self, pids: list[int]) -> None:
        self.cpu_seconds = 0.0
        self.resident = 0
        self._pids = pids
        tick = os.sysconf("SC_CLK_TCK")
        page = os.sysconf("SC_PAGE_SIZE")
        for pid in pids:
            fields = _stat(pid)
            if fields:  # proc(5): utime, stime, cutime, cstime are 14–17, rss is 24
                self.cpu_seconds += sum(map(int, fields[11:15])) / tick
                self.resident += int(fields[21]) * page

    def proportional(self) -> int:
        """Return the bytes in memory with shared pages counted once (slower than resident)."""
        return sum(map(_proportional, self._pids))


class TaskGroup:
    """Cap the number of tasks of a process tree; the only cap that holds for root."""

    def __init__(self, name: str, most: int) -> None:
        self.path = ""
        for base in _group_bases() if os.geteuid() == 0 else ():
            path = f"{base}/{name}"
            try:
                os.mkdir(path)
            except OSError:
                continue
            if _write(f"{path}/pids.max", str(most)):
                self.path = path
                return
            os.rmdir(path)

    def join(self) -> None:
        """Move the calling process in."""
        if self.path:
            _write(f"{self.path}/cgroup.procs", "0")

    def freeze(self) -> None:
        """Let no process of the group start another one."""
        if self.path:
            _write(f"{self.path}/pids.max", "0")

    def remove(self) -> None:
        """Remove the group; its processes must have ended."""
        if self.path:
            try:
                os.rmdir(self.path)
            except OSError:
                return


def tasks_of_machine() -> int:
    """Return how many tasks there are, whoever owns them; 0 when unknown."""
    try:
        return int(_read("/proc/loadavg").split()[3].split("/")[1])
    except (IndexError, ValueError):
        return 0


def _children(pid: int) -> Iterator[int]:
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return
    for task in tasks:
        yield from map(int, _read(f"/proc/{pid}/task/{task}/children").split())


def _by_parents(root: int, most: int) -> list[int]:
    """Find descendants by the parent of each process, for kernels without lists of children."""
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    below: dict[int, list[int]] = {}
    for pid in pids:
        fields = _stat(pid)
        if fields:
            below.setdefault(int(fields[1]), []).append(pid)
    found = [root]
    for pid in found:
        found.extend(below.get(pid, ()))
        if len(found) > most:
            break
    return found[1:]


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on (the second may hold anything)."""
    return _read(f"/proc/{pid}/stat").rpartition(")")[2].split()


def _proportional(pid: int) -> int:
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    fields = _stat(pid)
    return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _group_bases() -> Iterator[str]:
    """Name the groups below which one of ours may be made: our own, else the root."""
    for line in _read("/proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers in ("", "pids"):
            mount = f"{_GROUPS}/{controllers}".rstrip("/")
            yield mount + path.rstrip("/")
            yield mount


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _write(path: str, text: str) -> bool:
    try:
        with open(path, "r+", encoding="ascii") as file:
            file.write(text)
    except OSError:
        return False
    return True
