"""Identify the machine, so that samples of different machines are never mixed."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from codeopt.model.machine import Fingerprint
from codeopt.model.project import Interpreter


def fingerprint(interpreter: Interpreter) -> Fingerprint:
    """Describe this machine, and its load now."""
    return Fingerprint(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        kernel=f"{platform.system()} {platform.release()}",
        python=".".join(map(str, interpreter.version)),
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
