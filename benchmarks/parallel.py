"""Decide one recorded run again with more workers: are the decisions the same, and what is gained?

Usage: python benchmarks/parallel.py [--projects P …] [--targets N] [--jobs N …] [--dask N …]
           [--samples N]

The first run of a project records the answers of a scripted loopback endpoint: the rewrites of
``benchmarks/answers``, written by hand, right and wrong ones in turn, and the same with a further
assignment that does nothing, so that there are candidates to verify at once (other names of
variables would not do: such answers count as equal). Then the same answers are replayed with each
number of jobs, and with clusters of so many Dask workers on loopback; whether each candidate passed
and what each check said is compared with the first way. ``verified`` is candidates for each second
in which nothing but their behaviour is compared, as a ratio to the first way of its kind (jobs,
Dask), then to the first of all; on Dask the time in which workers prepare themselves is in it.
``inputs`` is on how many made-up inputs the candidates that passed were compared, on average: the
original answers them for a limited time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.answering import NOTHING, written
from benchmarks.grounds import TARGETS, codeopt
from fixtures import plant
from tests.support.cluster import cluster
from tests.support.endpoint import Act, Ask, Endpoint, text

PROJECTS = ("loglens", "textkit")
# each way does the same work: verified at once, a candidate knows nothing of what others teach
_ALIKE = ("--without", "simplify", "--without", "disagreement")
_COMPARING = ("gate", "oracle", "inputs", "behaviour")
PASSED = "passed"  # which of several that are equally fast is kept, the clock decides
Decisions = dict[str, tuple[object, ...]]


class Again:
    """Answer with the rewrites that are written down, over and over, each time in other words."""

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()

    def __call__(self, ask: Ask) -> Act:
        if "That answer cannot be used" in ask.prompt:
            return text(NOTHING, usage=None)
        name = ask.target.rpartition("::")[2]
        answers = written(name)["rewrite"]
        turn, which = divmod(self._asked[name], len(answers))
        self._asked[name] += 1
        found = answers[which]
        if turn:
            head, quotes, body = found.rpartition('"""\n')  # of the docstring
            found = f"{head}{quotes}    turn = {turn}\n{body}"
        return text(found, usage=None)


@dataclass(frozen=True)
class Way:
    """Hold what one way of running came to; ``verifying`` is the part of its seconds for that.

    ``inputs`` is the mean number of made-up inputs on which a candidate that passed was compared.
    """

    name: str
    decisions: Decisions
    kept: tuple[str, ...]
    seconds: float
    verifying: float
    inputs: float

    @property
    def kind(self) -> str:
        """Name the executor."""
        return "jobs" if self.name.startswith("--jobs") else "Dask"


def run(root: Path, words: Sequence[str], name: str) -> Way:
    """Run codeopt on a project and read what it decided."""
    own = root.parent / f"own-{root.name}-{name.strip('-')}"
    started = time.monotonic()
    strategies = ["-s", "best-of-n", "--memory", "none", *_ALIKE]
    codeopt("run", *words, *strategies, "-q", root=root, own=own)
    seconds = time.monotonic() - started
    report = json.loads(codeopt("report", "--format", "json", root=root))
    decisions, inputs = {}, []
    for number, each in enumerate([*report["kept"], *report["rejected"]]):
        key = f"{each['target']} {each['technique']} {each['diff'] or number}"
        reason = each.get("reason") or {"code": PASSED}
        code = PASSED if reason["code"] == "superseded" else reason["code"]
        compared = [check for check in each["checks"] if check["check"] in _COMPARING]
        decisions[key] = (code, *((check["check"], check["same"]) for check in compared))
        made = (check for check in compared if check["check"] == "inputs" and check["same"])
        inputs += [check["compared"] for check in made]
    kept = tuple(sorted(each["target"] for each in report["kept"]))
    return Way(name, decisions, kept, seconds, verifying(root), fmean(inputs))


def verifying(root: Path) -> float:
    """Return the seconds of the latest run in which candidates were compared, from its log."""
    latest = max((root / ".git" / "codeopt" / "runs").iterdir())
    rows = [json.loads(line) for line in (latest / "log.jsonl").read_text().splitlines()]
    times = [datetime.fromisoformat(row["time"]) for row in rows]
    compared = [str(row.get("check", "")).startswith(_COMPARING) for row in rows]
    spans = zip(times, times[1:], compared, strict=False)
    return sum((after - before).total_seconds() for before, after, wanted in spans if wanted)


def compare(project: str, options: argparse.Namespace, place: Path) -> list[Way]:
    """Record one run of a project and decide it again in each way."""
    root = plant(project, place / project)
    targets = TARGETS[project][: options.targets]
    words = [*targets, "--samples", str(options.samples), "--in-flight", str(options.samples)]
    with Endpoint(Again()) as endpoint:
        model = ["--model", "openai/by-hand", "--api-base", endpoint.url]
        run(root, [*words, *model, "--jobs", "1"], "recording")
    runs = sorted((root / ".git" / "codeopt" / "runs").iterdir())
    if not (runs[-1] / "replies").is_dir():
        raise SystemExit(f"nothing was recorded:\n{codeopt('report', root=root)}")
    replies = ["--model", f"replay:{runs[-1] / 'replies'}"]
    words += replies
    found = [run(root, [*words, "--jobs", str(n)], f"--jobs {n}") for n in options.jobs]
    for count in options.dask:
        home = place / f"dask-{project}-{count}"
        home.mkdir()
        with cluster(home, workers=count) as workers:
            more = ["--executor", "dask", "--scheduler", workers.address]
            found.append(run(root, [*words, *more], f"{count} Dask workers"))
    return found


def table(project: str, ways: Sequence[Way]) -> str:
    """Return one row for each way, compared with the first."""
    first, lines = ways[0], []
    for way in ways:
        base = next(each for each in ways if each.kind == way.kind)
        keys = first.decisions.keys() | way.decisions.keys()
        same = sum(first.decisions.get(key) == way.decisions.get(key) for key in keys)
        ratios = (
            base.verifying / way.verifying,
            first.verifying / way.verifying,
            first.seconds / way.seconds,
        )
        shown = [f"{ratio:.2f}×" for ratio in ratios]
        counts = [f"{same} of {len(keys)}", str(len(way.kept)), f"{way.inputs:.0f}"]
        row = [project, way.name, *counts, *shown]
        lines.append(f"| {' | '.join(row)} |")
        for key in sorted(keys):
            one, two = first.decisions.get(key), way.decisions.get(key)
            if one != two:
                print(f"{way.name}: {key.splitlines()[0]}: {one} then {two}", file=sys.stderr)
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--projects", nargs="+", default=PROJECTS, choices=PROJECTS)
    parser.add_argument("--jobs", nargs="+", type=int, default=(1, 2))
    parser.add_argument("--samples", type=int, default=8, help="candidates for each function")
    parser.add_argument("--targets", type=int, default=3, help="so many of a project's")
    parser.add_argument("--dask", nargs="*", type=int, default=())
    options = parser.parse_args(arguments)
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        for project in options.projects:
            rows.append(table(project, compare(project, options, Path(directory))))
    print(
        "| project | way | same decisions | kept | inputs | verified | to the first | whole run |"
    )
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
