"""The decision: each thing that must hold, taken away one at a time."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from codeopt.config import MeasureSettings
from codeopt.measure.decide import decide
from codeopt.model.evidence import (
    AsyncSpeed,
    BenchmarkSpeed,
    Check,
    CheckResult,
    ClassSpeed,
    Control,
    Interval,
    Measurement,
    Verdict,
    WholeSpeed,
)
from codeopt.model.machine import Noise, Witness
from codeopt.model.reasons import Code, Reason

SAME = Verdict((CheckResult(Check.GATE, True), CheckResult(Check.ORACLE, True, 40)))
UNKNOWN = Verdict((CheckResult(Check.GATE, True), CheckResult(Check.ORACLE, None)))
WRONG = Verdict((CheckResult(Check.GATE, False, reason=Reason(Code.SIGNATURE, "changed")),))
QUIET = Control(Interval(1.0, 0.99, 1.01, 8), True)
LOUD = Control(Interval(1.2, 1.15, 1.25, 8), False)
FAST = Measurement(
    clock="cpu",
    screened=Interval(1.5, 1.4, 1.6, 60),
    speedup=Interval(1.5, 1.4, 1.6, 12),
    bound=1.35,
    classes=(ClassSpeed("small", 9, Interval(1.2, 0.9, 1.4, 12)),),
    workload=WholeSpeed(Interval(1.1, 0.99, 1.2, 8)),
    memory_bytes=(10_000_000, 10_900_000),
)
SETTINGS = MeasureSettings()


def code(**change: object) -> Code | None:
    reason = decide(SAME, replace(FAST, **change), SETTINGS, QUIET).reason
    return reason.code if reason else None


def test_a_patch_that_holds_everywhere_is_kept() -> None:
    assert decide(SAME, FAST, SETTINGS, QUIET).keep
    assert decide(SAME, FAST, SETTINGS, None).keep


@pytest.mark.parametrize(
    ("verdict", "expected"), [(UNKNOWN, Code.UNVERIFIED), (WRONG, Code.SIGNATURE)]
)
def test_what_is_not_the_same_is_not_kept(verdict: Verdict, expected: Code) -> None:
    decision = decide(verdict, FAST, SETTINGS, QUIET)
    assert not decision.keep
    assert decision.reason is not None
    assert decision.reason.code is expected


def test_what_cannot_be_compared_says_how_fast_it_would_be() -> None:
    reason = decide(UNKNOWN, FAST, SETTINGS, QUIET).reason
    assert reason is not None
    assert "it would be 1.50× faster" in reason.text
    assert "--allow tests-only" in reason.hint


def test_tests_alone_are_enough_only_where_that_is_allowed_and_they_reach_it() -> None:
    green = CheckResult(Check.TESTS, True, 3), CheckResult(Check.SUITE, True, 9)
    tested = Verdict((*UNKNOWN.checks, *green))
    assert decide(tested, FAST, SETTINGS, QUIET, tests_only=True).keep
    assert not decide(tested, FAST, SETTINGS, QUIET).keep
    unreached = Verdict((*UNKNOWN.checks, CheckResult(Check.TESTS, None), green[1]))
    reason = decide(unreached, FAST, SETTINGS, QUIET, tests_only=True).reason
    assert reason is not None
    assert "no test reaches the function" in reason.text
    assert not decide(WRONG, FAST, SETTINGS, QUIET, tests_only=True).keep


@pytest.mark.parametrize(
    ("latency", "throughput", "expected"),
    [
        (Interval(1.5, 1.4, 1.6, 12), Interval(1.0, 0.97, 1.03, 12), None),
        (Interval(1.0, 0.97, 1.03, 12), Interval(1.5, 1.4, 1.6, 12), None),
        (Interval(1.5, 1.4, 1.6, 12), Interval(0.9, 0.85, 0.96, 12), Code.SLOWER),
        (Interval(1.0, 0.90, 1.10, 12), Interval(1.5, 1.4, 1.6, 12), Code.TOO_NOISY),
    ],
)
def test_neither_latency_nor_throughput_alone_decides(
    latency: Interval, throughput: Interval, expected: Code | None
) -> None:
    assert code(concurrent=AsyncSpeed(latency, throughput, 8)) is expected


def test_a_run_whose_control_fails_makes_no_claims() -> None:
    reason = decide(SAME, FAST, SETTINGS, LOUD).reason
    assert reason is not None
    assert reason.code is Code.CONTROL_FAILED
    assert "1.20× faster (95 % CI 1.15–1.25, 8 pairs)" in reason.text


def test_the_bound_decides_not_the_estimate() -> None:
    assert code(bound=1.05) is Code.NOT_FASTER
    assert code(bound=1.0501) is None
    assert code(speedup=None) is Code.NOT_FASTER


def test_nothing_measured_is_nothing_gained() -> None:
    assert not decide(SAME, None, SETTINGS, QUIET).keep


def test_reasons_of_the_measurement_come_first() -> None:
    assert code(reason=Reason(Code.CLOCK_DISAGREES, "clock")) is Code.CLOCK_DISAGREES


def test_no_class_may_be_slower_with_confidence() -> None:
    assert code(classes=(ClassSpeed("", 5, Interval(0.8, 0.7, 0.94, 12)),)) is Code.CLASS_SLOWER
    assert code(classes=(ClassSpeed("", 5, Interval(0.8, 0.7, 0.96, 12)),)) is None


def test_memory_may_grow_a_little() -> None:
    assert code(memory_bytes=(10_000_000, 12_100_000)) is Code.MEMORY
    assert code(memory_bytes=(1_000, 900_000)) is None
    assert code(memory_bytes=None) is None


def test_the_workload_may_not_be_slower() -> None:
    assert code(workload=WholeSpeed(Interval(0.9, 0.85, 0.99, 8))) is Code.WORKLOAD_SLOWER
    assert code(workload=None) is None
    slow = BenchmarkSpeed("test_b", Interval(0.8, 0.7, 0.94, 8))
    fine = BenchmarkSpeed("test_a", Interval(1.9, 1.8, 2.0, 8))
    whole = WholeSpeed(Interval(1.2, 1.1, 1.3, 8), "benchmarks", None, (fine, slow))
    assert code(workload=whole) is Code.WORKLOAD_SLOWER


def test_texts_print_the_interval() -> None:
    slow = replace(FAST, speedup=Interval(1.02, 0.99, 1.05, 24), bound=0.98)
    reason = decide(SAME, slow, SETTINGS, QUIET).reason
    assert reason is not None
    expected = "1.02× faster (95 % CI 0.99–1.05, 24 pairs); at least 1.05× is asked for"
    assert reason.text == expected


def test_no_bound_is_no_proof() -> None:
    assert code(bound=math.nan) is Code.NOT_FASTER


def test_a_machine_that_is_too_noisy_makes_no_claim() -> None:
    noisy = replace(QUIET, noise=Noise(0.2, 0.3, 0.4, 1.31))
    decision = decide(SAME, FAST, SETTINGS, noisy)
    assert decision.reason is not None
    assert decision.reason.code is Code.TOO_NOISY
    assert "speed-ups from 1.31× on" in decision.reason.text
    assert decide(SAME, FAST, SETTINGS, replace(QUIET, noise=Noise(0.01, 0.01, 0.02, 1.02))).keep


CLOSE = replace(FAST, speedup=Interval(1.08, 1.03, 1.12, 30), bound=1.03)
FEWER = Witness("instructions", 1_080_000, 1_000_000)


def test_a_witness_settles_how_much_faster() -> None:
    assert not decide(SAME, CLOSE, SETTINGS, QUIET).keep
    assert decide(SAME, replace(CLOSE, witness=FEWER), SETTINGS, QUIET).keep


@pytest.mark.parametrize(
    "change",
    [
        {"bound": 1.005},  # time alone does not show that it is faster
        {"bound": -math.inf},
        {"speedup": Interval(1.04, 1.02, 1.06, 30)},
        {"speedup": None},
        {"witness": Witness("instructions", 1_055_000, 1_000_000)},
        {"witness": Witness("instructions", 1_000_000, 1_100_000)},
    ],
)
def test_a_witness_claims_nothing_alone(change: dict[str, Any]) -> None:
    found = replace(CLOSE, **{"witness": FEWER, **change})
    assert not decide(SAME, found, SETTINGS, QUIET).keep
