"""A change is taken apart into functions; a candidate's file is written where it belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.discover.index import discover
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.errors import UsageError
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline.changed import add_new_files, take_apart, written

BEFORE = '''"""Doc."""
import os


def f(x):
    """Return x."""
    return x


class Box:
    async def get(self):
        def inner():
            return 1
        return inner()


def g(x):
    return f(x)
'''


def patch(**files: tuple[str, str]) -> Patch:
    return Patch(
        tuple(
            FileChange(name.replace("__", "/") + ".py", old.encode(), new.encode())
            for name, (old, new) in files.items()
        )
    )


def names(changed: tuple[FunctionId, ...]) -> list[str]:
    return [str(each) for each in changed]


def test_functions_are_found_in_all_files() -> None:
    after = BEFORE.replace("return 1", "return 2").replace("return f(x)", "return x")
    changed = take_apart(patch(mod=(BEFORE, after), other=("def h(): return 1", "def h(): pass")))
    assert names(changed.targets) == ["mod.py::Box.get", "mod.py::g", "other.py::h"]
    assert [each.path for each in changed.code.files] == ["mod.py", "other.py"]


def test_a_docstring_is_declared_and_not_compared() -> None:
    changed = take_apart(patch(mod=(BEFORE, BEFORE.replace("Return x.", "Give x."))))
    assert names(changed.declared) == ["mod.py::f"]
    assert changed.targets == ()


def test_tests_new_and_broken_files_are_not_compared() -> None:
    changed = take_apart(
        patch(
            tests__test_mod=("def test(): pass", "def test(): 1"),
            new=("", "x = 1"),
            gone=("x = 1", ""),
            mod=(BEFORE, BEFORE + "def broken(:\n"),
        )
    )
    assert changed.targets == ()
    assert [each.path for each in changed.code.files] == ["mod.py"]
    assert not changed.is_idle


@pytest.mark.parametrize(
    ("after", "idle"),
    [
        (BEFORE.replace('"""Doc."""', '"""Other."""'), True),
        (BEFORE.replace("Return x.", "Give x.") + "# comment\n", True),
        (BEFORE + "\n\nX = 1\n", False),
        (BEFORE.replace("return x", "return -x"), False),
    ],
)
def test_idle_is_what_runs_as_before(after: str, idle: bool) -> None:
    files = patch(mod=(BEFORE, after), test_mod=("a = 1", "a = 2"))
    assert take_apart(files).is_idle is idle


def test_new_files_come_beside_the_original_but_no_tests_and_nothing_outside(
    tmp_path: Path,
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "old.py").write_text("kept")
    new = ("pkg/_new.py", "data.json", "tests/test_new.py", "../out.py", "old.py")
    add_new_files(tree, Patch(tuple(FileChange(path, b"", b"1") for path in new)))
    found = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert found == ["tree/data.json", "tree/old.py", "tree/pkg/_new.py"]
    assert (tree / "old.py").read_text() == "kept"


def write(tmp_path: Path, name: str, text: str) -> Patch | Reason:
    (tmp_path / "mod.py").write_text(BEFORE)
    language = PythonLanguage()
    code = discover(tmp_path, language)
    return written(language, code, tmp_path, FunctionId("mod.py", name), text)


def after(found: Patch | Reason) -> str:
    assert isinstance(found, Patch), found
    (change,) = found.files
    assert change.before == BEFORE.encode()
    return change.after.decode()


def test_a_function_and_its_helper_go_into_the_file(tmp_path: Path) -> None:
    text = "import math\n\n_N = 2\n\n\ndef _h(x):\n    return math.floor(x) + _N\n\n\n"
    new = after(write(tmp_path, "f", text + "def f(x):\n    return _h(x)\n"))
    assert "return _h(x)" in new
    assert "def _h" in new
    assert "import math" in new
    assert "def g(x):\n    return f(x)\n" in new


def test_a_method_goes_into_its_class(tmp_path: Path) -> None:
    new = after(
        write(tmp_path, "Box.get", "class Box:\n    async def get(self):\n        return 1\n")
    )
    assert "    async def get(self):\n        return 1\n" in new
    assert "inner" not in new


def test_a_text_that_holds_the_whole_file_stands_for_it(tmp_path: Path) -> None:
    text = BEFORE.replace("    return x\n", "    return +x\n") + "# the end\n"
    assert after(write(tmp_path, "f", text)) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("def f(x:\n", Code.UNPARSABLE),
        ("def f(x):\n    return x\n", None),
        ("def f(x):\n    ...\n", Code.STUB),
        ("def helper(): return 1\n\ndef f(x):\n    return helper()\n", Code.PUBLIC_NAME),
        ("def g(x): return 2\n\ndef f(x):\n    return g(x)\n", Code.OTHER_CODE),
    ],
)
def test_what_is_no_rewrite_has_a_reason(tmp_path: Path, text: str, code: Code | None) -> None:
    found = write(tmp_path, "f", text)
    if code is None:
        assert not take_apart(found).targets if isinstance(found, Patch) else True
    else:
        assert isinstance(found, Reason)
        assert found.code is code


def test_a_file_without_the_function_is_the_wrong_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not define f"):
        write(tmp_path, "f", "from mod import f\n\n\ndef g():\n    return f(1)\n")
