"""What a user may name as a target, and what is said when it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.discover.index import discover
from codeopt.discover.targets import is_optimisable, outermost, resolve_targets
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.errors import NoTargetsError, UsageError

_FILES = {
    "pkg/core.py": (
        "def run():\n    def inner(): pass\n    class L:\n        def m(self): pass\n"
        "class A:\n    class B:\n        def deep(self): pass\n    def method(self): pass\n"
    ),
    "pkg/broken.py": "def outer():\n    x = (\n    def lost(): pass\n\ndef fine(): pass\n",
    "pkg/data.txt": "",
    "pkg/test_core.py": "def test_it(): pass\n",
    "gen/made.py": "def made(): pass\n",
    "docs/conf.py": "def setup(app): pass\n",
    "setup.py": "def version(): pass\n",
    "empty/__init__.py": "",
    "tests/support.py": "def help(): pass\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in _FILES.items():
        (tmp_path / "repo" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repo" / path).write_text(text)
    return tmp_path / "repo"


@pytest.fixture
def code(root: Path) -> CodeMap:
    return discover(root, PythonLanguage())


def resolved(code: CodeMap, *texts: str, **options: object) -> list[str]:
    return [str(each) for each in resolve_targets(code, texts, **options)]  # type: ignore[arg-type]


ALL = ["pkg/core.py::run", "pkg/core.py::A.B.deep", "pkg/core.py::A.method"]


def test_none_is_the_whole_repository_without_tests_and_docs(code: CodeMap) -> None:
    assert resolved(code) == ["gen/made.py::made", "pkg/broken.py::fine", *ALL]


@pytest.mark.parametrize("target", ["pkg/core.py", "./pkg/core.py", "pkg/../pkg/core.py"])
def test_a_file(code: CodeMap, target: str) -> None:
    assert resolved(code, target) == ALL


@pytest.mark.parametrize("target", ["pkg", "pkg/", "./pkg"])
def test_a_directory(code: CodeMap, target: str) -> None:
    assert resolved(code, target) == ["pkg/broken.py::fine", *ALL]
    assert resolved(code, ".", "pkg") == resolved(code)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("run", "run"),
        ("A.method", "A.method"),
        ("A.B.deep", "A.B.deep"),
        ("A.B", "A.B.deep"),
        ("run.inner", "run"),
        ("run.<locals>.inner", "run"),
        ("run.L.m", "run"),
    ],
)
def test_a_function(code: CodeMap, name: str, function: str) -> None:
    assert resolved(code, f"pkg/core.py::{name}") == [f"pkg/core.py::{function}"]


def test_a_class_is_its_methods(code: CodeMap) -> None:
    assert resolved(code, "pkg/core.py::A") == ["pkg/core.py::A.B.deep", "pkg/core.py::A.method"]


def test_paths_are_those_of_the_working_directory(code: CodeMap, root: Path) -> None:
    assert resolved(code, "core.py::run", root=root, cwd=root / "pkg") == ["pkg/core.py::run"]
    assert resolved(code, str(root / "gen"), root=root) == ["gen/made.py::made"]
    (root.parent / "link").symlink_to(root)
    linked = resolved(code, "core.py", root=root.parent / "link", cwd=root.parent / "link" / "pkg")
    assert linked == ALL


def test_excluded_paths_unless_named(code: CodeMap) -> None:
    assert resolved(code, exclude=("gen", "*broken*")) == ALL
    assert resolved(code, "gen/made.py", exclude=("gen",)) == ["gen/made.py::made"]
    with pytest.raises(NoTargetsError, match="no function to optimise in gen") as caught:
        resolved(code, "gen", exclude=("gen",))
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        ("pkg/cor.py", "no such target: pkg/cor.py", "did you mean pkg/core.py"),
        ("core.py::run", "no such target: core.py::run", "did you mean pkg/core.py"),
        ("pkg/core.py::rum", "pkg/core.py has no function rum", "did you mean run"),
        ("pkg/core.py::method", "no function method", "did you mean A.method"),
        ("pkg/core.py::", "no name given", ""),
        ("pkg/core.py::zzz", "pkg/core.py has no function zzz", ""),
        ("pkg::run", "no such target: pkg::run", ""),
        ("::run", "a target needs a path", "write path::function"),
        ("../other.py", "../other.py is outside the repository", "run codeopt in"),
        ("/etc/passwd", "/etc/passwd is outside the repository", "run codeopt in"),
        ("pkg/data.txt", "not a Python source file", "name a .py file"),
        ("pkg/broken.py::outer.lost", "pkg/broken.py::outer has a syntax error (line ", "mend"),
    ],
)
def test_what_is_not_there(code: CodeMap, root: Path, target: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolved(code, target, root=root)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("target", ["pkg/test_core.py", "tests/support.py::help", "tests", "empty"])
def test_tests_are_no_targets(code: CodeMap, target: str) -> None:
    with pytest.raises(NoTargetsError):
        resolved(code, target)


@pytest.mark.parametrize(
    ("path", "exclude", "expected"),
    [
        ("pkg/a.py", (), True),
        ("pkg/testing.py", (), True),
        ("pkg/tests.py", (), True),
        ("pkg/contest.py", (), True),
        ("pkg/tests/a.py", (), False),
        ("test_a.py", (), False),
        ("a_test.py", (), False),
        ("conftest.py", (), False),
        ("setup.py", (), False),
        ("docs/a.py", (), False),
        ("vendor/a.py", ("vendor",), False),
        ("vendor/a.py", ("vendor/",), False),
        ("vendor/x/a.py", ("vendor/*",), False),
        ("pkg/vendor/a.py", ("vendor",), False),
        ("pkg/vendor/a.py", ("./vendor/*",), True),
        ("pkg/gen_a.py", ("**/gen_*.py",), False),
        ("gen_a.py", ("**/gen_*.py",), False),
        ("pkg/gen_a.py", ("gen_*.py",), False),
        ("pkg/a.py", ("other", "b.py"), True),
    ],
)
def test_is_optimisable(path: str, exclude: tuple[str, ...], expected: bool) -> None:
    assert is_optimisable(path, exclude) is expected


def test_outermost() -> None:
    assert outermost(FunctionId("m.py", "A.f.<locals>.g.<locals>.h")) == FunctionId("m.py", "A.f")
    assert outermost(FunctionId("m.py", "A.f")) == FunctionId("m.py", "A.f")
