"""Judge the judge: how often identical code is called faster, and true gains are found.

Usage: python benchmarks/judge.py [--short] [--neighbours N] [--min-speedup 1.01] [--trials N]

Each trial makes a project of one function, records calls of it, and asks codeopt and the usual
rules in turns, in the same minute, whether a rewrite is faster whose true gain is known: a body
that does so much less work. Rates come with exact 95 % intervals (Clopper and Pearson 1934,
Biometrika 26).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import pickle
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import comb
from pathlib import Path

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import MeasureSettings
from codeopt.harness import calls as call_file
from codeopt.measure.bench import Bench
from codeopt.measure.noise import measure_noise
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Recording
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.worker import Place

BODIES = {
    "dict": "found[k & 63] = found.get(k & 63, 0) + number",
    "strings": "text = str(k + number).zfill(9)[2:].upper()",
    "numeric": "total = (total * 31 + k * number) % 1000003",
    "allocation": "kept = [(k, number), [k], {k: number}]",
    "sort": "kept = sorted(data[k % 7 : k % 7 + 20])",
    "regex": "kept = pattern.match(texts[k & 7])",
}
TEMPLATE = """
import re

pattern = re.compile(r"([a-z]+)=(\\\\d+);?")
texts = ["key=%d;" % (37 * k) for k in range(8)]
data = [(k * 7919) % 101 for k in range(60)]


def f({number}):
    {found}, {total} = {{}}, 0
    for k in range({units}):
        {body}
    return {number}
"""
EFFECTS = {"identical": 0.0, "neutral": 0.0, "2 %": 0.02, "5 %": 0.05, "10 %": 0.10, "30 %": 0.30}
_TIMER = """
import importlib.util, json, sys, time
spec = importlib.util.spec_from_file_location("mod", sys.argv[1])
mod = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mod)
f, seconds, rounds, out = mod.f, float(sys.argv[2]), int(sys.argv[3]), []
calls = 1
while True:
    started = time.perf_counter()
    for n in range(calls): f(n)
    if time.perf_counter() - started > 0.001: break
    calls *= 2
end = time.perf_counter() + seconds
while len(out) < rounds or (seconds and time.perf_counter() < end):
    started = time.perf_counter()
    for n in range(calls): f(n)
    out.append((time.perf_counter() - started) / calls)
