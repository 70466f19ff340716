"""Judge the judge by mutants: how many small wrong changes of real functions are refused.

Usage: python benchmarks/mutants.py [--only TEXT] [--most N] [--survivors] [--again] [--jobs N]

Takes functions of public packages (``mutants.toml``; pip fetches them), records calls of each from
a small workload, and puts first-order mutants through the first half of the judge: gate, recorded
calls, made-up inputs. There are no tests, and speed is not asked for. Mutants that a person
would call the same are listed in ``mutants-equivalent.toml`` with the reason. What was judged is
kept in a directory (``--dir``) by a digest of the code of the judge, so that a run can be resumed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from mutating import Mutant, mutants

import codeopt
from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import JudgeSettings, RecordSettings
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.evidence import CheckResult
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.profile.record import record
from codeopt.verify import gate, inputs, oracle
from codeopt.verify.change import change_of
from codeopt.worker import Place

HERE = Path(__file__).parent
HELD = ("gate", "oracle", "inputs")  # which check refused a mutant
LEFT = ("edge", "survived")  # what is not refused: with edge differences shown, and without


@dataclass(frozen=True, slots=True)
class Subject:
    """Name a function and the script that uses it."""

    target: FunctionId
    workload: str


@dataclass(frozen=True, slots=True)
class Result:
    """Say how a mutant fared: one of HELD or LEFT, and why."""

    key: str
    fate: str
    reason: str
    seconds: float


@dataclass
class Bench:
    """Judge mutants of one function; the original is consulted when first needed."""

    tree: Path
    scratch: Path
    subject: Subject
    settings: JudgeSettings = field(default_factory=JudgeSettings)
    reference: oracle.Oracle | None = None
    calls: int = 0

    def __post_init__(self) -> None:
        target = self.subject.target
        name = hashlib.sha256(f"{target}{self.subject.workload}".encode()).hexdigest()[:10]
        self.script = self.tree / f"work_{name}.py"
        self.script.write_text(self.subject.workload)
        self.out = self.scratch / "calls" / name
        prefixes = (Path(sys.prefix), Path(sys.base_prefix))
        python = Interpreter(Path(sys.executable), sys.version_info[:3], prefixes)
        workload = Workload(WorkloadKind.SCRIPT, ("{python}", self.script.name), "workload")
        self.project = Project(self.tree, python, ("",), None, workload)
        self.place = Place(PlainSandbox(), python, self.tree)
        self.before = (self.tree / target.path).read_bytes()

    def mutants(self, most: int) -> list[Mutant]:
        """List up to ``most`` mutants, drawn by their keys."""
        found = mutants(self.before.decode(), self.subject.target.qualname)
        drawn = {each.key for each in sorted(found, key=lambda each: each.key)[:most]}
        return [each for each in found if each.key in drawn]

    def prepare(self) -> None:
        """Record the calls and consult the original."""
        target = self.subject.target
        shutil.rmtree(self.out, ignore_errors=True)
        command = [sys.executable, "-B", self.script.name]
        subprocess.run(command, check=True, cwd=self.tree, stdout=subprocess.DEVNULL)
        code = CodeMap((PythonLanguage().parse(target.path, self.before),))
        found = record(self.place, self.project, code, [target], RecordSettings(), self.out)
        self.calls = found[0].calls
        self.reference = oracle.consult(self.place, self.project, found[0], self.settings)
        if not self.reference.answers:
            raise SystemExit(f"{target}: {found[0].omissions} {self.reference.dropped}")

    def judge(self, mutant: Mutant) -> Result:
        """Put a mutant through the checks, up to the first that refuses it."""
        started = time.monotonic()
        path = self.subject.target.path
        patch = Patch((FileChange(path, self.before, mutant.text.encode()),))
        held: CheckResult | None = None
        edges = 0
        for check in (self._gate, self._oracle, self._inputs):
            result = check(patch, mutant.text)
            edges += len(result.edges)
            if result.same is False:
                held = result
                break
        fate = held.check.value if held else "edge" if edges else "survived"
        reason = held.reason.text if held and held.reason else ""
        return Result(mutant.key, fate, reason, time.monotonic() - started)

    def _gate(self, patch: Patch, _text: str) -> CheckResult:
        return gate.check(change_of(patch, frozenset({self.subject.target})), self.settings)

    def _oracle(self, _patch: Patch, text: str) -> CheckResult:
        assert self.reference is not None
        after = {self.subject.target.path: text}
        return oracle.check(self.place, self.project, self.reference, after, self.settings)

    def _inputs(self, _patch: Patch, text: str) -> CheckResult:
        assert self.reference is not None
        after = {self.subject.target.path: text}
        return inputs.check(self.place, self.project, self.reference, after, self.settings)


class Notes:
    """Keep results on disk, by the code of the judge."""

    def __init__(self, scratch: Path, digest: str) -> None:
        self.file = scratch / "results.jsonl"
        self.digest = digest
        self.known: dict[str, Result] = {}
        self.last: dict[str, Result] = {}
        for line in self.file.read_text().splitlines() if self.file.is_file() else ():
            digest, *row = json.loads(line)
            self.last[row[0]] = Result(*row)
            if digest == self.digest:
                self.known[row[0]] = Result(*row)

    def add(self, result: Result) -> None:
        """Write one result down."""
        self.known[result.key] = self.last[result.key] = result
        row = [self.digest, result.key, result.fate, result.reason, result.seconds]
        with self.file.open("a") as file:
            file.write(json.dumps(row) + "\n")


def digest_of_judge(most: str) -> str:
    """Identify the code that decides, and what it is tried on."""
    root = Path(codeopt.__file__).parent
    files = sorted([*root.glob("harness/*.py"), *root.glob("verify/*.py")])
    found = hashlib.sha256(most.encode())
    for file in [*files, HERE / "mutants.toml"]:
        found.update(file.read_bytes())
    return found.hexdigest()[:12]


def install(requires: list[str], scratch: Path) -> Path:
    """Install the packages into a directory of their own, once."""
    name = hashlib.sha256("\n".join(requires).encode()).hexdigest()[:10]
    tree = scratch / f"packages-{name}"
    if not (tree / ".done").is_file():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
        subprocess.run([*command, str(tree), *requires], check=True)
        (tree / ".done").touch()
    return tree


def run(bench: Bench, notes: Notes, options: argparse.Namespace) -> list[tuple[Mutant, Result]]:
    """Judge the mutants of one function that are not judged yet."""
    wanted = bench.mutants(options.most)
    if options.left:
        kept = {key for key, result in notes.last.items() if result.fate in LEFT}
        wanted = [each for each in wanted if each.key in kept]
    missing = [each for each in wanted if options.again or each.key not in notes.known]
    if missing:
        bench.prepare()
        with ThreadPoolExecutor(options.jobs) as pool:
            for result in pool.map(bench.judge, missing):
                notes.add(result)
    return [(each, notes.known[each.key]) for each in wanted]


@dataclass(frozen=True, slots=True)
class Row:
    """Count the mutants of one function."""

    name: str
    counts: dict[str, int]
    same: int
    left: int

    @property
    def total(self) -> int:
        """Count all mutants."""
        return sum(self.counts.values())

    @property
    def different(self) -> int:
        """Count those that a person would call different."""
        return self.total - self.same

    def text(self) -> str:
        """Return a line of the table."""
        held = " | ".join(f"{self.counts.get(fate, 0)}" for fate in HELD)
        rate = 1 - self.left / self.different if self.different else 1.0
        return f"| {self.name} | {self.total} | {held} | {self.same} | {self.left} | {rate:.1%} |"


def row_of(name: str, found: list[tuple[Mutant, Result]], same: dict[str, str]) -> Row:
    """Count the fates of the mutants of one function."""
    counts: dict[str, int] = {}
    for _, result in found:
        counts[result.fate] = counts.get(result.fate, 0) + 1
    left = [mutant for mutant, result in found if result.fate in LEFT]
    alike = sum(mutant.key in same for mutant, _ in found)
    return Row(name, counts, alike, sum(mutant.key not in same for mutant in left))


def shown(bench: Bench, found: list[tuple[Mutant, Result]], same: dict[str, str]) -> Iterator[str]:
    """Describe the mutants that were let through, and what is known of them."""
    path = bench.subject.target.path
    for mutant, result in found:
        if result.fate not in LEFT:
            if mutant.key in same:
                yield f"{mutant.key} is listed as the same, and was refused: {result.reason}"
            continue
        patch = Patch((FileChange(path, bench.before, mutant.text.encode()),))
        lines = [
            x for x in patch.diff(0).splitlines() if x[:1] in "+-" and x[:3] not in ("+++", "---")
        ]
        why = f"the same: {same[mutant.key]}" if mutant.key in same else "DIFFERENT"
        where = f"{bench.subject.target}:{mutant.line}"
        yield "\n".join([f"{mutant.key} {where} ({mutant.kind}; {result.fate}; {why})", *lines])


def say_less() -> None:
    """Leave out what explains a difference to a person: it takes longer than finding one."""
    oracle.snippet = inputs.snippet = lambda *_: ""  # type: ignore[attr-defined]
    oracle._closer = lambda _place, finding, _rule: finding  # type: ignore[attr-defined]
    inputs._shrink = lambda _case, finding: finding  # type: ignore[attr-defined]
    inputs._closer = lambda _case, finding: finding.mismatch  # type: ignore[attr-defined]


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="functions whose name has this in it")
    parser.add_argument("--most", type=int, default=40, help="mutants of one function")
    parser.add_argument("--survivors", action="store_true", help="show what was let through")
    parser.add_argument("--left", action="store_true", help="only those let through the last time")
    parser.add_argument("--again", action="store_true", help="judge again what is known")
    parser.add_argument("--jobs", type=int, default=2, help="mutants judged at a time")
    parser.add_argument("--explain", action="store_true", help="shrink differences as users see")
    scratch = Path(tempfile.gettempdir()) / "codeopt-mutants"
    parser.add_argument("--dir", type=Path, default=scratch, help="packages and results")
    return parser.parse_args()


def main() -> None:
    """Judge all mutants and print the table."""
    options = parse()
    if not options.explain:
        say_less()
    known = tomllib.loads((HERE / "mutants.toml").read_text())
    listed = tomllib.loads((HERE / "mutants-equivalent.toml").read_text())
    same = {key: text for each in listed.values() for key, text in each.items()}
    options.dir.mkdir(parents=True, exist_ok=True)
    tree = install(known["requires"], options.dir)
    notes = Notes(options.dir, digest_of_judge(sys.version))
    rows: list[Row] = []
    lines: list[str] = []
    head = ("function", "all", *HELD, "same", "left", "refused")
    print("| " + " | ".join(head) + " |", flush=True)
    for each in known["subject"]:
        if options.only not in each["target"]:
            continue
        path, _, name = each["target"].partition("::")
        bench = Bench(tree, options.dir, Subject(FunctionId(path, name), each["workload"]))
        found = run(bench, notes, options)
        rows.append(row_of(f"{path.partition('/')[0].removesuffix('.py')} `{name}`", found, same))
        print(rows[-1].text(), flush=True)
        lines += shown(bench, found, same)
    total = {fate: sum(row.counts.get(fate, 0) for row in rows) for fate in (*HELD, *LEFT)}
    same_left = (sum(row.same for row in rows), sum(row.left for row in rows))
    print(Row(f"all {len(rows)}", total, *same_left).text())
    if options.survivors:
        print("\n" + "\n\n".join(lines))


if __name__ == "__main__":
    main()
