"""The tests of a project are known before a change, and compared one by one after it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codeopt.model.baseline import Baseline, Fault, Outcome
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.model.reasons import Code
from codeopt.verify import suite
from codeopt.verify.locks import changed, lock
from tests.verify.conftest import ALONE, Sample, write_sample

Build = Callable[..., Sample]
ADD, HALF = FunctionId("pkg/calc.py", "add"), FunctionId("pkg/calc.py", "Calc.half")
WATCH = ("pkg/calc.py:1:add", "pkg/calc.py:10:Calc.half", "pkg/calc.py:16:never")
GREEN = {
    "pkg/__init__.py": "",
    "pkg/calc.py": '''\
        def add(a, b):
            """Add.

            >>> add(1, 2)
            3
            """
            return a + b

        class Calc:
            @staticmethod
            def half(x):
                return x / 2

            value = add(1, 1)

        def never():
            return add(0, 0)
        ''',
    "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
    "tests/test_calc.py": """\
        import subprocess
        import sys
        import unittest

        import pytest
        from pkg.calc import Calc, add

        @pytest.mark.parametrize(
            "text", ["a b", "x::y", "[z]", "é", "", "a\\nb", "100%", "{0}", "'\\"", "-k"]
        )
        def test_odd(text):
            assert add(text, "") == text

        @pytest.mark.parametrize("thing", [object()], ids=repr)
        def test_address(thing):
            assert add([thing], []) == [thing]

        class TestHalf:
            def test_half(self):
                assert Calc.half(4) == 2

        class Old(unittest.TestCase):
            def test_sub(self):
                for n in range(2):
                    with self.subTest(n=n):
                        self.assertEqual(add(n, 1), n + 1)

        @pytest.mark.xfail
        def test_hope():
            assert add(1, 1) == 3

        @pytest.mark.xfail
        def test_more_than_hoped():
            assert 1

        @pytest.mark.skip
        def test_skipped():
            pass

        def test_plain():
            pass

        def test_in_a_child():
            code = "from pkg.calc import Calc; print(Calc.half(2))"
            assert subprocess.check_output([sys.executable, "-c", code]).strip() == b"1.0"
        """,
}


@pytest.fixture(autouse=True)
def two_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "MOST_RUNS", 2)


@pytest.fixture(scope="module")
def green(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("green"), GREEN)


@pytest.fixture(scope="module")
def known(green: Sample) -> Iterator[Baseline]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suite, "MOST_RUNS", 2)
        yield green.candidate().baseline(*WATCH)


def outcome(known: Baseline, part: str) -> Outcome:
    return next(o.outcome for o in known.outcomes if part in o.id)


def test_knows_every_outcome(known: Baseline) -> None:
    assert len(known.outcomes) == 19
    assert outcome(known, "test_hope") is Outcome.XFAILED
    assert outcome(known, "more_than_hoped") is Outcome.XPASSED
    assert outcome(known, "test_skipped") is Outcome.SKIPPED
    assert outcome(known, "pkg.calc.add") is Outcome.PASSED
    assert sum(o.outcome is Outcome.PASSED for o in known.outcomes) == 16
    assert known.set_aside == ()
    assert (known.sessions, known.returncode, known.restless) == (1, 0, ())


def test_knows_which_tests_reach_a_function(known: Baseline) -> None:
    names = {name.partition("::")[2] for name in known.tests_of(ADD)}
    assert {"pkg.calc.add", "Old::test_sub", "test_hope", "test_odd[x::y]"} <= names
    assert not {"test_plain", "test_skipped", "TestHalf::test_half"} & names
    assert [n.partition("::")[2] for n in known.tests_of(HALF)] == [
        "TestHalf::test_half",
        "test_in_a_child",
    ]
    reach = {r.function: r for r in known.reach}
    assert (reach[ADD].elsewhere, reach[HALF].elsewhere) == (True, False)
    assert known.tests_of(FunctionId("pkg/calc.py", "never")) == ()


def test_accepts_a_candidate_that_changes_nothing(green: Sample, known: Baseline) -> None:
    same = green.candidate(("pkg/calc.py", "return a + b", "return a.__add__(b)"))
    whole = same.suite(known)
    assert (whole.reason, whole.same, whole.compared) == (None, True, 19)
    some = same.reaching(known, HALF)
    assert (some.reason, some.same, some.compared) == (None, True, 2)
    odd = same.reaching(known, ADD)
    assert (odd.reason, odd.same, odd.compared) == (None, True, len(known.tests_of(ADD)))


def test_compares_nothing_where_no_test_reaches(green: Sample, known: Baseline) -> None:
    result = green.reaching(known, FunctionId("pkg/calc.py", "never"))
    assert (result.same, result.compared, result.reason) == (None, 0, None)


EXIT = "import os; os._exit(0)"
FAKE = "print('19 passed in 0.01s', flush=True); import sys; sys.exit(0)"
PLANT = "open('tests/conftest.py', 'w').write('collect_ignore = []')"
CHANGE = "open('tests/test_calc.py', 'a').write('# fine')"
SKIP = "import sys; 'pytest' in sys.modules and sys.modules['pytest'].skip()"
BROKEN = [
    ("a wrong result", "return x / 2", "return x", Code.TESTS_FAILED),
    ("a wrong type of error", "return x / 2", "raise KeyError(x)", Code.TESTS_FAILED),
    ("exit in mid-suite", "return x / 2", f"{EXIT}; return x", Code.CRASH),
    ("a crash", "return x / 2", "import os; os.abort()", Code.CRASH),
    ("fake output", "return x / 2", FAKE, Code.TESTS_FAILED),
    ("an early end", "return x / 2", "import pytest; pytest.exit('x', 0)", Code.CRASH),
    (
        "a test that skips itself",
        "return x / 2",
        f"{SKIP}; return x / 2",
        Code.TESTS_CHANGED,
    ),
    ("an xfail that passes", "return a + b", "return 3 if a == 1 else a + b", Code.TESTS_FAILED),
    ("a planted conftest", "return x / 2", f"{PLANT}; return x / 2", Code.LOCKED_FILE),
    ("a changed test", "return x / 2", f"{CHANGE}; return x / 2", Code.LOCKED_FILE),
    ("an import error", "class Calc:", "import nothing\nclass Calc:", Code.TESTS_FAILED),
    ("exit at import", "class Calc:", f"{EXIT}\nclass Calc:", Code.CRASH),
    ("a lost test", ">>> add", "add", Code.TESTS_CHANGED),
    ("a new test", "return add(0, 0)", "'''>>> 1\n    1\n    '''", Code.TESTS_CHANGED),
]


@pytest.mark.parametrize(("name", "old", "new", "code"), BROKEN, ids=[b[0] for b in BROKEN])
def test_refuses(green: Sample, known: Baseline, name: str, old: str, new: str, code: Code) -> None:
    result = green.candidate(("pkg/calc.py", old, new)).suite(known)
    assert result.same is False
    assert result.reason is not None
    assert result.reason.code is code, result.reason


def test_names_the_failing_test_and_its_message(green: Sample, known: Baseline) -> None:
    wrong = green.candidate(("pkg/calc.py", "return x / 2", "return x"))
    for result in (wrong.suite(known), wrong.reaching(known, HALF)):
        assert result.reason is not None
        assert "tests/test_calc.py::TestHalf::test_half" in result.reason.text
        assert "assert 4 == 2" in result.reason.text


def test_stops_a_candidate_that_hangs(
    green: Sample, known: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suite, "TIMEOUT_SLACK", 4.0)
    monkeypatch.setattr(suite, "TIMEOUT_FACTOR", 0.0)
    endless = green.candidate(("pkg/calc.py", "return x / 2", "import time; time.sleep(99)"))
    result = endless.reaching(known, HALF)
    assert result.reason is not None
    assert result.reason.code is Code.TIMEOUT
    assert "test_half" in result.reason.text


# ---------------------------------------------------------------------------- the original
def test_names_flaky_and_order_dependent_tests(sample: Build, tmp_path: Path) -> None:
    project = sample(
        {
            "test_it.py": f"""\
            from pathlib import Path
            import pytest

            seen = []

            def test_flaky():
                count = Path({str(tmp_path / "count")!r})
                runs = len(count.read_text()) if count.exists() else 0
                count.write_text("x" * (runs + 1))
                assert runs != 1

            @pytest.mark.parametrize("n", range(6))
            def test_row(n):
                seen.append(n)
                assert n == len(seen) - 1
            """
        }
    )
    known = project.baseline()
    faults = {test.id.partition("::")[2]: test.fault for test in known.set_aside}
    assert faults.pop("test_flaky") is Fault.FLAKY
    assert faults
    assert set(faults.values()) == {Fault.ORDER_DEPENDENT}
    assert project.suite(known).same is True


def stops(project: Sample) -> str:
    with pytest.raises(PreconditionError) as caught:
        project.baseline()
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value.message


def test_stops_at_a_red_baseline(sample: Build) -> None:
    project = sample({"test_a.py": "def test_good(): pass\ndef test_bad(): assert 1 == 2\n"})
    assert "test_a.py::test_bad: assert 1 == 2" in stops(project)
    known = project.baseline(allow_failing=True)
    assert [(t.id, t.fault) for t in known.set_aside] == [("test_a.py::test_bad", Fault.FAILING)]
    assert project.suite(known).same is True
    worse = project.candidate(("test_a.py", "good(): pass", "good(): assert 0"))
    assert worse.suite(known).same is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "found no tests"),
        ("import nothing\ndef test_a(): pass\n", "can't collect test_a.py: ModuleNotFoundError"),
        ("def test_a(: pass\n", "can't collect test_a.py: "),
        ("import os\ndef test_a(): os._exit(0)\n", "broke off in test_a.py::test_a"),
        ("import os\ndef test_a(): os.kill(os.getpid(), 9)\n", "was killed by somebody"),
        ("import time\ndef test_a(): time.sleep(99)\n", "did not end within 3 s (in test_a.py"),
    ],
    ids=["no tests", "import error", "syntax error", "exit", "killed", "hanging"],
)
def test_stops_when_the_tests_give_no_evidence(sample: Build, text: str, said: str) -> None:
    project = sample({"test_a.py": text}, timeout=3.0 if "sleep" in text else 60.0)
    assert said in stops(project)


def test_stops_when_the_command_is_wrong(sample: Build) -> None:
    project = sample({"test_a.py": "def test_a(): pass\n"}, argv=(*PYTEST_TYPO,))
    assert "exit code" in stops(project)


PYTEST_TYPO = (*ALONE, "{python}", "-m", "pytest", "--no-such-option")


def test_leaves_a_failing_selection_to_the_suite_if_it_fails_originally(sample: Build) -> None:
    project = sample(
        {
            "lib.py": "def f():\n    return 1\n",
            "test_a.py": """\
            import lib
            state = []
            def test_first():
                state.append(1)
            class TestB:
                def test_second(self):
                    assert lib.f() and (state or not state)
            def test_needs_others(request):
                assert lib.f() and len(request.session.items) == 3
            """,
        }
    )
    known = project.baseline("lib.py:1:f")
    target = FunctionId("lib.py", "f")
    assert project.reaching(known, target).same is False
    assert project.reaching(known, target, original=project).same is True
    wrong = project.candidate(("lib.py", "return 1", "return 0"))
    reason = wrong.reaching(known, target, original=project).reason
    assert reason is not None
    assert "test_second" in reason.text


def test_ignores_what_the_tests_themselves_write(sample: Build) -> None:
    text = """\
    import uuid
    def test_a():
        open("tests/last.txt", "w").write(str(uuid.uuid4()))
    """
    project = sample({"tests/test_a.py": text})
    known = project.candidate().baseline()
    assert known.restless == ("tests/last.txt",)
    assert project.candidate().suite(known).same is True


def test_sessions_inside_of_tests_are_no_evidence(sample: Build) -> None:
    project = sample(
        {
            "conftest.py": "pytest_plugins = ['pytester']\n",
            "test_a.py": """\
            def test_inner(pytester):
                pytester.makepyfile("def test_x(): assert 0")
                pytester.runpytest_inprocess().assert_outcomes(failed=1)
                pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(failed=1)
            """,
        }
    )
    known = project.baseline()
    assert [o.id for o in known.outcomes] == ["test_a.py::test_inner"]


# ---------------------------------------------------------------------------- other runners
UNITTEST = {
    "lib.py": "def f(x):\n    return x + 1\n",
    "test_lib.py": """\
    import unittest
    import lib

    class TestF(unittest.TestCase):
        def test_f(self):
            self.assertEqual(lib.f(1), 2)

        def test_other(self):
            for n in range(3):
                with self.subTest(n=n):
                    self.assertTrue(n < 3)

        @unittest.skip("later")
        def test_skipped(self):
            pass

        @unittest.expectedFailure
        def test_expected(self):
            self.assertEqual(lib.f(1), 3)
    """,
}


def test_unittest(sample: Build) -> None:
    project = sample(UNITTEST, argv=("{python}", "-m", "unittest"))
    known = project.candidate().baseline("lib.py:1:f")
    assert [(o.id.rpartition(".")[2], str(o.outcome)) for o in known.outcomes] == [
        ("test_expected", "xfailed"),
        ("test_f", "passed"),
        ("test_other", "passed"),
        ("test_skipped", "skipped"),
    ]
    target = FunctionId("lib.py", "f")
    assert known.tests_of(target) == ("test_lib.TestF.test_expected", "test_lib.TestF.test_f")
    assert project.candidate().suite(known).same is True
    assert project.candidate().reaching(known, target).compared == 2
    wrong = project.candidate(("lib.py", "x + 1", "x"))
    for result in (wrong.suite(known), wrong.reaching(known, target)):
        assert result.reason is not None
        assert result.reason.code is Code.TESTS_FAILED
        assert "test_lib.TestF.test_f fails: AssertionError: 1 != 2" in result.reason.text
    gone = project.candidate(("lib.py", "return x + 1", "import os; os._exit(0)"))
    assert gone.suite(known).same is False


def test_unittest_that_is_red(sample: Build) -> None:
    files = {**UNITTEST, "lib.py": "def f(x):\n    return x\n"}
    assert "test_lib.TestF.test_f" in stops(sample(files, argv=("{python}", "-m", "unittest")))


def test_plain_commands_by_their_exit_code(sample: Build) -> None:
    project = sample({"check.py": "assert sum([1, 2]) == 3\n"}, argv=("{python}", "check.py"))
    known = project.baseline()
    assert (known.outcomes, known.sessions, known.returncode) == ((), 0, 0)
    assert project.suite(known).same is True
    reason = project.candidate(("check.py", "== 3", "== 4")).suite(known).reason
    assert reason is not None
    assert reason.code is Code.TESTS_FAILED
    assert "AssertionError" in reason.text


def test_plain_commands_by_the_tests_inside_of_them(sample: Build) -> None:
    argv = ("/bin/sh", "-c", f"{sys.executable} -m pytest -q test_a.py; true")
    project = sample({"test_a.py": "def test_a(): assert 2 > 1\n"}, argv=argv)
    known = project.baseline()
    assert [o.id for o in known.outcomes] == ["test_a.py::test_a"]
    worse = project.candidate(("test_a.py", "2 > 1", "2 < 1"))
    assert worse.suite(known).same is False


# ---------------------------------------------------------------------------- locks
def test_locks_tests_and_configuration(tmp_path: Path) -> None:
    for path in ["tests/data/a.json", "pkg/a.py", "setup.cfg", ".venv/tests/a.py", "test_a.py"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("1")
    before = lock(tmp_path)
    assert [path for path, _ in before] == ["setup.cfg", "test_a.py", "tests/data/a.json"]
    (tmp_path / "pkg/a.py").write_text("2")
    assert changed(before, lock(tmp_path)) == ()
    (tmp_path / "setup.cfg").write_text("2")
    (tmp_path / "test_a.py").unlink()
    (tmp_path / "pkg/conftest.py").symlink_to("/dev/null")
    assert changed(before, lock(tmp_path)) == ("pkg/conftest.py", "setup.cfg", "test_a.py")
