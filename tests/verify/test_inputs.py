"""Rewrites that are right on recorded calls and wrong elsewhere are caught on made-up inputs."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from codeopt.config import JudgeSettings
from codeopt.model.evidence import CheckResult
from codeopt.model.reasons import Code
from codeopt.verify import inputs, oracle
from codeopt.verify.generated import generate

from .judging import Bench, Recorded


@dataclass(frozen=True)
class Case:
    """An original, calls that don't tell, and a rewrite that is wrong on other inputs."""

    name: str
    original: str
    work: str
    candidate: str
    code: Code | None = None


def judge(bench: Bench, candidate: str, settings: JudgeSettings | None = None) -> CheckResult:
    """Check that the recorded calls see nothing, then try made-up inputs."""
    settings = settings or JudgeSettings()
    overrides = {"lib.py": textwrap.dedent(candidate)}
    truth = oracle.consult(bench.place, bench.project, bench.recording, settings)
    known = oracle.check(bench.place, bench.project, truth, overrides, settings)
    assert known.same is True, (known.reason, known.difference)
    return inputs.check(bench.place, bench.project, truth, overrides, settings)


WRONG = [
    Case("empty list", "def f(xs):\n return max(xs) if xs else None", "f([1, 2])",
         "def f(xs):\n return sorted(xs)[-1]", Code.EXCEPTION),
    Case("duplicates", "def f(xs):\n return sorted(xs)", "f([3, 1, 2])",
         "def f(xs):\n return sorted(set(xs))", Code.RESULT),
    Case("stability", "def f(rows):\n return sorted(rows, key=lambda r: r[0])",
         "f([(2, 'a'), (1, 'b')])", "def f(rows):\n return sorted(rows)", Code.ORDER),
    Case("negative", "def f(n):\n return n // 2", "f(4); f(5)",
         "def f(n):\n return int(n / 2)", Code.RESULT),
    Case("large", "def f(n):\n return n // 3", "f(4); f(5)",
         "def f(n):\n return int(n / 3) if n >= 0 else n // 3", None),
    Case("unicode", "def f(s):\n return s.casefold()", "f('Abc')",
         "def f(s):\n return s.lower()", Code.RESULT),
    Case("lines", "def f(s):\n return s.splitlines()", "f('a\\nb')",
         "def f(s):\n return s.split('\\n')", Code.RESULT),
    Case("whitespace", "def f(s):\n return ' '.join(s.split())", "f('a b')",
         "def f(s):\n return ' '.join(s.split(' '))", Code.RESULT),
    Case("boundary", "def f(n):\n return 'big' if n >= 18 else 'small'", "f(3); f(40)",
         "def f(n):\n return 'big' if n > 18 else 'small'", Code.RESULT),
    Case("missing key", "def f(d):\n return d['a']", "f({'a': 1})",
         "def f(d):\n return d.get('a')", Code.EXCEPTION),
    Case("first or last", "def f(ps):\n for k, v in ps:\n  if k == 'x': return v\n return None",
         "f([('x', 1), ('y', 2)])", "def f(ps):\n return dict(ps).get('x')", Code.RESULT),
    Case("ties", "def f(rows):\n best = rows[0]\n for r in rows:\n"
         "  if r['n'] > best['n']: best = r\n return best['name']",
         "f([{'name': 'a', 'n': 1}, {'name': 'b', 'n': 2}])",
         "def f(rows):\n best = rows[0]\n for r in rows:\n"
         "  if r['n'] >= best['n']: best = r\n return best['name']", Code.RESULT),
    Case("constant of the candidate", "def f(xs):\n return sum(xs)", "f([1, 2])",
         "def f(xs):\n return sum(xs) if len(xs) < 1777 else 0", Code.RESULT),
    Case("magic number", "def f(n):\n return n % 2", "f(3)",
         "def f(n):\n return n % 2 if n != 918273 else 7", Code.RESULT),
    Case("slow on large input", "def f(n):\n return n", "f(3)",
         "def f(n):\n k = n if n > 10**9 else 0\n while k > 0: k -= 1\n return n",
         Code.TIMEOUT),
    Case("zero", "def f(a, b):\n return a / b if b else 0.0", "f(1.0, 2.0)",
         "def f(a, b):\n return a * (1 / b)", None),
]  # fmt: skip

