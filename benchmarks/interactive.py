"""Go through three published rewrites with codeopt, as a person and a model would together.

    python benchmarks/interactive.py [--figures] [--draw] [pillow | numpy]

``ImageStat.Stat._getextrema`` and ``_getcount`` of Pillow 10.1.0, and ``as_series`` of NumPy
1.26.4's ``polynomial.polyutils``, are taken from what PyPI has, with their own tests, and put into
a repository below ``.demo/interactive``. ``codeopt run -i`` then goes through them in tmux: every
rewrite is a HAND-WRITTEN answer that comes through ``handoff:``, and a script types the remarks
(both are in ``published.py``). The script decides by what the terminal shows: where nothing is
kept it makes the next remark; a patch whose verdict says that it is slower on some inputs is
rejected with the next remark, as long as there is one. The tables at the end are made of the run's
own evidence, ``codeopt report --format json``.

``--figures`` leaves that out, and times every version on each kind of input, in turn. ``--draw``
draws screens for ``docs/interactive.md``. Needs pip, the package index and tmux.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from published import (
    ANSWERS,
    COUNT,
    EXTREMA,
    KINDS,
    SERIES,
    environment,
    plant_numpy,
    plant_pillow,
    whole,
)
from terminal import Terminal

CODEOPT = Path(sys.executable).with_name("codeopt")
KEEP = "Keep this patch [y,n,e,q,?]?"
WHY = "Why not (empty: no reason)?"
AGAIN = "with this reason [y,n]?"
NEXT = "be like (empty: go on)?"
DRAWN = ("interactive-getextrema-2-remark", "interactive-getextrema-3-kept")
LONGEST = 3600  # seconds of one talk


def main() -> None:
    """Prepare a repository, go through its functions, tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=["pillow", "numpy"])
    parser.add_argument("--figures", action="store_true", help="time the versions, and no more")
    parser.add_argument("--draw", action="store_true", help="draw screens for the documents")
    parser.add_argument("--measure-seconds", default="60", help="for one candidate")
    options = parser.parse_args()
    python = environment()
    for case in options.cases:
        targets = (EXTREMA, COUNT) if case == "pillow" else (SERIES,)
        root = (plant_pillow if case == "pillow" else plant_numpy)(python)
        if not options.figures:
            before = os.getloadavg()[0]
            asked = (*targets, "--measure-seconds", options.measure_seconds)
            talk(root, asked, Person(Terminal(f"codeopt-{case}"), draws=options.draw))
            tell(root, f", load {before:.1f} before, {os.getloadavg()[0]:.1f} after")
        if case == "pillow":
            figures(root)


# ---------------------------------------------------------------------------- the talk
def talk(root: Path, asked: tuple[str, ...], person: Person) -> None:
    """Run codeopt, with a model that is a directory of answers and a person at the terminal."""
    hand, stopped = root.with_name(f"{root.name}-hand"), threading.Event()
    cache = root.with_name(f"{root.name}-cache")  # an answer of an earlier time is not used again
    for directory in (hand, cache):
        shutil.rmtree(directory, ignore_errors=True)
    model = threading.Thread(target=answer, args=(root, hand, stopped))
    model.start()
    words = [str(CODEOPT), "run", "-C", os.path.relpath(root), *asked, "-i"]
    words += ["-m", f"handoff:{os.path.relpath(hand)}", "-s", "best-of-n", "--samples", "1"]
    words += ["--without", "simplify", "--memory", "none"]
    try:
        person.sit(f"XDG_CACHE_HOME={cache} {' '.join(words)}")
    finally:
        stopped.set()
        model.join()
        root.with_name(f"{root.name}.txt").write_text(person.terminal.history(), "utf-8")
        person.terminal.end()


