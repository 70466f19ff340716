"""Source roots, tests and workload are read from the files of a tree."""

from pathlib import Path

import pytest

from codeopt.config import ProjectSettings
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.project import Interpreter, WorkloadKind
from codeopt.profile.detect import find_project, require_tests
from codeopt.profile.layout import is_test_path, read_layout

BARE = Interpreter(Path("/env/bin/python"), (3, 11, 0), ())
PYTEST = Interpreter(Path("/env/bin/python"), (3, 11, 0), (), (("pytest", "9.0"),))
BENCHMARK = Interpreter(
    Path("/env/bin/python"), (3, 11, 0), (), (("pytest", "9.0"), ("pytest-benchmark", "5.0"))
)
TEST = "def test_one():\n    assert True\n"
UNITTEST = "import unittest\nclass T(unittest.TestCase):\n    def test(self): pass\n"


def find(tree, python=PYTEST, **settings):
    """Find the project with its settings as keywords."""
    return find_project(tree, python, ProjectSettings(**settings))


@pytest.mark.parametrize(
    ("files", "roots"),
    [
        ({"src/pkg/__init__.py": "", "setup.py": ""}, ("src",)),
        ({"pkg/__init__.py": "", "pkg/a.py": ""}, ("",)),
        ({"single.py": ""}, ("",)),
        ({"src/single.py": "", "tests/test_a.py": TEST}, ("src",)),
        ({"src/space/pkg/__init__.py": ""}, ("src",)),
        ({"source/pkg/__init__.py": "", "setup.py": "setup(package_dir={'': 'source'})"},
         ("source",)),
        ({"code/pkg/__init__.py": "",
          "pyproject.toml": '[tool.setuptools.packages.find]\nwhere = ["code"]\n'}, ("code",)),
        ({"code/pkg/__init__.py": "",
          "setup.cfg": "[options.packages.find]\nwhere = code\n"}, ("code",)),
        ({"one/pyproject.toml": "", "one/src/first/__init__.py": "",
          "two/pyproject.toml": "", "two/second/__init__.py": ""}, ("one/src", "two")),
        ({"pkg/__init__.py": "", "tests/test_a.py": TEST, "tests/checks.py": ""}, ("", "tests")),
        ({"pkg/__init__.py": "", "tests/__init__.py": "", "tests/checks.py": ""}, ("",)),
        ({"pkg/__init__.py": "", "venv/pyvenv.cfg": "", "venv/lib/a.py": "",
          "env/pyvenv.cfg": "", "env/x/__init__.py": ""}, ("",)),
    ],
)  # fmt: skip
def test_source_roots(make_tree, files, roots):
    assert read_layout(make_tree(files)).source_roots() == roots


def test_pytest_by_default(make_tree):
    project = find(make_tree({"pkg/__init__.py": "", "tests/test_a.py": TEST}))
    assert project.tests == project.workload
    assert project.tests.argv == ("{python}", "-m", "pytest", "-q")
    assert project.tests.kind is WorkloadKind.PYTEST


def test_distorting_plugins_are_off(make_tree):
    packages = (("pytest", "9"), ("pytest-cov", "6"), ("pytest-xdist", "3"))
    python = Interpreter(Path("/env/bin/python"), (3, 11, 0), (), packages)
    project = find(make_tree({"a.py": "", "test_a.py": TEST}), python)
    assert project.tests.argv[-2:] == ("--no-cov", "-n0")


def test_a_plugin_that_the_project_blocks_gets_no_flag(make_tree):
    config = '[tool.pytest.ini_options]\naddopts = "-p no:benchmark"\n'
    project = find(make_tree({"pyproject.toml": config, "test_a.py": TEST}), BENCHMARK)
    assert project.tests.argv == ("{python}", "-m", "pytest", "-q")


def test_unittest_where_there_is_no_pytest(make_tree):
    tree = make_tree({"pkg/__init__.py": "", "tests/__init__.py": "", "tests/test_a.py": UNITTEST})
    project = find(tree, BARE)
    argv = ("{python}", "-m", "unittest", "discover", "-s", "tests", "-t", ".")
    assert project.tests.argv == argv


def test_pytest_is_named_when_it_is_missing(make_tree):
    with pytest.raises(PreconditionError, match="pytest is not installed") as caught:
        find(make_tree({"pkg/__init__.py": "", "tests/test_a.py": TEST}), BARE)
    assert "pip install pytest" in caught.value.hint


