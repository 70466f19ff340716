"""A Dask scheduler and workers on loopback, in processes of their own that a test may kill."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUIET = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__SCHEDULER__WORK_STEALING": "False",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "60s",
}


@dataclass
class Cluster:
    """Hold the processes; ``address`` is the scheduler's, ``workers`` are by name."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start_worker(self, name: str, home: Path, *, timing: bool = False) -> None:
        """Start a worker of one thread."""
        words = [self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny"]
        words += ["--no-dashboard", "--name", name, "--local-directory", str(home)]
        words += ["--resources", "timing=1"] if timing else []
        command = [sys.executable, "-m", "distributed.cli.dask_worker", *words]
        self.workers[name] = _start(command, home)


@contextmanager
def cluster(home: Path, *, workers: int = 2) -> Iterator[Cluster]:
    """Start a scheduler and workers of which the first may measure; end them with the block."""
    file = home / "scheduler.json"
    words = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    scheduler = _start([sys.executable, "-m", "distributed.cli.dask_scheduler", *words], home)
    found = Cluster("", scheduler)
    try:
        deadline = time.monotonic() + 120
        while not found.address:
            assert scheduler.poll() is None
            assert time.monotonic() < deadline
            with contextlib.suppress(OSError, ValueError):
                found.address = json.loads(file.read_text("utf-8"))["address"]
            time.sleep(0.05)
        for number in range(workers):
            found.start_worker(f"w{number}", home, timing=number == 0)
        yield found
    finally:
        for process in (scheduler, *found.workers.values()):
            process.kill()
            process.wait()


def _start(command: list[str], home: Path) -> subprocess.Popen[bytes]:
    own = {"PYTHONPATH": str(ROOT), "TMPDIR": str(home), "XDG_RUNTIME_DIR": str(home)}
    with (home / "cluster.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=home, env={**os.environ, **QUIET, **own}, stdout=log, stderr=log
        )