def answer(root: Path, hand: Path, stopped: threading.Event) -> None:
    """Write the hand-written answers beside the prompts, one after the other."""
    given: Counter[str] = Counter()
    while not stopped.wait(0.2):
        for prompt in sorted(hand.glob("*.prompt.md")):
            file = prompt.with_name(prompt.name.replace(".prompt.", ".answer."))
            if not file.exists():
                text = prompt.read_text("utf-8")
                target = next(each for each in ANSWERS if f"`{each}`" in text)
                found = ANSWERS[target][given[target]]
                given[target] += 1
                code = whole(root, target, found.code)
                file.write_text(f"{found.name}\n\n```python\n{code}```\n", "utf-8")


@dataclass
class Person:
    """Answer the questions of a run by what the terminal shows."""

    terminal: Terminal
    draws: bool
    _said: Counter[str] = field(default_factory=Counter)

    def sit(self, command: str) -> None:
        """Start a command and answer until it ends."""
        self.terminal.start(f"{command}; echo ended with $?; sleep 600")
        end = time.monotonic() + LONGEST
        while not (last := self._last()).startswith("ended with"):
            if time.monotonic() > end:
                raise SystemExit(f"the run does not end:\n{self.terminal.screen()}")
            if last.endswith((KEEP, NEXT)):
                self._answer(last)
            time.sleep(1)
        if last != "ended with 0":
            raise SystemExit(self.terminal.screen())

    def _last(self) -> str:
        """Return the last line that is not empty."""
        lines = self.terminal.screen().split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _answer(self, question: str) -> None:
        shown = self.terminal.history()
        if question.endswith(NEXT):
            target = re.findall(r"No rewrite of (\S+) is kept", shown)[-1]
            self._draw(target, "remark")
            self._type(self._remark(target))
            return
        target = re.findall(r"Patch 1 of 1: (\S+)", shown)[-1]
        patch = shown[shown.rindex("Patch 1 of 1: ") :]
        slower = "slower on" in patch.partition("\n")[2].partition("\n")[0]
        remark = self._remark(target) if slower else ""
        self._draw(target, "slower" if slower else "kept")
        if not remark:
            self._type("y")
            return
        self._type("n")
        self._when(WHY, remark)
        self._when(AGAIN, "y")

    def _remark(self, target: str) -> str:
        """Return what is said next about a function; "" where there is nothing more to say."""
        self._said[target] += 1
        left = ANSWERS[target][self._said[target] :]
        return left[0].remark if left else ""

    def _when(self, question: str, text: str) -> None:
        while not self._last().endswith(question):
            time.sleep(0.5)
        self._type(text)

    def _type(self, text: str) -> None:
        self.terminal.type(text)

    def _draw(self, target: str, what: str) -> None:
        short = target.rpartition(".")[2].rpartition("::")[2].strip("_")
        name = f"interactive-{short}-{self._said[target] + 1}-{what}"
        if self.draws and name in DRAWN:
            self.terminal.draw(name, f"codeopt run -i: {target}")


# ---------------------------------------------------------------------------- the evidence
def tell(root: Path, load: str = "") -> None:
    """Print what was answered, said and found, and the speed on each class of inputs."""
    words = [CODEOPT, "report", "-C", root, "--format", "json"]
    report = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
    print(f"\n{root.name}: {platform.machine()}, {os.cpu_count()} cores{load}")
    noise = report["control"]["noise"]
    print(f"control: {ratio(report['control']['speedup'])}; noise: {noise}")
    attempts = [*report["rejected"], *report["kept"]]
    for target in dict.fromkeys(each["target"] for each in attempts):
        talk = ordered(report, target)
        rows = [(each["explanation"], said or "–", verdict(report, each)) for said, each in talk]
        print(f"\n{target}\n\n{table('answer', 'remark before it', 'verdict', rows=rows)}\n")
        timed = [each for _, each in talk if by_class(each)]
        labels = dict.fromkeys(label for each in timed for label in by_class(each))
        names = [each["explanation"].partition(":")[0] for each in timed]
        speeds = [(label, *(by_class(each).get(label, "–") for each in timed)) for label in labels]
        print(table("recorded inputs", *names, rows=speeds))


