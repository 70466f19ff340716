"""Measure what each stage of codeopt costs itself, and draw how it grows.

    python benchmarks/stages [--only WORDS] [--to FILE] [--stored FILE ...]

Runs the benchmarks of this folder with pytest-benchmark by CPU time, prints tables, and draws
``docs/pictures/performance-*.svg``. Takes about ten minutes. ``--only`` is pytest's ``-k``, and
draws nothing; ``--to`` is where the figures go (``.demo/stages.json``), and ``--stored`` reads such
files and measures nothing, so that a busy machine can be given parts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import figures

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STORED = ROOT / ".demo" / "stages.json"


def main() -> int:
    """Run, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="expression of pytest -k")
    parser.add_argument("--to", type=Path, default=STORED, help="where the figures go")
    parser.add_argument("--stored", type=Path, nargs="+", help="read files and measure nothing")
    options = parser.parse_args()
    if not options.stored and (code := measure(options.only, options.to)):
        return code
    points, ways = figures.read(options.stored or [options.to])
    print(f"load average now: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    if points:
        print(figures.scaling_table(points))
    print(figures.ways_table(ways))
    if points and not options.only:
        figures.draw(points, ROOT / "docs" / "pictures")
    return 0


def measure(only: str, file: Path) -> int:
    """Run the benchmarks; return pytest's exit code."""
    file.parent.mkdir(exist_ok=True)
    words = ["-c", HERE / "pytest.ini", HERE, "-q", f"--benchmark-json={file}"]
    words += ["-k", only] if only else []
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