def test_a_workload_does_not_stand_in_for_tests(make_tree):
    files = {"pkg/__init__.py": "", "bench.py": "", "tests/test_a.py": TEST}
    tree = make_tree(files)
    require_tests(find(tree, bench="bench.py"))
    with pytest.raises(PreconditionError, match="pytest is not installed for /env/bin/python"):
        require_tests(find(tree, BARE, bench="bench.py"))
    (tree / "tests" / "test_a.py").unlink()
    with pytest.raises(PreconditionError, match="no tests were found") as caught:
        require_tests(find(tree, bench="bench.py"))
    assert "--test CMD" in caught.value.hint


def test_nothing_to_run(make_tree):
    with pytest.raises(PreconditionError, match="no tests and no benchmarks") as caught:
        find(make_tree({"pkg/__init__.py": ""}))
    assert "--bench" in caught.value.hint


def test_tests_may_be_missing_when_there_is_a_workload(make_tree):
    project = find(make_tree({"work.py": "print()"}), BARE, bench="work.py --fast")
    assert project.tests is None
    assert project.workload.kind is WorkloadKind.SCRIPT
    assert project.workload.argv == ("{python}", "work.py", "--fast")


@pytest.mark.parametrize(
    ("text", "kind", "argv"),
    [
        ("pytest -x tests", WorkloadKind.PYTEST, ("pytest", "-x", "tests")),
        ("python3 -m pytest", WorkloadKind.PYTEST, ("{python}", "-m", "pytest")),
        ("python run.py 'a b'", WorkloadKind.COMMAND, ("{python}", "run.py", "a b")),
        ("make test && true", WorkloadKind.COMMAND, ("sh", "-c", "make test && true")),
        ("A=1 make test", WorkloadKind.COMMAND, ("sh", "-c", "A=1 make test")),
    ],
)
def test_commands(make_tree, text, kind, argv):
    tests = find(make_tree({"a.py": ""}), test=text).tests
    assert (tests.kind, tests.argv) == (kind, argv)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"bench": "missing.py"}, "names missing.py, which the repository does not have"),
        ({"test": "pytest 'open"}, "is not a command line"),
        ({"test": " "}, "is empty"),
    ],
)
def test_wrong_settings(make_tree, settings, message):
    with pytest.raises(UsageError, match=message):
        find(make_tree({"a.py": ""}), **settings)


@pytest.mark.parametrize("inside", [True, False])
def test_a_script_is_named_by_its_path_in_the_repository(make_tree, tmp_path, inside):
    tree = make_tree({"a.py": "", "pkg/run.py": ""})
    (tmp_path / "elsewhere.py").touch()
    script = tree / "pkg/run.py" if inside else tmp_path / "elsewhere.py"
    with pytest.raises(UsageError, match="which the repository does not have") as caught:
        find(tree, bench=str(script))
    assert "by its path in the repository" in caught.value.hint


def test_benchmarks_are_preferred(make_tree):
    bench = "def test_fast(benchmark):\n    benchmark(sum, [1])\n"
    tree = make_tree({"a.py": "", "tests/test_a.py": TEST, "benchmarks/bench_a.py": bench})
    project = find(tree, BENCHMARK)
    assert project.workload.kind is WorkloadKind.BENCHMARK
    assert project.workload.argv[-1] == "benchmarks/bench_a.py"
    assert "--benchmark-only" in project.workload.argv
    assert project.tests.argv[-1] == "--benchmark-disable"
    assert find(tree, PYTEST).workload.kind is WorkloadKind.PYTEST


def test_benchmarks_that_are_named_need_their_plugin(make_tree):
    tree = make_tree({"a.py": "", "tests/test_a.py": TEST})
    named = "pytest benchmarks --benchmark-only"
    assert find(tree, BENCHMARK, bench=named).workload.kind is WorkloadKind.BENCHMARK
    off = find(tree, BENCHMARK, bench="pytest tests --benchmark-disable")
    assert off.workload.kind is WorkloadKind.PYTEST
    with pytest.raises(PreconditionError, match="needs pytest-benchmark, which is not installed"):
        find(tree, PYTEST, bench=named)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/data/a.py", True),
        ("pkg/test_a.py", True),
        ("conftest.py", True),
        ("pkg/a_test.py", True),
        ("pkg/testing_tools.py", False),
        ("pkg/latest.py", False),
    ],
)
def test_paths_of_tests(path, expected):
    assert is_test_path(path) is expected
