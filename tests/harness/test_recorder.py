"""Recording keeps real calls as they were made, of every reference, and disturbs nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from codeopt.config import RecordSettings
from codeopt.harness import calls as call_file
from codeopt.harness.inputs import Inputs
from codeopt.model.project import Interpreter
from tests.verify.judging import interpreter, record_module

from .inside import every_python


def other(python: str) -> Interpreter:
    return interpreter(python)


@every_python
def test_every_reference_counts(python: str, tmp_path: Path) -> None:
    source = "def f(x):\n return x\ndef g():\n return f(3)\nTABLE = {'f': f}"
    work = "f(1); lib.f(2); g(); TABLE['f'](4); list(map(f, [5, 6]))"
    found = record_module(tmp_path / "p", source, work, python=other(python)).recording
    assert (found.calls, found.seen) == (6, 6)
    assert found.examples[0] == "f(1)"


@every_python
def test_modules_that_are_loaded_past_the_finders(python: str, tmp_path: Path) -> None:
    """``pytest --import-mode importlib`` loads a package's ``__init__.py`` in this way."""
    work = """
    import importlib.util, sys
    del sys.modules['lib']
    spec = importlib.util.spec_from_file_location('lib', 'lib.py')
    sys.modules['lib'] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.f(1); module.f(2)
    """
    found = record_module(tmp_path / "p", "def f(x):\n return x", work, python=other(python))
    assert (found.recording.calls, found.recording.seen) == (2, 2)


@every_python
def test_lines_of_inner_functions_tell_classes_of_inputs_apart(python: str, tmp_path: Path) -> None:
    source = """
    def f(numbers):
        def first():
            for number in numbers:
                if number:
                    return number
            return None
        return first()
    """
    work = "f([0, 5]); f([0, 0]); f([0, 6])"
    found = record_module(tmp_path / "p", dedent(source), work, python=other(python)).recording
    labels = {each.label.partition(", ")[2]: len(each.calls) for each in found.classes}
    assert labels == {"lines +1–4,6": 2, "lines +1–3,5–6": 1}


@every_python
def test_methods_and_kinds_of_functions(python: str, tmp_path: Path) -> None:
    source = """
    import functools
    class A:
        def __init__(self, k): self.k = k
        def m(self, x): return self.k + x
        @classmethod
        def c(cls, x): return x
        @staticmethod
        def s(x): return x
        @property
        def p(self): return self.k
    class B(A):
        def m(self, x): return super().m(x)
    def g(n): yield from range(n)
    async def co(x): return x
    async def ag(n):
        for i in range(n): yield i
    @functools.lru_cache(None)
    def cached(x): return x
    """
    work = """
    import asyncio
    a = A(1); b = B(2)
    assert (a.m(1), b.m(1), A.c(5), a.s(6), a.p) == (2, 3, 5, 6, 1)
    assert list(g(3)) == [0, 1, 2]
    assert asyncio.run(co(7)) == 7
    async def main(): return [x async for x in ag(2)]
    assert asyncio.run(main()) == [0, 1]
    assert [cached(1), cached(1), cached(2)] == [1, 1, 2]
    """
    expected = {"A.m": 2, "A.c": 1, "A.s": 1, "A.p": 1, "B.m": 1, "g": 1, "co": 1, "ag": 1}
    for target, calls in {**expected, "cached": 2}.items():
        bench = record_module(tmp_path / target, source, work, target, other(python))
        assert (bench.recording.calls, bench.recording.omissions) == (calls, ()), target


@every_python
def test_workload_is_not_disturbed(python: str, tmp_path: Path) -> None:
    source = """
    import inspect
    def f(x, *, y=2):
        "Doc."
        if x < 0: raise ValueError(x)
        return f(x - 1) + 1 if x else 0
    """
    work = """
    import inspect
    for i in range(400):
        assert str(inspect.signature(f)) == '(x, *, y=2)', inspect.signature(f)
        assert f(3) == 3 and f.__name__ == 'f' and f.__doc__ == 'Doc.'
        try: f(-1)
        except ValueError as e: assert e.args == (-1,)
        else: raise SystemExit(1)
    assert f(900) == 900
    open('ok', 'w').close()
    """
    bench = record_module(tmp_path / "p", source, work, python=other(python))
    assert (bench.project.tree / "ok").exists()
    assert bench.recording.seen == pytest.approx(400 * 5 + 901, abs=2)


def test_calls_are_sampled_over_the_whole_run_and_rare_branches_stay(tmp_path: Path) -> None:
    source = "def f(x, kind):\n if kind == 'rare':\n  return -x\n return x"
    work = """
    for i in range(3000):
        f(i, 'rare' if i in (20, 40) else 'common')
    """
    settings = RecordSettings(max_calls=40)
    bench = record_module(tmp_path / "p", source, work, settings=settings)
    found = bench.recording
    assert found.calls == 40
    assert found.seen == pytest.approx(3000, abs=1)
    labels = [group.label for group in found.classes if len(group.calls) in (1, 2)]
    assert any("+1–2" in label for label in labels), found.classes
    later = [text for text in found.examples if int(text.split("(")[1].split(",")[0]) > 300]
    assert later, found.examples