RIGHT = [
    Case("ordered set",
         "def f(xs):\n out = []\n for x in xs:\n  if x not in out: out.append(x)\n return out",
         "f([3, 1, 3]); f(['a', 'b'])", "def f(xs):\n return list(dict.fromkeys(xs))"),
    Case("join", "def f(xs):\n s = ''\n for x in xs: s += x\n return s", "f(['a', 'b'])",
         "def f(xs):\n return ''.join(xs)"),
    Case("counter",
         "def f(s):\n d = {}\n for c in s: d[c] = d.get(c, 0) + 1\n return d", "f('abca')",
         "def f(s):\n d = {}\n for c in s:\n  if c in d: d[c] += 1\n  else: d[c] = 1\n return d"),
    Case("hashes", "def f(s):\n return hash(s) if len(s) > 2 else 0", "f('ab'); f('a')",
         "def f(s):\n return 0 if len(s) < 3 else hash(s if s != 'zebra' else 'zebra')"),
    Case("recursion made loop", "def f(n):\n return 1 if n <= 1 else n * f(n - 1)", "f(5)",
         "def f(n):\n r = 1\n while n > 1: r, n = r * n, n - 1\n return r"),
]  # fmt: skip


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_wrong_elsewhere_is_refused(case: Case, recorded: Recorded) -> None:
    result = judge(recorded(case.original, case.work), case.candidate)
    assert result.same is False
    assert result.reason is not None
    if case.code is not None:
        assert result.reason.code is case.code, (result.reason, result.difference)


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_right_rewrite_passes(case: Case, recorded: Recorded) -> None:
    result = judge(recorded(case.original, case.work), case.candidate)
    assert result.same is True, (result.reason, result.difference)
    assert result.compared > 50


def test_divergence_is_shrunk_and_runnable(recorded: Recorded) -> None:
    source = "def f(xs):\n return sorted(xs)"
    bench = recorded(source, "f(list(range(30, 0, -1)))")
    result = judge(bench, "def f(xs):\n return sorted(set(xs))")
    assert result.difference is not None
    assert result.difference.snippet == "import lib\nprint(repr(lib.f([0, 0])))"


def test_accident_of_the_original_is_an_edge_difference(recorded: Recorded) -> None:
    source = "def f(xs):\n out = ''\n for x in xs: out += x\n return out"
    bench = recorded(source, "f(['a', 'b'])")
    rewrite = "def f(xs):\n return ''.join(map(str, xs))"
    result = judge(bench, rewrite)
    assert result.same is True
    assert any(edge.original.startswith("raises TypeError") for edge in result.edges)
    strict = judge(bench, rewrite, JudgeSettings(strict=True))
    assert strict.same is False
    assert strict.reason is not None
    assert strict.reason.code is Code.EDGE


def test_same_seed_makes_the_same_inputs(recorded: Recorded) -> None:
    source = "def f(xs, n=2):\n return xs[:n]"
    bench = recorded(source, "f([1, 2], n=3); f(['a']); f({1}.copy() and [2])")
    files = []
    for seed in (0, 0, 1):
        made = generate(bench.place, bench.project, bench.recording, JudgeSettings(seed=seed))
        assert made.answers
        files.append(made.file.read_bytes())
    assert files[0] == files[1] != files[2]


def test_that_no_inputs_could_be_made_is_said(recorded: Recorded, tmp_path: Path) -> None:
    bench = recorded("def f(n):\n return n", "f(1)")
    settings = JudgeSettings()
    truth = oracle.consult(bench.place, bench.project, bench.recording, settings, further=False)
    broken = replace(bench.recording, file=tmp_path / "broken" / "calls.bin")
    broken.file.parent.mkdir()
    broken.file.write_bytes(b"this is no recording")
    made = generate(bench.place, bench.project, broken, settings)
    assert not made.answers
    assert made.gap.startswith("no inputs were made up: ")
    found = inputs.check(bench.place, bench.project, replace(truth, generated=made), {}, settings)
    assert (found.same, found.gap) == (None, made.gap)
