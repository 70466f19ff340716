"""Judge the judge: how often identical code is called faster, and true gains are found.

Usage: python benchmarks/judge.py [--short] [--neighbours N] [--log FILE] [--seconds N]

Each trial makes a project of one function, records calls of it, and asks codeopt, and in a part of
the trials the usual rules too, in the same minute, whether a rewrite is faster whose true gain is
known. Rates come with exact 95 % intervals (Clopper and Pearson 1934, Biometrika 26, 404). The
trials and their order follow from the seed: with the same --log a run that was cut short goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import comb, log
from pathlib import Path
from typing import Any

from rewrites import BODIES, EFFECTS, Case
from rivals import RIVALS

from codeopt.adapters.sandboxes.select import choose_sandbox
from codeopt.bytecode import compiled
from codeopt.config import MeasureSettings, SandboxSettings
from codeopt.harness import calls as call_file
from codeopt.measure.bench import Bench
from codeopt.measure.noise import Noise, least_seconds, measure_noise
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Measurement, Recording
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.ports import Sandbox
from codeopt.worker import Place

CODEOPT = "codeopt"
ALPHA = 0.005  # what the first confirmation of a run gets of the default budget


@dataclass(frozen=True)
class Part:
    """Say how many trials of an effect are made at a setting, and how many the rivals take too."""

    effect: str
    least: float
    trials: int
    rivals: tuple[tuple[str, int], ...] = ()
    slower: bool = False

    @property
    def title(self) -> str:
        """Name the part in the table."""
        change = self.effect if not EFFECTS[self.effect] else f"{self.effect} faster"
        change = f"{self.effect} slower" if self.slower else change
        return f"{change}, asked for {self.least:.2f}×"


FEW = (("mean of 5", 60), ("best of 5", 60), ("pytest-benchmark compare", 12))
LONG = (
    Part("identical", 1.05, 600, (*FEW, ("min of 10 s a side", 12))),
    Part("neutral", 1.05, 600, (*FEW, ("min of 10 s a side", 12))),
    Part("identical", 1.01, 150),
    Part("neutral", 1.01, 150),
    *(Part(effect, 1.01, 102, slower=True) for effect in ("2 %", "5 %", "10 %", "30 %")),
    Part("2 %", 1.01, 36),
    Part("5 %", 1.01, 60, (("mean of 5", 60), ("best of 5", 60), ("min of 10 s a side", 6))),
    Part("10 %", 1.01, 60, (("mean of 5", 60), ("best of 5", 60), ("min of 10 s a side", 6))),
    Part("30 %", 1.05, 60),
)
BRIEF = (("mean of 5", 6), ("best of 5", 6), ("pytest-benchmark compare", 2))
SHORT = (
    Part("identical", 1.05, 36, (*BRIEF, ("min of 2 s a side", 4))),
    Part("neutral", 1.05, 36, BRIEF),
    Part("5 %", 1.05, 12, slower=True),
    Part("5 %", 1.01, 12, BRIEF),
    Part("10 %", 1.01, 12, BRIEF),
    Part("30 %", 1.05, 12),
)


@dataclass(frozen=True)
class Trial:
    """Ask one rule about one case."""

    part: Part
    kind: str
    number: int
    rule: str

    @property
    def key(self) -> list[Any]:
        """Identify the trial in the log."""
        part = self.part
        return [part.effect, part.slower, part.least, self.kind, self.number, self.rule]


def codeopt_rule(case: Case, least: float, sandbox: Sandbox) -> Measurement:
    """Ask codeopt."""
    case.files()
    python = this_interpreter()
    file = case.directory / "recorded.calls"
    metadata = {"count": 50, "size": 1, "group": "", "outcome": None}
    rows = [({**metadata, "order": n}, pickle.dumps(((n,), {}))) for n in range(40)]
    header = {"target": "f", "module": "mod", "path": "mod.py", "sys_path": []}
    call_file.write(file, header, rows)
    workload = Workload(WorkloadKind.SCRIPT, ("{python}", "-c", "pass"), "none")
    place = compiled(Place(sandbox, python, case.directory, read=(file,)), case.directory.parent)
    project = Project(case.directory, python, ("",), None, workload)
    recording = Recording(FunctionId("mod.py", "f"), file, "", len(rows), 2000)
    bench = Bench(place, project, MeasureSettings(min_speedup=least))
    return bench.measure(recording, {"mod.py": case.texts()[1]}, alpha=ALPHA, seed=case.seed)


def this_interpreter() -> Interpreter:
    """Describe the interpreter that runs this script."""
    prefixes = (Path(sys.prefix), Path(sys.base_prefix))
    return Interpreter(Path(sys.executable), sys.version_info[:3], prefixes)


def planned(parts: tuple[Part, ...], seed: int) -> list[Trial]:
    """List all trials in the order in which they are made: every part progresses alike.

    The rules that judge the same case follow each other.
    """
    rng = random.Random(seed)
    placed: list[tuple[float, list[Trial]]] = []
    for part in parts:
        kinds = [kind for _ in range(part.trials // len(BODIES) + 1) for kind in BODIES]
        for number, kind in enumerate(kinds[: part.trials]):
            rules = [
                CODEOPT,
                *(rule for rule, count in part.rivals if _spread(number, count, part)),
            ]
            rng.shuffle(rules)
            trials = [Trial(part, kind, number, rule) for rule in rules]
            placed.append(((number + rng.random()) / part.trials, trials))
    return [trial for _, trials in sorted(placed, key=lambda each: each[0]) for trial in trials]


def _spread(number: int, count: int, part: Part) -> bool:
    """Tell whether this case is one of the ``count`` that are spread over all of the part."""
    return number * count // part.trials != (number + 1) * count // part.trials


def run(trial: Trial, options: argparse.Namespace, sandbox: Sandbox) -> dict[str, Any]:
    """Make one trial and return its row for the log."""
    with tempfile.TemporaryDirectory() as directory:
        seed = random.Random(f"{options.seed} {trial.key[:5]}").randrange(1 << 30)
        part = trial.part
        tree = Path(directory).resolve() / "tree"
        tree.mkdir()
        case = Case(tree, trial.kind, part.effect, options.units, seed, part.slower)
        started = time.monotonic()
        if trial.rule == CODEOPT:
            found = codeopt_rule(case, part.least, sandbox)
            said = found.reason is None and found.bound > part.least
            reason = found.reason.code.value if found.reason else ""
        else:
            said, reason = RIVALS[trial.rule](case, part.least), ""
        return {
            "key": trial.key,
            "said": said,
            "reason": reason,
            "seconds": round(time.monotonic() - started, 4),
            "load": os.getloadavg()[0],
        }


def exact_interval(yes: int, total: int, tail: float = 0.025) -> tuple[float, float]:
    """Return the Clopper-Pearson interval of a proportion."""

    def at_most(count: int, p: float) -> float:
        return sum(comb(total, k) * p**k * (1 - p) ** (total - k) for k in range(count + 1))

    def solve(holds: Callable[[float], bool]) -> float:
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return low

    lower = solve(lambda p: 1 - at_most(yes - 1, p) < tail) if yes else 0.0
    upper = solve(lambda p: at_most(yes, p) > tail) if yes < total else 1.0
    return lower, upper


@contextlib.contextmanager
def neighbours(count: int) -> Iterator[None]:
    """Run processes beside the trials that work and rest in turns."""
    body = (
        "import random, time\n"
        "while True:\n"
        "    end = time.time() + random.random() * 2\n"
        "    while time.time() < end: sum(range(10000))\n"
        "    time.sleep(random.random() * 2)\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", body]) for _ in range(count)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def stored(path: str) -> list[dict[str, Any]]:
    """Read the rows of the log."""
    if not path or not Path(path).exists():
        return []
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def trials(options: argparse.Namespace, parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    """Make the trials that the log does not hold, until the time is up; return all rows."""
    rows = stored(options.log)
    done = {json.dumps(row["key"]) for row in rows}
    sandbox = choose_sandbox(SandboxSettings())
    deadline = time.monotonic() + options.seconds
    for trial in planned(parts, options.seed):
        if json.dumps(trial.key) in done:
            continue
        if time.monotonic() > deadline:
            break
        rows.append(run(trial, options, sandbox))
        if options.log:
            with Path(options.log).open("a") as file:
                file.write(json.dumps(rows[-1]) + "\n")
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows


def table(rows: list[dict[str, Any]], parts: tuple[Part, ...], noise: Noise | None) -> None:
    """Print the rates by part and rule, with intervals, times, and what the noise allows."""
    print(f"{'':44} {'called faster':>34} {'median':>8} {'90 %':>8} {'load':>5}")
    for part in parts:
        print(part.title + _least_time(part, noise))
        for rule in (CODEOPT, *RIVALS):
            key = [part.effect, part.slower, part.least]
            own = [r for r in rows if r["key"][:3] == key and r["key"][5] == rule]
            if own:
                print(f"    {rule:40} {_row(own)}")


def _row(rows: list[dict[str, Any]]) -> str:
    yes = sum(row["said"] for row in rows)
    low, high = exact_interval(yes, len(rows))
    rate = f"{yes}/{len(rows)} = {yes / len(rows):.1%} ({low:.1%}-{high:.1%})"
    seconds = sorted(row["seconds"] for row in rows)
    middle, late = statistics.median(seconds), seconds[int(0.9 * (len(seconds) - 1))]
    load = statistics.median(row["load"] for row in rows)
    return f"{rate:>34} {middle:6.2f} s {late:6.2f} s {load:5.1f}"


def _least_time(part: Part, noise: Noise | None) -> str:
    if noise is None or part.slower or not EFFECTS[part.effect]:
        return ""
    effect = log((1 + EFFECTS[part.effect]) / part.least)
    return f" (the noise allows {least_seconds(noise, effect, ALPHA):.1f} s at the least)"


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="end within five minutes")
    parser.add_argument("--neighbours", type=int, default=0, help="noisy processes beside")
    parser.add_argument("--units", type=int, default=300, help="work in a call (about 30-200 µs)")
    parser.add_argument("--seconds", type=float, default=0, help="most seconds in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--effects", nargs="*", choices=list(EFFECTS), help="only these")
    parser.add_argument("--power", action="store_true", help="true gains only")
    parser.add_argument("--slower", action="store_true", help="true slow-downs only")
    parser.add_argument("--log", default="", help="keep one JSON line a trial here, and go on")
    options = parser.parse_args()
    options.seconds = options.seconds or (270 if options.short else 86_400)
    return options


def main() -> None:
    """Run the trials and print the table."""
    options = parse()
    parts = SHORT if options.short else LONG
    if options.effects:
        parts = tuple(part for part in parts if part.effect in options.effects)
    if options.power:
        parts = tuple(p for p in parts if EFFECTS[p.effect] and not p.slower)
    if options.slower:
        parts = tuple(part for part in parts if part.slower)
    with tempfile.TemporaryDirectory() as directory, neighbours(options.neighbours):
        os.environ["XDG_RUNTIME_DIR"] = directory  # no waiting for other users' measurements
        sandbox = choose_sandbox(SandboxSettings())
        place = Place(sandbox, this_interpreter(), Path(directory).resolve())
        noise = measure_noise(place, alpha=ALPHA, seconds=20)
        print(f"noise at the start: {noise}", flush=True)
        rows = trials(options, parts)
        table(rows, parts, noise)


if __name__ == "__main__":
    main()
