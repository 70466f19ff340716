"""Compile the harness and the private tree once, so that no process has to do it again.

A verdict takes dozens of processes, and each imports the project. They write no bytecode of their
own: what is there to be read was compiled before any code of the project ran.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from codeopt.worker import HARNESS, Place, WorkerFailed, run_job

_SECONDS = 20.0
_TIMEOUT = 60.0


def compiled(place: Place, scratch: Path) -> Place:
    """Compile the tree of a place (which nobody else may be using) and a copy of the harness.

    The copy is made in ``scratch``. Where compiling fails, the place is returned as it was: every
    process compiles for itself then.
    """
    harness = scratch / "harness"
    shutil.copytree(HARNESS, harness, ignore=shutil.ignore_patterns("__pycache__"))
    directories = [str(harness), str(place.tree)]
    job = {"job": "bytecode", "directories": directories, "seconds": _SECONDS}
    open_place = replace(place, write=(*place.write, harness, place.tree))
    try:
        run_job(open_place, job, timeout=_TIMEOUT)
    except WorkerFailed:
        return place
    return replace(place, harness=harness)
