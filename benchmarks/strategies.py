"""Run strategies side by side on the same functions, with the same answers and the same tokens.

Usage: python benchmarks/strategies.py [--strategies S …] [--projects P …] [--tokens N]
           [--model NAME | --replies DIR] [--without PART …] [--samples N]

By default the model is scripted: a loopback endpoint gives the answers of ``benchmarks/answers``,
which were written by hand, in order. Then the table shows what each strategy makes of equal answers
and what it pays for them, and nothing about which of them gets better answers out of a model. For
that, name a model, or a directory of recorded answers (``<run>/replies``).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fixtures import plant
from tests.support.endpoint import Act, Ask, Endpoint, text

ANSWERS = Path(__file__).parent / "answers"
TARGETS = {
    "loglens": tuple(
        f"src/loglens/report.py::{name}" for name in ("busiest", "sessions", "running_bytes")
    ),
    "textkit": (
        "textkit/describe.py::vocabulary",
        "textkit/describe.py::ngrams",
        "textkit/lines.py::dedupe",
    ),
}
STRATEGIES = ("catalogue", "best-of-n", "refine", "critique", "auto")
_MARK = re.compile(r"^<!-- (rewrite|critique) -->\n", re.M)
_NOTHING = "I have no other idea."


class ByHand:
    """Answer each question about a function with the next answer that is written down for it."""

    def __init__(self) -> None:
        self._asked: Counter[tuple[str, str]] = Counter()

    def __call__(self, ask: Ask) -> Act:
        if "That answer cannot be used" in ask.prompt:
            return text(_NOTHING, usage=None)
        kind = "critique" if "Answer with your critique" in ask.prompt else "rewrite"
        name = ask.target.rpartition("::")[2]
        answers = written(name, kind)
        number = self._asked[name, kind]
        self._asked[name, kind] += 1
        return text(answers[number] if number < len(answers) else _NOTHING, usage=None)


def written(name: str, kind: str) -> list[str]:
    """Return the answers about a function, in order."""
    file = ANSWERS / f"{name}.md"
    pieces = _MARK.split(file.read_text("utf-8")) if file.is_file() else [""]
    pairs = zip(pieces[1::2], pieces[2::2], strict=True)
    return [answer.strip() for each, answer in pairs if each == kind]


@dataclass(frozen=True)
class Result:
    """Hold what one strategy did on one project."""

    strategy: str
    kept: dict[str, float]
    samples: int
    correct: float
    speedup: float
    tokens: int


def measure(project: str, strategy: str, options: argparse.Namespace, place: Path) -> Result:
    """Run one strategy on one project that is planted anew."""
    root = plant(project, place / f"{project}-{strategy}")
    words = ["--strategy", strategy, "--samples", str(options.samples)]
    words += ["--max-tokens", str(options.tokens), "--memory", "none", "-q"]
    words += [word for part in options.without for word in ("--without", part)]
    with ExitStack() as stack:
        if strategy != "catalogue":
            words += model(options, stack)
        environment = {**os.environ, "XDG_CACHE_HOME": str(place / f"cache-{project}-{strategy}")}
        codeopt("run", *TARGETS[project], *words, root=root, environment=environment)
    report = json.loads(codeopt("report", "--format", "json", root=root))
    rows = json.loads(codeopt("stats", "--json", root=root))["strategies"]
    total = next(row for row in rows if row["strategy"] == "all")
    kept = {each["target"]: each["speedup"]["estimate"] for each in report["kept"]}
    return Result(
        strategy,
        kept,
        total["samples"],
        total["correct_percent"],
        total["speedup"],
        total["tokens"],
    )


def model(options: argparse.Namespace, stack: ExitStack) -> list[str]:
    """Return the options that name the model."""
    if options.replies:
        return ["--model", f"replay:{options.replies}"]
    if options.model:
        return ["--model", options.model]
    endpoint = stack.enter_context(Endpoint(ByHand()))
    return ["--model", "openai/by-hand", "--api-base", endpoint.url]


def codeopt(*words: str, root: Path, environment: dict[str, str] | None = None) -> str:
    """Run codeopt to its end and return what it printed."""
    command = [sys.executable, "-m", "codeopt", *words]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def functions(results: Sequence[Result], projects: Sequence[str]) -> str:
    """Return the table of the speed-up that each strategy kept on each function."""
    names = list(dict.fromkeys(each.strategy for each in results))
    lines = [f"| function | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for target in (target for project in projects for target in TARGETS[project]):
        kept = {r.strategy: r.kept[target] for r in results if target in r.kept}
        cells = [f"{kept[name]:.2f}×" if name in kept else "–" for name in names]
        lines.append(f"| `{target.rpartition('::')[2]}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def totals(results: Sequence[Result]) -> str:
    """Return the table of what each strategy did over all projects."""
    lines = ["| strategy | answers | correct | mean | kept | tokens | tokens / kept % |"]
    lines.append("|---|---|---|---|---|---|---|")
    for name in dict.fromkeys(each.strategy for each in results):
        own = [each for each in results if each.strategy == name]
        answers, tokens = sum(r.samples for r in own), sum(r.tokens for r in own)
        percent = sum(100 * (speed - 1) for r in own for speed in r.kept.values())
        row = [
            name,
            str(answers),
            f"{sum(r.correct * r.samples for r in own) / max(1, answers):.0f} %",
            f"{sum(r.speedup * r.samples for r in own) / max(1, answers):.2f}×",
            str(sum(len(r.kept) for r in own)),
            f"{tokens:,}",
            f"{tokens / percent:.1f}" if percent else "–",
        ]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--strategies", nargs="+", default=STRATEGIES)
    parser.add_argument("--projects", nargs="+", default=tuple(TARGETS), choices=tuple(TARGETS))
    parser.add_argument("--tokens", type=int, default=60_000, help="cap of each run")
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--model", default="")
    parser.add_argument("--replies", type=Path)
    parser.add_argument("--without", nargs="+", default=())
    options = parser.parse_args(arguments)
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as directory:
        for project in options.projects:
            for strategy in options.strategies:
                results.append(measure(project, strategy, options, Path(directory)))
                print(f"{project} {strategy}: {results[-1].kept}", file=sys.stderr, flush=True)
    print(f"{functions(results, options.projects)}\n\n{totals(results)}")


if __name__ == "__main__":
    main()
