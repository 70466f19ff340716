"""Time a verdict: what it takes to know the original, and to judge a candidate by it.

Usage: python benchmarks/verdict.py [--only KIND] [--repeat N]

Each kind is a function with up to 200 recorded calls, judged without tests and without timing: a
rewrite that is right, which goes through everything, and one that is wrong on inputs that no call
had, whose difference is found and made small. Memory is the peak of the largest process.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import JudgeSettings, RecordSettings
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.evidence import Check, CheckResult
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.profile.record import record
from codeopt.verify import inputs, oracle
from codeopt.worker import Place


@dataclass(frozen=True, slots=True)
class Kind:
    """Hold a module, the calls, and two texts of which one takes the place of the other."""

    module: str
    calls: str
    right: tuple[str, str]
    wrong: tuple[str, str]
    target: str = "f"


KINDS = {
    "numbers": Kind(
        """
        def f(a, b):
            total = 0
            for k in range(a % 50):
                total += (k * b) % 7
            return total - 1
        """,
        "for k in range(700): f(k * 7919 % 1001, k)",
        ("(k * b) % 7", "k * b % 7"),
        ("total - 1", "total - 1 if b >= 0 else 0"),
    ),
    "texts": Kind(
        """
        def f(text):
            words = text.lower().split()
            return " ".join(word.strip(".,") for word in words if word)
        """,
        "for k in range(700): f('The quick, brown fox %d. ' % k * (k % 9))",
        ("if word)", ")"),
        ("text.lower()", "text.casefold()"),
    ),
    "rows": Kind(
        """
        def f(rows, key):
            found = {}
            for row in rows:
                found.setdefault(row[key], []).append(row)
            return {name: len(part) for name, part in sorted(found.items())}
        """,
        "for k in range(700): f([{'name': 'n%d' % (j % 7), 'size': j} "
        "for j in range(k % 200)], 'name')",
        ("sorted(found.items())", "sorted(found.items(), key=lambda pair: pair[0])"),
        ("sorted(found.items())", "found.items()"),
    ),
    "generator": Kind(
        """
        def f(items, size):
            part = []
            for item in items:
                part.append(item)
                if len(part) == size:
                    yield part
                    part = []
            if part:
                yield part
        """,
        "for k in range(700): list(f(list(range(k % 200)), k % 5 + 1))",
        ("if part:", "if len(part):"),
        ("if part:", "if len(part) > 1 or size < 5:"),
    ),
    "large self": Kind(
        """
        class Table:
            def __init__(self):
                self.words = {"w%d" % k: [k, str(k)] for k in range(5000)}

            def f(self, word):
                found = self.words.get(word)
                return found[0] + 1 if found else None
        """,
        "table = Table()\nfor k in range(700): table.f('w%d' % (k * 31))",
        ("if found", "if found is not None"),
        ("found[0] + 1", "found[0] + 1 if word < 'w9' else 0"),
        "Table.f",
    ),
    "large module": Kind(
        """
        WORDS = {"w%d" % k: [k, str(k)] for k in range(20000)}
        TABLES = [{"%d" % j: set(range(j)) for j in range(50)} for _ in range(20)]


        class Node:
            def __init__(self, number):
                self.number = number


        NODES = [Node(k) for k in range(3000)]


        def f(word):
            found = WORDS.get(word)
            return found[0] + len(TABLES) if found else None
        """,
        "for k in range(700): f('w%d' % (k * 131))",
        ("if found", "if found is not None"),
        ("found[0] + len", "0 if word < 'w' else found[0] + len"),
    ),
    "large input": Kind(
        """
        def f(numbers):
            best = None
            for number in numbers:
                if best is None or number > best:
                    best = number
            return best
        """,
        "for k in range(200): f([j * 7919 % 10007 for j in range(20000 + k)])",
        ("best is None or number > best", "best is None or best < number"),
        ("return best", "return best or None"),
    ),
    "slow": Kind(
        """
        def f(n):
            total = 0
            for k in range(200_000 + n % 100):
                total += k % 7
            return total
        """,
        "for k in range(700): f(k)",
        ("total += k % 7", "total = total + k % 7"),
        ("return total", "return total if n < 5000 else 0"),
    ),
    "objects": Kind(
        """
        from dataclasses import dataclass, field


        @dataclass
        class Item:
            name: str
            price: float
            tags: list = field(default_factory=list)


        def f(items, tag):
            return sum(item.price for item in items if tag in item.tags)
        """,
        "for k in range(700): f([Item('n%d' % j, j / 4, ['a', 'b'][: j % 3]) "
        "for j in range(k % 40)], 'ab'[k % 2])",
        ("sum(item.price for", "sum(each.price for each in items if tag in each.tags) #"),
        ("tag in item.tags", "tag in item.tags[:1]"),
    ),
}


class Clock:
    """Read the seconds that passed, and those of CPU time in ended children."""

    def __init__(self) -> None:
        self.started = self._now()

    def read(self) -> tuple[float, float]:
        """Return both, since this clock was made."""
        now = self._now()
        return now[0] - self.started[0], now[1] - self.started[1]

    def _now(self) -> tuple[float, float]:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.monotonic(), used.ru_utime + used.ru_stime


def bench(kind: Kind, directory: Path) -> dict[str, object]:
    """Record a kind, and time all that a verdict takes."""
    tree = directory / "tree"
    tree.mkdir()
    source = textwrap.dedent(kind.module).lstrip()
    (tree / "lib.py").write_text(source)
    (tree / "work.py").write_text("from lib import *\n" + kind.calls)
    prefixes = (Path(sys.prefix), Path(sys.base_prefix))
    python = Interpreter(Path(sys.executable), sys.version_info[:3], prefixes)
    workload = Workload(WorkloadKind.SCRIPT, ("{python}", "work.py"), "work.py")
    project = Project(tree, python, ("",), None, workload)
    place = Place(PlainSandbox(), python, tree)
    target, settings = FunctionId("lib.py", kind.target), JudgeSettings()
    [recording] = record(
        place, project, CodeMap(()), [target], RecordSettings(), directory / "calls"
    )
    clock = Clock()
    truth = oracle.consult(place, project, recording, settings)
    row: dict[str, object] = {"calls": recording.calls, "consult": clock.read()}
    row["answers"] = len(truth.answers)
    row["made up"] = len(truth.generated.answers) if truth.generated else 0
    for name, change in (("right", kind.right), ("wrong", kind.wrong)):
        assert change[0] in source, (name, change)
        after = {"lib.py": source.replace(*change)}
        clock = Clock()
        found: list[CheckResult] = [oracle.check(place, project, truth, after, settings)]
        if found[-1].same:
            found.append(inputs.check(place, project, truth, after, settings))
        row[name] = clock.read()
        row[f"{name}: same"] = found[-1].same
        row[f"{name}: by"] = found[-1].check.value
        row["compared"] = sum(each.compared for each in found if each.check is Check.ORACLE)
    row["host MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row["child MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return row


def measured(name: str) -> dict[str, object]:
    """Time one kind in a process of its own, whose memory is that of this kind alone."""
    argv = [sys.executable, __file__, "--one", name]
    found = subprocess.run(argv, check=True, capture_output=True, text=True)
    row: dict[str, object] = json.loads(found.stdout.splitlines()[-1])
    return row


def main() -> None:
    """Time the kinds and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="kinds whose name has this in it")
    parser.add_argument("--repeat", type=int, default=3, help="how often each kind is timed")
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        with tempfile.TemporaryDirectory() as directory:
            print(json.dumps(bench(KINDS[options.one], Path(directory))))
        return
    print("| kind | calls | made up | original, s | right, s | wrong, s | host, MB | child, MB |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    worst = 0.0
    for name in KINDS:
        if options.only not in name:
            continue
        rows = [measured(name) for _ in range(options.repeat)]
        assert all(row["right: same"] is True for row in rows), rows
        cells = [f"{name}", f"{rows[0]['answers']}", f"{rows[0]['made up']}"]
        for part in ("consult", "right", "wrong"):
            walls, used = zip(*[row[part] for row in rows], strict=True)  # type: ignore[misc]
            worst = max([worst, *walls]) if part != "consult" else worst
            cells.append(f"{statistics.median(walls):.1f} {max(walls):.1f} ({max(used):.1f})")
        missed = "" if all(row["wrong: same"] is False for row in rows) else " (let through)"
        cells[-1] += missed
        cells += [
            f"{max(float(str(row[part])) for row in rows):.0f}" for part in ("host MB", "child MB")
        ]
        print("| " + " | ".join(cells) + " |", flush=True)
    print("seconds: median, worst (worst of CPU time)")
    print(f"the slowest verdict on a candidate took {worst:.1f} s")


if __name__ == "__main__":
    main()
