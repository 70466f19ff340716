"""Run the whole fault matrix and write its results to docs/reliability.md.

``python -m tests.faults`` takes an hour or so. Each part is kept in ``--results`` when it is done
and not done again; ``--only TEXT`` does the parts whose names hold a text and writes no page.
A page that lacks parts is written only with ``--partial``. Exit code 1 if anything is wrong.
The faults of disks need root, that of the clock a C compiler: they are left out by name elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from codeopt.adapters.sandboxes.select import choose_sandbox
from codeopt.config import SandboxSettings
from tests.conftest import pytest_configure
from tests.faults import candidates, endpoints, page
from tests.faults.faults import FAULTS, Fault
from tests.faults.matrix import row

_PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_OWN_MOUNTS = "FAULTS_OWN_MOUNTS"
Part = Callable[[Path], Any]


def parts() -> Iterator[tuple[str, Part]]:
    """Name the parts, each with what makes its results."""
    for fault in FAULTS:
        yield f"run: {fault.name}", _row(fault)
    for stage in candidates.STAGES:
        yield f"candidates: {stage}", _candidates(stage)
    yield "endpoints", lambda directory: [_met(seen) for seen in endpoints.meet()]


def _row(fault: Fault) -> Part:
    return lambda directory: asdict(row(fault, directory))


def _candidates(stage: str) -> Part:
    def work(directory: Path) -> list[Any]:
        court = candidates.Court(choose_sandbox(SandboxSettings()), directory / "court")
        seen = candidates.try_all(court, candidates.FAULTS, (stage,))
        return [asdict(each) for each in seen]

    return work


def _met(seen: endpoints.Seen) -> dict[str, Any]:
    return {
        "name": seen.case.name,
        "outcome": seen.outcome,
        "asks": seen.asks,
        "cost": seen.cost,
        "expected": seen.outcome == seen.case.outcome and seen.cost == seen.case.cost,
    }


def _do(name: str, part: Part, results: Path) -> None:
    """Do one part, unless it is done."""
    file = results / f"{name.replace(': ', '-').replace(' ', '-')}.json"
    if file.exists():
        return
    directory = Path(tempfile.mkdtemp(prefix="codeopt-faults-"))
    try:
        found = part(directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    file.write_text(json.dumps({"name": name, "found": found}, indent=1) + "\n", "utf-8")
    print(f"{name}: {found}", flush=True)


def _with_own_mounts() -> None:
    """Start again where mounts are seen by nobody else and end with the process."""
    if os.getuid() == 0 and shutil.which("unshare") and _OWN_MOUNTS not in os.environ:
        own = ["unshare", "--mount", "--propagation", "private"]
        if subprocess.run([*own, "true"], check=False).returncode == 0:
            os.environ[_OWN_MOUNTS] = "1"
            os.execvp(own[0], [*own, sys.executable, "-m", "tests.faults", *sys.argv[1:]])


def main() -> None:
    """Do the parts and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=Path(".faults"))
    parser.add_argument("--only", default="", help="do the parts whose names hold this text")
    parser.add_argument("--partial", action="store_true", help="write the page with what is done")
    options = parser.parse_args()
    _with_own_mounts()
    pytest_configure()  # let Ctrl-C reach what is started here
    os.environ.setdefault("OPENAI_API_KEY", "sk-loopback-only-0000")
    options.results.mkdir(parents=True, exist_ok=True)
    for name, part in parts():
        if options.only in name:
            _do(name, part, options.results)
    if not options.only or options.partial:
        documents = [json.loads(path.read_text("utf-8")) for path in options.results.glob("*.json")]
        found = {each["name"]: each["found"] for each in documents}
        text = page.written(found, [name for name, _ in parts()])
        _PAGE.write_text(text, "utf-8")
        sys.exit(page.MARK in text)


if __name__ == "__main__":
    main()
