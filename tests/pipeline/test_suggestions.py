"""Which suggestions a reviewer is shown."""

from __future__ import annotations

from dataclasses import replace

from codeopt.model.candidate import changed_lines
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Decision, Interval, Measurement
from codeopt.model.inspection import Inspected, Inspection
from codeopt.pipeline.suggestions import Limits, choose, worthwhile

LIMITS = Limits(most=2, min_speedup=1.1, min_share=0.01, diff_lines=4)
SHARES = {"a": 0.5, "b": 0.02, "c": 0.001, "d": 0.3}
FOUND = Inspection(
    "b",
    "a",
    tuple(Inspected(FunctionId("m.py", name), 1, share=share) for name, share in SHARES.items()),
)


def attempt(name: str, speedup: float, diff: str = "-x\n+y\n") -> Attempt:
    interval = Interval(speedup, speedup, speedup, 9)
    measured = Measurement("cpu", interval, interval, speedup)
    made = Attempt(name, FunctionId("m.py", name), "catalogue", "t", Decision(True))
    return replace(made, measurement=measured, diff=diff, commit="c" * 40)


def test_a_speed_up_is_looked_for_where_it_would_matter() -> None:
    assert [each.target.name for each in worthwhile(FOUND, LIMITS)] == ["a", "d", "b"]
    unknown = Inspection("b", "a", (Inspected(FunctionId("m.py", "z"), 1),))
    assert len(worthwhile(unknown, LIMITS)) == 1


def test_those_that_save_most_come_first_and_the_rest_is_named() -> None:
    kept = (attempt("b", 9.0), attempt("a", 1.5), attempt("d", 2.0))
    chosen = choose(FOUND, kept, LIMITS)
    assert [each.target.name for each in chosen.suggestions] == ["a", "d"]
    assert chosen.left_out == ("m.py::b: there are 2 already",)


def test_small_gains_cold_functions_and_long_diffs_are_left_out() -> None:
    long = "--- a/m.py\n+++ b/m.py\n@@ -1,3 +1,3 @@\n" + "-x\n+y\n" * 3
    kept = (attempt("a", 1.05), attempt("c", 3.0), attempt("d", 2.0, long), attempt("other", 2.0))
    chosen = choose(FOUND, kept, LIMITS)
    assert chosen.suggestions == ()
    assert chosen.left_out == (
        "m.py::a: 1.05× is less than 1.10×",
        "m.py::c: 0.1% of the workload is less than 1.0%",
        "m.py::d: 6 changed lines are more than 4",
    )


def test_the_lines_of_a_diff_are_counted_without_its_head() -> None:
    first = "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n-a\n+b\n+c\n d\n"
    assert changed_lines(first) == (2, 1)
    second = "--- a/y\n+++ b/y\n@@ -1 +1 @@\n--- a comment\n+++ another\n"
    assert changed_lines(first + second) == (3, 2), "a removed line may look like a header"
