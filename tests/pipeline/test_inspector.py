"""What the old code does on calls of the new one, told from the new version's side."""

from __future__ import annotations

import math

import pytest

from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Check, CheckResult, Difference, Interval, Verdict
from codeopt.model.inspection import Inspected
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline.changed import new_signatures
from codeopt.pipeline.inspector import compared

ITEM = Inspected(FunctionId("mod.py", "f"), 3)
FINE = CheckResult(Check.ORACLE, True, 7)


def failed(check: Check, new: str, old: str, code: Code = Code.RESULT) -> CheckResult:
    difference = Difference("result", new, old, "print(mod.f(1))")
    return CheckResult(check, False, 2, Reason(code, "another result"), difference)


def test_a_difference_is_told_as_what_becomes_what() -> None:
    found = compared(ITEM, Verdict((FINE, failed(Check.INPUTS, "int 2", "int 1"))))
    assert (found.same, found.compared) == (False, 9)
    assert found.difference is not None
    assert found.difference.change == "int 1 becomes int 2"
    assert compared(ITEM, Verdict((FINE, CheckResult(Check.INPUTS, True, 40)))).same is True
    assert compared(ITEM, Verdict((CheckResult(Check.ORACLE, None),))).same is None


def test_made_up_calls_of_a_new_signature_tell_nothing() -> None:
    new = Inspected(FunctionId("mod.py", "f"), 3, new_signature=True)
    verdict = Verdict((FINE, failed(Check.INPUTS, "int 2", "raises TypeError: no 'wide'")))
    found = compared(new, verdict)
    assert (found.same, found.compared, found.difference) == (True, 7, None)
    recorded = Verdict((failed(Check.ORACLE, "int 2", "int 1"),))
    assert compared(new, recorded).same is False


@pytest.mark.parametrize(
    ("new", "old", "code", "same"),
    [
        ("int 9", "raises AttributeError: 'n'", Code.RESULT, None),
        ("int 9", "raises KeyError: 'n'", Code.RESULT, False),
        ("raises ValueError", "raises TypeError: no", Code.RESULT, False),
        ("int 9", "int 8", Code.TIMEOUT, None),
        ("int 9", "int 8", Code.CRASH, None),
    ],
)
def test_what_the_old_code_cannot_be_asked_is_no_difference(
    new: str, old: str, code: Code, same: bool | None
) -> None:
    found = compared(ITEM, Verdict((failed(Check.ORACLE, new, old, code),)))
    assert found.same is same
    assert found.note.startswith("not compared: ") is (same is None)


def test_ratios_are_turned_round() -> None:
    found = Interval(2.0, 1.6, 2.5, 9).inverse
    assert (found.estimate, found.low, found.high, found.pairs) == (0.5, 0.4, 0.625, 9)
    assert Interval(1.0, 0.0, math.inf, 2).inverse == Interval(1.0, 0.0, math.inf, 2)


def test_new_signatures_are_found() -> None:
    before = b"def f(a):\n    return a\n\n\ndef g(a):\n    return a\n"
    after = before.replace(b"f(a)", b"f(a, b=1)").replace(
        b"def g(a):\n    return a", b"def g(a):\n    return 1"
    )
    patch = Patch((FileChange("mod.py", before, after), FileChange("new.py", b"", before)))
    assert new_signatures(patch) == {FunctionId("mod.py", "f")}
