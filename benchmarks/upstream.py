"""Ask codeopt about performance commits of public packages, and compare with what upstream says.

    python benchmarks/upstream.py [--source NAME=GIT ...] [--only TEXT] [--python PYTHON] [--table]

``upstream.toml`` lists the commits, with what each claims. A package is cloned from its address
(``--source`` names another one: an address or a directory) below ``.demo/upstream``, beside an
environment with what its tests need; the package itself is not installed. ``codeopt judge`` then
rules on PARENT..COMMIT, both with the workload of the list added to them. What it says is kept, so
that a run can be gone on with; ``--again`` judges anew, ``--table`` only prints what is there.
``--direct`` times, without codeopt and outside of any sandbox, what the list names for that: both
versions in fresh processes in turn.

Needs git, pip, and the package index. ``docs/upstream.md`` has the table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PLACE = Path(".demo/upstream").resolve()
CODEOPT = Path(sys.executable).with_name("codeopt")
SCRIPT = "upstream_work.py"  # the workload, beside the package
JUDGED = (0, 1, 4)  # codes of codeopt judge that come with a document
HEAD = "| commit | function | upstream | same | speed-up | verdict | agrees |"
ROUNDS = 15  # pairs of processes in which a statement is timed directly
TIMER = """
import sys, time, timeit
timer = timeit.Timer(sys.argv[2], sys.argv[1], timer=time.process_time)
number = max(1, int(0.01 / (timer.timeit(10) / 10 or 1e-7)))
print(min(timer.repeat(5, number)) / number)
"""
WHO = {"GIT_AUTHOR_NAME": "upstream", "GIT_AUTHOR_EMAIL": "upstream@example.org"}
WHO |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in WHO.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """Say of one function what upstream claims and what codeopt found."""

    commit: str
    function: str
    claimed: bool
    same: str
    speed: str
    verdict: str
    agrees: str

    def __str__(self) -> str:
        claim = "faster" if self.claimed else "–"
        cells = (self.commit, f"`{self.function}`", claim, self.same, self.speed, self.verdict)
        return (
            f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} | {self.agrees} |"
        )


class Package:
    """A package: its clone, its environment, and the judgements of its commits."""

    def __init__(self, entry: dict[str, Any], source: str, python: str) -> None:
        self.entry, self.source, self.base = entry, source or entry["source"], python
        self.clone = PLACE / entry["name"] / "clone"
        place = PLACE / entry["name"] / version_of(python)
        self.environment, self.found = place / "environment", place / "found"
        self.found.mkdir(parents=True, exist_ok=True)

    def named(self, text: str) -> list[dict[str, Any]]:
        """Return the commits whose package, id or subject contains a text."""
        name = self.entry["name"]
        return [c for c in self.entry["commit"] if text in f"{name} {c['id']} {c['says']}"]

    def prepare(self) -> None:
        """Make clone and environment where they are missing."""
        if not self.clone.exists():
            subprocess.run(["git", "clone", "-q", self.source, str(self.clone)], check=True)
        if not self.environment.exists():
            subprocess.run([self.base, "-m", "venv", str(self.environment)], check=True)
            pip = [str(self.python), "-m", "pip", "install", "-q", *self.entry["requires"]]
            subprocess.run(pip, check=True)

    @property
    def python(self) -> Path:
        return self.environment / "bin" / "python"

    def judge(self, commit: dict[str, Any], options: list[str]) -> None:
        """Judge one commit and keep the document; what cannot be judged is kept as its message."""
        old, new = (self.with_work(commit, f"{commit['id']}{mark}") for mark in ("^", ""))
        test = commit.get("test", self.entry["test"])
        argv = [str(CODEOPT), "judge", f"{old}..{new}", "--json", "-q", "-C", str(self.clone)]
        argv += ["--python", str(self.python), "--test", test, *options]
        argv += ["--bench", SCRIPT] if "bench" in commit else []
        started = time.monotonic()
        ended = subprocess.run(argv, capture_output=True, text=True, check=False)
        document = json.loads(ended.stdout) if ended.returncode in JUDGED and ended.stdout else None
        found = {
            "code": ended.returncode,
            "document": document,
            "message": ended.stderr.strip(),
            "seconds": round(time.monotonic() - started),
            "load": os.getloadavg()[1],
        }
        self.path(commit).write_text(json.dumps(found, indent=1))

    def direct(self, commit: dict[str, Any]) -> Iterator[str]:
        """Time the statements of a commit on both versions, and write old time over new."""
        with tempfile.TemporaryDirectory() as scratch:
            sides = [self.files(f"{commit['id']}{mark}", scratch) for mark in ("^", "")]
            for each in commit.get("direct", ()):
                rounds = [[self.timed(side, each) for side in sides] for _ in range(ROUNDS)]
                ratios = sorted(old / new for old, new in rounds)
                low, middle, high = (ratios[len(ratios) * part // 4] for part in (1, 2, 3))
                name, half = commit["id"][:7], f"{low:.2f}–{high:.2f}"
                yield f"| {name} | {each['what']} | {middle:.2f}× | {half} |"

    def files(self, revision: str, scratch: str) -> Path:
        """Write the files of a revision into a directory of its own."""
        place = Path(scratch, revision.replace("^", "-parent"))
        archive = Path(scratch, "files.tar")
        self.git("archive", "-o", str(archive), revision)
        with tarfile.open(archive) as tar:
            tar.extractall(place, filter="data")
        return place

    def timed(self, place: Path, each: dict[str, str]) -> float:
        """Return the CPU time of a statement, the least of some in one process."""
        told = os.environ | {"PYTHONPATH": f"{place}{os.pathsep}{place / 'src'}"}
        argv = [str(self.python), "-B", "-c", TIMER, each["setup"], each["code"]]
        return float(subprocess.run(argv, env=told, capture_output=True, check=True).stdout)

    def path(self, commit: dict[str, Any]) -> Path:
        return self.found / f"{commit['id']}.json"

    def with_work(self, commit: dict[str, Any], revision: str) -> str:
        """Return a commit with the files of a revision and the workload beside them."""
        if "bench" not in commit:
            return revision
        index = {"GIT_INDEX_FILE": str(self.clone / ".git" / "upstream-index")}
        blob = self.git("hash-object", "-w", "--stdin", text=commit["bench"].lstrip())
        self.git("read-tree", revision, more=index)
        self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{SCRIPT}", more=index)
        tree = self.git("write-tree", more=index)
        return self.git("commit-tree", "-p", revision, "-m", "Add the workload", tree, more=WHO)

    def git(self, *argv: str, text: str = "", more: dict[str, str] | None = None) -> str:
        told = {"input": text, "env": os.environ | (more or {})}
        command = ["git", "-C", str(self.clone), *argv]
        ended = subprocess.run(command, capture_output=True, check=True, text=True, **told)
        return ended.stdout.strip()

    def rows(self) -> Iterator[Row]:
        """Compare what was found with what is claimed, function by function."""
        for commit in self.entry["commit"]:
            if self.path(commit).exists():
                yield from rows(commit, json.loads(self.path(commit).read_text()))


def version_of(python: str) -> str:
    """Return the version of an interpreter."""
    code = "import platform; print('python' + platform.python_version())"
    return subprocess.run(
        [python, "-c", code], capture_output=True, check=True, text=True
    ).stdout.strip()


def rows(commit: dict[str, Any], found: dict[str, Any]) -> Iterator[Row]:
    """Compare one judgement with the claims of its commit."""
    document = found["document"]
    if document is None:
        for name in commit["faster"]:
            yield Row(commit["id"][:7], short(name), True, "–", "–", found["message"], "not judged")
        return
    reason = document["reason"]
    verdict = document["verdict"] + (f": {reason['code']}" if reason else "")
    functions = {each["target"]: each for each in document["functions"]}
    for name in [*commit["faster"], *(each for each in functions if each not in commit["faster"])]:
        each, claimed = functions.get(name, {}), name in commit["faster"]
        yield Row(
            commit["id"][:7],
            short(name),
            claimed,
            {True: "yes", False: "no", None: "–"}[each.get("same")],
            ratio(each.get("speedup")),
            verdict,
            agreement(each, claimed),
        )


def short(target: str) -> str:
    """Return the name of a function without its file."""
    return target.partition("::")[2]


def ratio(speedup: dict[str, Any] | None) -> str:
    """Write a ratio with its interval."""
    if speedup is None:
        return "–"
    low, high = (
        "?" if speedup[name] is None else f"{speedup[name]:.2f}" for name in ("low", "high")
    )
    return f"{speedup['estimate']:.2f}× ({low}–{high})"


def agreement(each: dict[str, Any], claimed: bool) -> str:
    """Say whether codeopt and upstream agree on whether a function became faster."""
    faster = each.get("faster")
    if each.get("same") is False:
        return "differs"
    if each.get("speedup") is None:
        return "not timed"
    if faster is None:
        return "not sure"
    return "yes" if faster == claimed else "no"


def main() -> int:
    """Judge what is asked for, then print the table."""
    options = arguments()
    sources = dict(each.split("=", 1) for each in options.source)
    listed = tomllib.loads((HERE / "upstream.toml").read_text())["package"]
    packages = [Package(each, sources.get(each["name"], ""), options.python) for each in listed]
    if options.direct:
        return directly(packages, options.only)
    for package in [] if options.table else packages:
        asked = package.named(options.only)
        wanted = [each for each in asked if options.again or not package.path(each).exists()]
        if wanted:
            package.prepare()
        for commit in wanted:
            print(f"{commit['id'][:7]} {commit['says']}", file=sys.stderr)
            package.judge(commit, options.judge.split())
    for package in packages:
        print(f"\n{package.entry['name']}\n\n{HEAD}\n|{'---|' * HEAD[1:].count('|')}")
        for row in package.rows():
            print(row)
    return 0


def directly(packages: list[Package], only: str) -> int:
    """Print how the two versions of a function compare without codeopt."""
    print("| commit | what | speed-up | middle half |\n|---|---|---|---|")
    for package in packages:
        for commit in package.named(only):
            if "direct" in commit:
                package.prepare()
                print(*package.direct(commit), sep="\n", flush=True)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--source", action="append", default=[], metavar="NAME=GIT")
    parser.add_argument("--only", default="", help="what package, id or subject must contain")
    parser.add_argument("--python", default=sys.executable, help="the packages' interpreter")
    parser.add_argument("--again", action="store_true", help="judge also what was judged")
    parser.add_argument("--table", action="store_true", help="judge nothing, print the table")
    parser.add_argument("--direct", action="store_true", help="time without codeopt")
    parser.add_argument("--judge", default="", help="more options for codeopt judge")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
