"""Count the instructions of both versions: a second witness that load does not disturb.

Counts are those of valgrind's cachegrind (Nethercote and Seward 2007, PLDI, section 2: it runs the
program on a synthetic CPU), without its simulation of caches. A count repeats almost exactly with
one hash seed, and says nothing of cache misses, branch misses and waiting: it never claims alone.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from codeopt import foreign
from codeopt.measure.layout import Layout
from codeopt.measure.trial import Trial
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.machine import Witness
from codeopt.worker import Worker, WorkerFailed

INSTRUCTIONS = "instructions"
INSTALL = "install it (apt, dnf, pacman: valgrind)"
_SECONDS = 120.0
_MOST_BYTES = 64 << 20
_HASH_SEED = 1
_SUMMARY = re.compile(rb"^summary: (\d+)$", re.MULTILINE)


def check(wanted: str) -> None:
    """Raise where the second witness that is asked for is unknown or cannot be had."""
    if wanted not in ("", INSTRUCTIONS):
        raise UsageError(
            f"there is no witness called {wanted!r}", hint="there is one: instructions"
        )
    if wanted and not valgrind():
        text = "--witness instructions needs valgrind, which is not installed"
        raise PreconditionError(text, hint=f"{INSTALL}, or leave --witness out")


def valgrind() -> str:
    """Return the path of valgrind, "" where there is none."""
    return shutil.which("valgrind") or ""


def count(trial: Trial, layout: Layout) -> Witness | None:
    """Count the instructions of one pass of each version; None when they cannot be counted.

    Each version runs twice, with the pass and without it; the difference is the pass. All four
    run at once: counts do not mind.
    """
    runs = [(v, timed) for v in (trial.original, trial.candidate) for timed in (True, False)]
    try:
        with ThreadPoolExecutor(len(runs)) as pool:
            counts = list(pool.map(lambda run: _count(trial, run[0], layout, timed=run[1]), runs))
    except (WorkerFailed, OSError, ValueError):
        return None
    original, candidate = counts[0] - counts[1], counts[2] - counts[3]
    return Witness(INSTRUCTIONS, original, candidate) if min(original, candidate) > 0 else None


def _count(trial: Trial, version: Mapping[str, str], layout: Layout, *, timed: bool) -> int:
    """Run one version once under valgrind; return all instructions that it executed."""
    job = trial.job("count", overrides=dict(version), **{"pass": timed}, kind=layout.kind)
    job |= {"warm": list(layout.warm), "timed": list(layout.calls)}
    with tempfile.TemporaryDirectory(prefix="codeopt-witness-") as directory:
        out = Path(directory).resolve() / "counts"
        place = replace(trial.place, write=(*trial.place.write, out.parent))
        tool = (valgrind(), "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={out}")
        with Worker(place, job, hash_seed=_HASH_SEED, under=tool) as worker:
            frame = worker.receive(_SECONDS)
            if "error" in frame:
                raise WorkerFailed(f"{frame['error']}: {frame.get('text', '')}"[:400])
            worker.finish(_SECONDS)
        return read_count(foreign.read(out, _MOST_BYTES))


def read_count(text: bytes) -> int:
    """Return the total of a file of cachegrind's; ValueError when it holds none."""
    found = _SUMMARY.search(text)
    if found is None:
        raise ValueError("valgrind wrote no count")
    return int(found[1])
