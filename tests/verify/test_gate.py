"""The gate refuses what it must, with the right code, and lets through what it must."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt.config import JudgeSettings
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Check, CheckResult
from codeopt.model.reasons import Code
from codeopt.verify.change import Change, FileText, change_of, changed_functions
from codeopt.verify.gate import check
from codeopt.verify.rules import RULES
from tests.verify.gate_cases import BEFORE, FAST, LET_THROUGH, LOOP, REFUSED, Case

ROOT = Path(__file__).parents[2]
UNIQUE = FunctionId("pkg/lists.py", "unique")


def judge(case: Case) -> CheckResult:
    change = Change(
        (FileText("pkg/lists.py", BEFORE, case.after()),),
        frozenset({FunctionId("pkg/lists.py", case.target)}),
        packages=frozenset({"numpy", "pytest", "unittest"}),
    )
    return check(change, JudgeSettings(allow=case.allow))


def judge_files(*files: FileText, targets: tuple[FunctionId, ...] = (UNIQUE,)) -> CheckResult:
    return check(Change(files, frozenset(targets)), JudgeSettings())


def fast(path: str) -> FileText:
    return FileText(path, BEFORE, BEFORE.replace(LOOP, FAST))


@pytest.mark.parametrize("case", LET_THROUGH, ids=lambda case: case.name)
def test_lets_through(case: Case) -> None:
    result = judge(case)
    assert result.reason is None
    assert result.same is True
    assert result.check is Check.GATE
    assert any(case.effect in effect for effect in result.effects) or not case.effect
    assert bool(result.effects) == bool(case.effect)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refuses(case: Case) -> None:
    result = judge(case)
    assert result.same is False
    assert result.reason is not None
    assert result.reason.code is case.code, result.reason
    if case.effect:
        assert any(case.effect in effect for effect in result.effects)


def test_every_rule_refuses_something() -> None:
    codes = {case.code for case in REFUSED}
    assert {rule.code for rule in RULES} <= codes


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_lists.py",
        "tests/data/answers.json",
        "pkg/tests/helpers.py",
        "test_lists.py",
        "pkg/lists_test.py",
        "conftest.py",
        "pyproject.toml",
        "setup.cfg",
        "pytest.ini",
        "tox.ini",
        "noxfile.py",
        "sitecustomize.py",
        "usercustomize.py",
        "pkg/evil.pth",
        ".github/workflows/ci.yml",
        "pkg/data.json",
        "README.md",
    ],
)
@pytest.mark.parametrize("before", [None, "x = 1\n"])
def test_refuses_locked_and_foreign_files(path: str, before: str | None) -> None:
    result = judge_files(fast("pkg/lists.py"), FileText(path, before, "x = 2\n"))
    assert result.reason is not None
    assert result.reason.code is Code.LOCKED_FILE
    assert path in result.reason.text


def test_refuses_what_the_caller_locked() -> None:
    change = Change((fast("pkg/lists.py"),), frozenset({UNIQUE}), locked=("pkg/*.py",))
    reason = check(change, JudgeSettings()).reason
    assert reason is not None
    assert reason.code is Code.LOCKED_FILE


@pytest.mark.parametrize(
    "file", [FileText("pkg/re.py", None, "x = 1\n"), FileText("pkg/old.py", "x = 1\n", None)]
)
def test_refuses_new_and_removed_modules(file: FileText) -> None:
    reason = judge_files(fast("pkg/lists.py"), file).reason
    assert reason is not None
    assert reason.code is Code.OTHER_CODE


def test_judges_several_files_at_once() -> None:
    other = FunctionId("pkg/more.py", "unique")
    both = (fast("pkg/lists.py"), fast("pkg/more.py"))
    assert judge_files(*both, targets=(UNIQUE, other)).compared == 2
    reason = judge_files(*both).reason
    assert reason is not None
    assert (reason.code, reason.text.split(":")[0]) == (Code.OTHER_CODE, "pkg/more.py")


def test_derives_the_changed_functions() -> None:
    after = BEFORE.replace(LOOP, FAST).replace("sorted(self)[0]", "min(self)")
    after += "\n\ndef new():\n    return 1\n"
    found = changed_functions("pkg/lists.py", BEFORE, after)
    assert [target.qualname for target in found] == ["unique", "Box.first"]
    assert changed_functions("a.py", BEFORE, BEFORE + "\n# end\n") == ()


def test_a_change_inside_a_nested_function_belongs_to_the_outer_one() -> None:
    after = BEFORE.replace("return function(*args)", "return function( *(args) ) or 0")
    assert changed_functions("a.py", BEFORE, after) == (FunctionId("a.py", "logged"),)


def test_reads_patches_in_their_own_encoding() -> None:
    before = "# -*- coding: latin-1 -*-\ndef f():\n    return 'é'\n".encode("latin-1")
    change = change_of(
        Patch((FileChange("a.py", before, before.replace(b"return", b"return 1 and")),)),
        [FunctionId("a.py", "f")],
    )
    assert check(change, JudgeSettings()).same is True
    assert "é" in (change.files[0].before or "")


def test_names_the_line_that_is_broken() -> None:
    reason = judge_files(FileText("a.py", "x = 1\n", "x = 1\ny = f([:3]\n")).reason
    assert reason is not None
    assert reason.text.startswith("a.py can't be parsed: line 2: ")


def test_names_the_interpreter_when_the_original_is_too_new() -> None:
    text = "def f():\n    return 1\ndef f(:\n"
    reason = judge_files(FileText("a.py", text, text + "#")).reason
    assert reason is not None
    assert reason.code is Code.UNPARSABLE
    assert "even before the change" in reason.text


def test_the_documentation_lists_every_rule() -> None:
    page = (ROOT / "docs" / "gate.md").read_text()
    for rule in RULES:
        assert f"| `{rule.name}` | `{rule.code}` | {rule.text} |" in page
