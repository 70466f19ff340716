"""Spend one small budget on all functions of a project: by turns, and one function after the other.

Usage: python benchmarks/budget.py [--projects P …] [--tokens N …]

The answers are those of ``benchmarks/answers``, written by hand. Each run is one of `auto` over all
functions of a project with a cap of so many tokens for all of them together. What is saved is the
share of the workload's time that the kept patches take away, as their functions' shares and
measured speed-ups give it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.answering import ByHand
from benchmarks.grounds import TARGETS, codeopt
from fixtures import plant
from tests.support.endpoint import Endpoint

PROJECTS = ("almanac", "loglens", "textkit")
WAYS = {"by turns": (), "one after the other": ("--without", "bandit")}


def spend(root: Path, way: str, tokens: int) -> dict[str, Any]:
    """Run once and return its report."""
    words = [*TARGETS[root.name], "--strategy", "auto", "--memory", "none", "--without", "simplify"]
    with Endpoint(ByHand()) as endpoint:
        model = ["--model", "openai/by-hand", "--api-base", endpoint.url]
        cap = ["--max-tokens", str(tokens), "-q", *WAYS[way]]
        codeopt("run", *words, *model, *cap, root=root, own=root.parent / "own")
    found: dict[str, Any] = json.loads(codeopt("report", "--format", "json", root=root))
    return found


def saved(report: dict[str, Any]) -> float:
    """Return the share of the workload's time that the kept patches save."""
    shares = {each["target"]: each["cumulative_share"] for each in report["hotspots"]}
    kept = {each["target"]: each["speedup"]["estimate"] for each in report["kept"]}
    saves = (shares.get(target, 0.0) * (1 - 1 / speedup) for target, speedup in kept.items())
    return float(sum(saves))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--projects", nargs="+", default=PROJECTS, choices=PROJECTS)
    parser.add_argument("--tokens", nargs="+", type=int, default=(12_000, 24_000))
    options = parser.parse_args(arguments)
    print("| project | cap | way | asked for | kept | time saved | tokens |")
    print("|---|---|---|---|---|---|---|")
    for project in options.projects:
        for tokens in options.tokens:
            for way in WAYS:
                with tempfile.TemporaryDirectory() as directory:
                    report = spend(plant(project, Path(directory) / project), way, tokens)
                tried = {e["target"] for e in [*report["kept"], *report["rejected"]] if e["model"]}
                spent = report["cost"]["prompt_tokens"] + report["cost"]["completion_tokens"]
                row = (project, f"{tokens:,}", way, f"{len(tried)} of {len(TARGETS[project])}")
                more = (len(report["kept"]), f"{saved(report):.0%}", f"{spent:,}")
                print(f"| {' | '.join(map(str, (*row, *more)))} |", flush=True)


if __name__ == "__main__":
    main()