print(json.dumps(out))
"""


def source(kind: str, units: int, *, renamed: bool = False) -> str:
    """Write a module whose function does ``units`` pieces of work."""
    names = {"number": "number", "found": "found", "total": "total"}
    body = BODIES[kind]
    if renamed:
        names = {name: f"the_{name}" for name in names}
        for name, other in names.items():
            body = body.replace(name, other)
    return TEMPLATE.format(units=units, body=body, **names)


@dataclass
class Case:
    """One trial: a project with a rewrite of known effect."""

    directory: Path
    kind: str
    effect: str
    units: int
    seed: int
    slower: bool = False

    def texts(self) -> tuple[str, str]:
        """Return the texts of original and candidate."""
        more = round(self.units * (1 + EFFECTS[self.effect]))
        old, new = (self.units, more) if self.slower else (more, self.units)
        renamed = self.effect == "neutral"
        return source(self.kind, old), source(self.kind, new, renamed=renamed)

    def files(self) -> tuple[Path, Path]:
        """Write both versions."""
        paths = self.directory / "mod.py", self.directory / "new.py"
        for path, text in zip(paths, self.texts(), strict=True):
            path.write_text(text)
        return paths


def codeopt_rule(case: Case, least: float, alpha: float) -> bool:
    """Ask codeopt."""
    case.files()
    python = this_interpreter()
    file = case.directory / "recorded.calls"
    metadata = {"count": 50, "size": 1, "group": "", "outcome": None}
    rows = [({**metadata, "order": n}, pickle.dumps(((n,), {}))) for n in range(40)]
    header = {"target": "f", "module": "mod", "path": "mod.py", "sys_path": []}
    call_file.write(file, header, rows)
    workload = Workload(WorkloadKind.SCRIPT, ("{python}", "-c", "pass"), "none")
    place = Place(PlainSandbox(), python, case.directory, read=(file,))
    project = Project(case.directory, python, ("",), None, workload)
    recording = Recording(FunctionId("mod.py", "f"), file, "", len(rows), 2000)
    bench = Bench(place, project, MeasureSettings(min_speedup=least))
    found = bench.measure(recording, {"mod.py": case.texts()[1]}, alpha=alpha, seed=case.seed)
    return found.reason is None and found.bound > least


def timed(path: Path, seconds: float, rounds: int) -> list[float]:
    """Time a version in a process of its own."""
    argv = [sys.executable, "-c", _TIMER, str(path), str(seconds), str(rounds)]
    return json.loads(subprocess.run(argv, capture_output=True, check=True, text=True).stdout)


def simple_rule(
    reduce: Callable[[list[float]], float], seconds: float, rounds: int
) -> Callable[[Case, float, float], bool]:
    """Make a rule: one version after the other, more than 5 % apart (or as much as is asked)."""

    def rule(case: Case, least: float, _alpha: float) -> bool:
        old, new = (reduce(timed(path, seconds, rounds)) for path in case.files())
        return old / new > max(least, 1.01)

    return rule


RULES: dict[str, Callable[[Case, float, float], bool]] = {
    "codeopt": codeopt_rule,
    "mean of 5": simple_rule(statistics.fmean, 0, 5),
    "best of 5": simple_rule(min, 0, 5),
    "benchmark compare (min, 0.5 s)": simple_rule(min, 0.5, 5),
    "min over 2 s a side": simple_rule(min, 2.0, 5),
}


def this_interpreter() -> Interpreter:
    """Describe the interpreter that runs this script."""
    prefixes = (Path(sys.prefix), Path(sys.base_prefix))
    return Interpreter(Path(sys.executable), sys.version_info[:3], prefixes)


@dataclass
class Tally:
    """Count what a rule said about an effect."""

    yes: int = 0
    all: int = 0
    seconds: list[float] = field(default_factory=list)

    def row(self) -> str:
        """Return rate, exact interval and median time."""
        low, high = exact_interval(self.yes, self.all)
        rate = f"{self.yes}/{self.all} = {self.yes / self.all:.1%} ({low:.1%}–{high:.1%})"
        return f"{rate:34} {statistics.median(self.seconds):6.2f} s"


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


def trials(options: argparse.Namespace) -> dict[tuple[str, str], Tally]:
    """Run all trials in random order, all rules on the same code in the same minute."""
    rng = random.Random(options.seed)
    effects = options.effects or (["identical", "5 %", "10 %"] if options.short else list(EFFECTS))
    rules = options.rules or (["codeopt", "mean of 5", "best of 5"] if options.short else RULES)
    kinds = options.kinds or list(BODIES)
    cases = [(e, k) for e in effects for k in kinds for _ in range(options.trials)]
    rng.shuffle(cases)
    tallies: dict[tuple[str, str], Tally] = {}
    deadline = time.monotonic() + options.seconds
    for effect, kind in cases:
        if time.monotonic() > deadline:
            break
        for rule in rules:
            trial(effect, kind, rule, rng, options, tallies)
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return tallies


def trial(
    effect: str,
    kind: str,
    rule: str,
    rng: random.Random,
    options: argparse.Namespace,
    tallies: dict[tuple[str, str], Tally],
) -> None:
    """Ask one rule about one case."""
    with tempfile.TemporaryDirectory() as directory:
        seed = rng.randrange(1 << 30)
        case = Case(Path(directory), kind, effect, options.units, seed, options.slower)
        started = time.monotonic()
        said = RULES[rule](case, options.min_speedup, options.alpha)
        tally = tallies.setdefault((effect, rule), Tally())
        tally.yes += said
        tally.all += 1
        tally.seconds.append(time.monotonic() - started)
        if options.log:
            with Path(options.log).open("a") as file:
                file.write(json.dumps([effect, kind, rule, said, seed, tally.seconds[-1]]) + "\n")


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="end within five minutes")
    parser.add_argument("--trials", type=int, default=0, help="trials for each effect and kind")
    parser.add_argument("--neighbours", type=int, default=0, help="noisy processes beside")
    parser.add_argument("--min-speedup", type=float, default=1.01)
    parser.add_argument("--alpha", type=float, default=0.005, help="budget of one confirmation")
    parser.add_argument("--units", type=int, default=300, help="work in a call (about 30-200 µs)")
    parser.add_argument("--slower", action="store_true", help="the rewrite is slower by the effect")
    parser.add_argument("--seconds", type=float, default=0, help="most seconds in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--effects", nargs="*", choices=list(EFFECTS))
    parser.add_argument("--kinds", nargs="*", choices=list(BODIES))
    parser.add_argument("--rules", nargs="*", choices=list(RULES))
    parser.add_argument("--log", default="", help="append one JSON line a trial to this file")
    options = parser.parse_args()
    options.trials = options.trials or (3 if options.short else 50)
    options.seconds = options.seconds or (240 if options.short else 86_400)
    return options


def main() -> None:
    """Run the trials and print the table."""
    options = parse()
    with tempfile.TemporaryDirectory() as directory, neighbours(options.neighbours):
        place = Place(PlainSandbox(), this_interpreter(), Path(directory))
        print(f"noise: {measure_noise(place, alpha=options.alpha, seconds=20)}")
        tallies = trials(options)
    print(f"called faster, asked for at least {options.min_speedup:.2f}×:")
    for (effect, rule), tally in sorted(tallies.items()):
        print(f"{effect:10} {rule:32} {tally.row()}")


if __name__ == "__main__":
    main()