def test_equal_calls_are_kept_once_and_counted(tmp_path: Path) -> None:
    found = record_module(
        tmp_path / "p", "def f(x):\n return x", "for i in range(50): f(i % 2)"
    ).recording
    assert (found.calls, found.seen) == (2, 50)


def test_arguments_are_those_before_the_call(tmp_path: Path) -> None:
    source = "def f(xs):\n xs.clear()"
    found = record_module(tmp_path / "p", source, "f([1, 2])").recording
    assert found.examples == ("f([1, 2])",)


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("(i for i in ())", "generator"),
        ("open('lib.py')", "open file"),
        ("__import__('socket').socket()", "socket"),
    ],
)
def test_what_cannot_be_recorded_is_named(argument: str, reason: str, tmp_path: Path) -> None:
    found = record_module(tmp_path / "p", "def f(x):\n pass", f"f({argument})").recording
    assert found.calls == 0
    assert [(omission.reason, omission.calls) for omission in found.omissions] == [(reason, 1)]


def test_lambdas_sentinels_and_locks_can_be_recorded(tmp_path: Path) -> None:
    source = """
    import threading
    MISSING = object()
    class Box:
        def __init__(self): self.lock = threading.Lock()
    def f(x, key=None, default=MISSING):
        return 'none' if default is MISSING else key(x)
    """
    work = "f(Box()); n = 3; f(1, lambda x: x + n, None)"
    bench = record_module(tmp_path / "p", source, work)
    assert (bench.recording.calls, bench.recording.omissions) == (2, ())
    result = bench.judge(source.replace("'none'", "'n' + 'one'"))
    assert (result.same, result.compared) == (True, 2)


def test_child_processes_record_too(tmp_path: Path) -> None:
    source = "def f(x):\n return x * 2"
    work = """
    import multiprocessing
    if __name__ == '__main__':
        f(-1)
        with multiprocessing.get_context('fork').Pool(2) as pool:
            pool.map(f, range(10))
            pool.close()
            pool.join()
    """
    found = record_module(tmp_path / "p", source, work).recording
    assert found.calls == 11


def test_target_in_the_script_itself(tmp_path: Path) -> None:
    bench = record_module(
        tmp_path / "p",
        "class P:\n def __init__(self, x): self.x = x\n"
        "def f(p):\n return [p.x]\nif __name__ == '__main__':\n f(P(1)); f(P(2))",
        "import runpy\nrunpy.run_path('lib.py', run_name='other')\n"
        "import subprocess, sys\nsubprocess.check_call([sys.executable, 'lib.py'])",
    )
    assert bench.recording.calls == 2
    same = bench.judge((bench.project.tree / "lib.py").read_text())
    assert (same.same, same.compared) == (True, 2)


def test_reasons_for_no_calls(tmp_path: Path) -> None:
    cases = {"f": "the workload does not call it", "nope": "lib has no nope"}
    for target, reason in cases.items():
        bench = record_module(tmp_path / target, "def f(x):\n pass", "", target)
        assert [omission.reason for omission in bench.recording.omissions] == [reason]


def test_a_workload_that_fails_before_it_calls_anything_is_named(tmp_path: Path) -> None:
    bench = record_module(tmp_path / "p", "def f(x):\n return x", "f(broken)\nf(1)")
    (omission,) = bench.recording.omissions
    assert omission.reason == (
        "the workload does not call it: work.py failed with exit code 1: "
        "NameError: name 'broken' is not defined"
    )


def test_calls_survive_a_process_that_is_killed_later(tmp_path: Path) -> None:
    """What ends without running exit handlers has still written what it recorded until then."""
    source = "def f(x):\n return x"
    work = """
    import os, sys, time
    from _codeopt_harness import recorder
    recorder.FLUSH = 0.0
    for i in range(5): f(i)
    os._exit(0)
    """
    assert record_module(tmp_path / "p", source, work).recording.calls == 5
    assert sys.version_info >= (3, 11)


def test_calls_of_the_tests_are_compared_and_not_timed(tmp_path: Path) -> None:
    source = "def f(x):\n return abs(x)"
    found = record_module(tmp_path / "p", source, "f(1); f(2); f(2)", tests="f(2); f(-3); f(-3)")
    recording = found.recording
    assert (recording.calls, recording.from_tests, recording.of_workload) == (3, 1, 2)
    assert recording.seen == 3
    assert [index for each in recording.classes for index in each.calls] == [0, 1]
    _, recorded = call_file.read(str(recording.file))
    assert [(row["text"], row["count"]) for row, _ in recorded] == [
        ("f(1)", 1),
        ("f(2)", 2),
        ("f(-3)", 0),
    ]
    assert [row[0] for row in Inputs(str(recording.file)).table()] == [0, 1]
    assert found.judge("def f(x):\n return x").same is False
    assert found.judge("def f(x):\n return x if x > 0 else -x").compared == 3


def test_tests_say_nothing_of_what_the_workload_does_not_call(tmp_path: Path) -> None:
    found = record_module(tmp_path / "p", "def f(x):\n return x", "pass", tests="f(2)").recording
    assert (found.calls, found.from_tests) == (0, 0)
    assert found.omissions[0].reason == "the workload does not call it"
