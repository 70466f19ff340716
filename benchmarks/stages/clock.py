"""The clock of these benchmarks: CPU seconds, which other work on the machine does not use up."""

from __future__ import annotations

import resource
import time
from pathlib import Path


def cpu() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


def peak() -> float:
    """Return the most memory that this process ever held, in MB (1,048,576 bytes).

    The resource module would count what the parent held when it forked.
    """
    status = Path("/proc/self/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
