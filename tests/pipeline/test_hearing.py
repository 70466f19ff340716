"""The evidence on several functions amounts to one reason, or to none."""

from __future__ import annotations

import pytest

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Check, CheckResult, Interval, Measurement, Verdict
from codeopt.model.judgement import Finding, Ruling, ruling
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline.hearing import against

SAME = CheckResult(Check.ORACLE, True, 3)
UNKNOWN = CheckResult(Check.ORACLE, None, reason=Reason(Code.UNVERIFIED, "no calls were recorded"))


def finding(
    name: str, slow: Code | None = None, *, high: float = 1.0, check: CheckResult = SAME
) -> Finding:
    """Return a finding that is faster unless there is a reason why not."""
    interval = Interval(high, high, high, 9)
    return Finding(
        FunctionId("mod.py", name),
        Verdict((CheckResult(Check.GATE, True), check)),
        Measurement("cpu", interval, None, 0.0) if check.same else None,
        faster=None if not check.same else slow is None,
        slow=Reason(slow, f"{slow}") if slow else None,
    )


FAST = finding("fast")
NEUTRAL = finding("neutral", Code.NOT_FASTER)
LITTLE = finding("little", Code.SLOWER, high=0.97)
SLOW = finding("slow", Code.SLOWER, high=0.8)
NOISY = finding("noisy", Code.TOO_NOISY)
HUNGRY = finding("hungry", Code.MEMORY)
SILENT = finding("silent", check=UNKNOWN)


@pytest.mark.parametrize(
    ("findings", "code", "expected"),
    [
        ([FAST], None, Ruling.KEEP),
        ([NEUTRAL], Code.NOT_FASTER, Ruling.REJECT),
        ([SLOW], Code.SLOWER, Ruling.REJECT),
        ([NOISY], Code.TOO_NOISY, Ruling.UNDECIDED),
        ([HUNGRY], Code.MEMORY, Ruling.REJECT),
        ([SILENT], Code.UNVERIFIED, Ruling.UNDECIDED),
        ([FAST, NEUTRAL], None, Ruling.KEEP),
        ([LITTLE, FAST], None, Ruling.KEEP),
        ([FAST, SLOW], Code.SLOWER, Ruling.REJECT),
        ([FAST, HUNGRY], Code.MEMORY, Ruling.REJECT),
        ([FAST, SILENT], Code.UNVERIFIED, Ruling.UNDECIDED),
        ([SILENT, SLOW], Code.SLOWER, Ruling.REJECT),
        ([NEUTRAL, NOISY], Code.TOO_NOISY, Ruling.UNDECIDED),
    ],
)
def test_one_must_be_faster_and_none_slower(
    findings: list[Finding], code: Code | None, expected: Ruling
) -> None:
    reason = against(findings, speed=True)
    assert (reason.code if reason else None) is code
    assert ruling(reason) is expected


def test_without_speed_the_same_is_enough_and_nothing_less() -> None:
    assert against([Finding(FAST.target, FAST.verdict)], speed=False) is None
    reason = against([FAST, SILENT, SILENT], speed=False)
    assert reason is not None
    assert reason.code is Code.UNVERIFIED
    assert reason.text == "mod.py::silent (and 1 more): no calls were recorded"


@pytest.mark.parametrize(
    ("code", "same"), [(Code.RESULT, False), (Code.TIMEOUT, False), (Code.UNVERIFIED, None)]
)
def test_what_cannot_be_compared_is_neither_the_same_nor_different(
    code: Code, same: bool | None
) -> None:
    failed = CheckResult(Check.ORACLE, False, 1, Reason(code, "why"))
    found = finding("f", check=failed)
    assert found.same is same
    assert found.reason is not None