def table(*head: str, rows: list[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(each.replace('|', '/') for each in row)} |" for row in lines)


def ordered(report: dict[str, Any], target: str) -> list[tuple[str, dict[str, Any]]]:
    """Put the attempts on a function in the order of the talk, each after its remark."""
    own = {a["candidate"]: a for a in [*report["rejected"], *report["kept"]]}
    own = {digest: a for digest, a in own.items() if a["target"] == target}
    talk = [each for each in report["talk"] if each["target"] == target]
    led = [(each["said"], digest) for each in talk for digest in each["answers"]]
    first = [("", digest) for digest in own if digest not in {digest for _, digest in led}]
    return [(said, own[digest]) for said, digest in [*first, *led]]


def verdict(report: dict[str, Any], attempt: dict[str, Any]) -> str:
    """Say what the judge and the person said of an answer."""
    found, reason = attempt["measurement"], attempt.get("reason")
    parts = [f"**rejected**, `{reason['code']}`: {reason['text']}" if reason else "**kept**"]
    parts += [f"`{c['change']}`" for c in attempt["checks"] if c["change"]]
    if found and (shown := found["speedup"] or found["screened"]):
        parts.append(f"in all {ratio(shown)}")
    counts = {c["check"]: c["compared"] for c in attempt["checks"]}
    parts.append(
        f"compared on {counts.get('oracle', 0)} recorded calls, {counts.get('inputs', 0)} "
        f"generated inputs and {counts.get('suite', 0)} tests"
    )
    parts += [d["choice"] for d in report["decisions"] if d["candidate"] == attempt["candidate"]]
    return "; ".join(parts)


def ratio(found: dict[str, Any]) -> str:
    """Put an interval into words."""
    bounds = f"95 % CI {found['low']:.2f}–{found['high']:.2f}"
    return f"{found['estimate']:.2f}× ({bounds}, {found['pairs']} pairs)"


def by_class(attempt: dict[str, Any]) -> dict[str, str]:
    """Return the speed on each class of inputs."""
    classes = (attempt["measurement"] or {}).get("classes", [])
    return {each["label"]: ratio(each["speedup"]) for each in classes}


# ---------------------------------------------------------------------------- figures
def figures(root: Path) -> None:
    """Time every version of Pillow's functions on each kind of input, in turn."""
    source = (root / "ImageStat.py").read_text("utf-8")
    for target in (EXTREMA, COUNT):
        name = target.rpartition(".")[2]
        versions = [method(source, name, "")]
        versions += [method(source, name, code) for code in (each.code for each in ANSWERS[target])]
        print(f"\n{name}: microseconds a call of the original, then how many times as fast")
        for kind, histogram in KINDS.items():
            times = in_turn([(each, histogram) for each in versions])
            ratios = "  ".join(f"{times[0] / each:5.2f}×" for each in times[1:])
            print(f"  {kind:10} {times[0] * 1e6:7.2f} µs  {ratios}")


def method(source: str, name: str, code: str) -> Any:
    """Return a method of Stat, or another version of it."""
    space: dict[str, Any] = {}
    exec(compile(source, "ImageStat.py", "exec"), space)
    if not code:
        return getattr(space["Stat"], name), space["Stat"]
    exec(compile(code, "answer.py", "exec"), space)
    return space[name], space["Stat"]


def in_turn(versions: list[tuple[Any, list[int]]]) -> list[float]:
    """Return the median seconds of CPU time of a call, all versions taking turns."""
    times: list[list[float]] = [[] for _ in versions]
    for _ in range(41):
        for place, ((function, stat), histogram) in enumerate(versions):
            found = stat(histogram)
            start = time.process_time()
            for _ in range(400):
                function(found)
            times[place].append((time.process_time() - start) / 400)
    return [statistics.median(each) for each in times]


if __name__ == "__main__":
    main()
