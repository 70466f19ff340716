"""Run strategies side by side on the same functions, with the same answers and the same tokens.

Usage: python benchmarks/strategies.py [--strategies S …] [--projects P …] [--targets NAME …]
           [--tokens N] [--model NAME | --replies DIR] [--record DIR] [--without PART …]
           [--place DIR] [--results FILE] [--jobs N]
       python benchmarks/strategies.py --replay [RECORD] | --renew [RECORD]

By default the model is scripted: a loopback endpoint gives the answers of ``benchmarks/answers``,
which were written by hand, in order. Then the table shows what each strategy makes of equal answers
and what it pays for them, and nothing about which of them gets better answers out of a model. For
that, name a model.

Each strategy has the same cap of tokens for each function, and starts from the same tests, profile,
recorded calls and control, which are found out once a project. ``--record DIR`` writes down what
was asked and answered, and what was found about each candidate. ``--replay`` goes through a record
again without running or measuring anything, prints its tables, and fails where a prompt, a
candidate or a decision is not the same, byte for byte. ``--renew`` writes the record of this
directory: from another one, or by prompts that are worded otherwise now. ``--replies DIR`` takes
only the answers from a record, judges the candidates anew, and fails where what is wrong with them
is not the same. ``--results FILE`` keeps what is done, so that a run that was cut short goes on.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import platform
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.answering import ByHand
from benchmarks.grounds import TARGETS, Ground, codeopt, planted, prepare
from benchmarks.recorded import ARCHIVE, JOURNAL, keep, ledger_of, opened, pack
from benchmarks.replaying import NotRecorded, renew, replay
from benchmarks.standings import STRATEGIES, Result, answers, functions, met, result, totals
from codeopt.cli import wiring
from tests.support.endpoint import Endpoint

MOST_SHOWN = 3  # differences of one run
TRANSCRIPT = "transcript.txt"
# samples that a strategy may take: of a tree they are counted for each of its parts
SAMPLES = {"decompose": 2}
MOST = 4
REPLY = 1_200  # room that a call reserves in the cap for its answer
QUICK = ["--profile-seconds", "5", "--workload-seconds", "2"]


def measure(
    ground: Ground, target: str, strategy: str, options: argparse.Namespace, scratch: Path
) -> Result:
    """Run one strategy on one function."""
    name = target.rpartition("::")[2]
    place = scratch / f"{name}-{strategy}"
    flags: dict[str, Any] = {
        "strategy": (strategy,),
        "samples": SAMPLES.get(strategy, options.samples),
        "max_tokens": options.tokens,
        "max_cost": 100.0,
        "reply_tokens": REPLY,
        "measure_seconds": options.seconds,
        "workload_seconds": 2.0,
        "memory": "none",
        "without": tuple(options.without),
    }
    with ExitStack() as stack:
        if strategy != "catalogue":
            flags |= model(options, stack, f"{name}/{strategy}")
        root, run = ground.start(target, flags, place)
        # a run is not taken for the user's own if the user did not start it: this is said again
        again = ["--api-base", flags["api_base"]] if "api_base" in flags else []
        codeopt("run", "--resume", "-q", *again, root=root, own=place.with_suffix(".own"))
    if options.record:
        keep(run, place_of(options.record, target, strategy))
    with wiring.open_ledger(run.journal) as ledger:
        return result(ledger, target, strategy)


def model(options: argparse.Namespace, stack: ExitStack, place: str) -> dict[str, Any]:
    """Return the settings that name the model."""
    if options.replies:
        own = options.replies.resolve() / place
        return {"model": f"replay:{own if own.is_dir() else options.replies.resolve()}"}
    if options.model:
        return {"model": options.model}
    endpoint = stack.enter_context(Endpoint(ByHand()))
    return {"model": "openai/by-hand", "api_base": endpoint.url}


def replayed(options: argparse.Namespace, transcript: str) -> bool:
    """Tell whether a replay is what was recorded, and show what is not."""
    file = options.replies / TRANSCRIPT if options.replies else None
    if file is None or not file.is_file():
        return True
    before = file.read_text("utf-8")
    if before == transcript:
        print(f"replayed: {len(before.encode()):,} bytes, all as recorded", file=sys.stderr)
        return True
    pairs = before.splitlines(), transcript.splitlines()
    sys.stderr.writelines(f"{line}\n" for line in difflib.unified_diff(*pairs, lineterm="", n=1))
    return False


def recorded_runs(options: argparse.Namespace, record: Path) -> Iterator[tuple[str, str, str]]:
    """Yield project, target and strategy of each run that was recorded."""
    for project, target, strategy in work(options):
        if (place_of(record, target, strategy) / JOURNAL).is_file():
            yield project, target, strategy


def place_of(record: Path, target: str, strategy: str) -> Path:
    """Return where the record of a run is."""
    return record / target.rpartition("::")[2] / strategy


def replay_all(options: argparse.Namespace) -> int:
    """Replay every recorded run from its record alone; return 1 where anything differs."""
    counts, failed = [0, 0, 0], False
    results: list[Result] = []
    met_by: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as scratch, opened(options.replay) as record:
        for project, target, strategy in recorded_runs(options, record):
            place = place_of(record, target, strategy)
            size, prompts, differences = replay(planted(project, Path(scratch)), place)
            counts = [a + b for a, b in zip(counts, (1, prompts, size), strict=True)]
            failed = failed or bool(differences)
            for each in differences[:MOST_SHOWN]:
                print(f"{target} {strategy}: {each}")
            if len(differences) > MOST_SHOWN:
                print(f"{target} {strategy}: {len(differences) - MOST_SHOWN} more differences")
            ledger = ledger_of(place)
            met_by[strategy] += met(ledger.record())
            results.append(result(ledger, target, strategy))
    show(results)
    asked = {name: met_by[name] for name in STRATEGIES if met_by[name]}
    print(f"{answers(asked)}\n")
    runs, prompts, size = counts
    found = "not all as recorded" if failed else "all as recorded"
    print(f"replayed {runs} runs: {prompts} prompts, {size:,} bytes, {found}")
    return int(failed or not runs)


def renew_all(options: argparse.Namespace) -> int:
    """Write the record that is kept here anew, by prompts as they are now."""
    with tempfile.TemporaryDirectory() as scratch, opened(options.renew) as record:
        made = Path(scratch) / "made"
        for project, target, strategy in recorded_runs(options, record):
            place, to = (place_of(root, target, strategy) for root in (record, made))
            try:
                renew(planted(project, Path(scratch)), place, to)
            except NotRecorded as error:
                print(f"{target} {strategy} has to be measured (--record): {error}")
                return 1
        pack(made, ARCHIVE)
    print(f"{ARCHIVE.name}: {ARCHIVE.stat().st_size:,} bytes")
    return 0


def done(file: Path | None) -> dict[tuple[str, ...], Result]:
    """Return the results of an earlier start, by function and strategy."""
    lines = file.read_text("utf-8").splitlines() if file and file.is_file() else []
    found = [Result(**json.loads(line)) for line in lines]
    return {(each.target, each.strategy): each for each in found}


def work(options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Yield project, target and strategy: one strategy after the other."""
    for strategy in options.strategies:
        for project in options.projects:
            for target in TARGETS[project]:
                if not options.targets or target.rpartition("::")[2] in options.targets:
                    yield project, target, strategy


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables."""
    options = parse(arguments)
    if options.replay:
        return replay_all(options)
    if options.renew:
        return renew_all(options)
    jobs = list(work(options))
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(options.jobs) as pool:
        directory = Path(name)
        known = done(options.results)
        missing = [job for job in jobs if job[1:] not in known]
        projects = list(dict.fromkeys(project for project, _, _ in missing))
        prepared = pool.map(lambda p: prepare(p, options.place or directory, QUICK), projects)
        grounds = dict(zip(projects, prepared, strict=True))

        def one(job: tuple[str, str, str]) -> Result:
            if job[1:] in known:
                return known[job[1:]]
            found = measure(grounds[job[0]], job[1], job[2], options, directory)
            if options.results:
                with options.results.open("a") as file:
                    file.write(json.dumps(asdict(found)) + "\n")
            speed = f"{found.speedup:.2f}×" if found.speedup else "–"
            print(f"{found.target} {found.strategy}: {speed}", file=sys.stderr, flush=True)
            return found

        results = list(pool.map(one, jobs))
    transcript = show(results)
    if options.record:
        options.record.mkdir(parents=True, exist_ok=True)
        (options.record / TRANSCRIPT).write_text(transcript, "utf-8")
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}")
    return 0 if replayed(options, transcript) else 1


def show(results: list[Result]) -> str:
    """Print both tables, and return what was found about each candidate."""
    order = [target for targets in TARGETS.values() for target in targets]
    results.sort(key=lambda r: (order.index(r.target), STRATEGIES.index(r.strategy)))
    names = [name for name in STRATEGIES if any(each.strategy == name for each in results)]
    print(f"{functions(results, names)}\n\n{totals(results, names)}\n")
    return "\n".join(each.transcript for each in results)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--strategies", nargs="+", default=STRATEGIES, choices=STRATEGIES)
    parser.add_argument("--projects", nargs="+", default=tuple(TARGETS), choices=tuple(TARGETS))
    parser.add_argument("--targets", nargs="+", default=(), help="names of functions, if not all")
    parser.add_argument("--tokens", type=int, default=12_000, help="cap for one function")
    parser.add_argument("--samples", type=int, default=MOST)
    parser.add_argument("--seconds", type=float, default=60.0, help="of measuring one candidate")
    parser.add_argument("--model", default="")
    parser.add_argument("--replies", type=Path)
    parser.add_argument("--record", type=Path)
    for name, text in (("replay", "go through again"), ("renew", "write anew, by present prompts")):
        what = f"record to {text}"
        parser.add_argument(f"--{name}", nargs="?", type=Path, const=ARCHIVE, help=what)
    parser.add_argument("--place", type=Path, help="directory that keeps the prepared projects")
    parser.add_argument("--results", type=Path, help="file that results are added to")
    parser.add_argument("--without", nargs="+", default=())
    parser.add_argument("--jobs", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
