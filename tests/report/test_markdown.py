"""The Markdown report says what happened; words of a model or a repository are no markup in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeopt import keep
from codeopt.model.code import FunctionId
from codeopt.model.evidence import (
    AsyncSpeed,
    BenchmarkSpeed,
    Check,
    CheckResult,
    Control,
    Decision,
    Difference,
    Interval,
    Spend,
    Timed,
    Verdict,
    WholeSpeed,
)
from codeopt.model.reasons import Code, Reason
from codeopt.report import phrases
from codeopt.report.markdown import LIMIT, render
from tests.support import values

HOSTILE = "`code` <img src=x onerror=alert(1)> [a](http://x) | # *b* _c_\r\n\n## Heading\n\x1b[31m"


def test_the_report() -> None:
    text = render(values.record())
    assert text.startswith("## codeopt: 1 kept, 1 rejected\n")
    assert "### `pkg/mod.py::Box.size`" in text
    assert "1.42× faster (95 % CI 1.36–1.48, 30 pairs)" in text
    assert "34 recorded calls, 100 generated inputs and 12 tests agree" in text
    assert "```diff\n--- a/pkg/mod.py" in text
    assert "- Workload 1.10× faster (95 % CI 1.08–1.12, 10 pairs)" in text
    assert "1.17× predicted" in text
    assert "<summary>Rejected: 1 not-faster</summary>" in text
    assert "3 model calls, 1,200 tokens, $0.0123" in text
    assert "Control: original against original" in text
    assert text.endswith("- one file is dirty\n")


def test_a_patch_that_was_timed_otherwise_says_how() -> None:
    by_tests = Verdict((CheckResult(Check.GATE, True), CheckResult(Check.SUITE, True, 12)))
    both = AsyncSpeed(values.SPEEDUP, Interval(1.0, 0.97, 1.03, 30), 8)
    own = (BenchmarkSpeed("test_a", values.SPEEDUP),)
    whole = WholeSpeed(values.SPEEDUP, "benchmarks", None, own)
    found = values.measurement(timed=Timed.WORKLOAD, concurrent=both, workload=whole, share=0.5)
    attempt = values.kept(verdict=by_tests, measurement=found)
    text = render(values.record(attempt))
    assert "timed inside the workload, since its calls cannot be replayed" in text
    assert "NO call was compared: 12 tests alone vouch for it" in text
    assert "- Latency (one call alone): 1.42× faster" in text
    assert "- Throughput (many on one loop, 8 in flight): 1.00× faster" in text
    assert "1 benchmark by its own timings" in text
    assert "- Benchmark test\\_a: 1.42× faster" in text
    assert "50% of the workload" in phrases.headline(attempt)
    message = keep.message(values.meta(), attempt)
    for line in ("Timed: inside the workload", "Verified: by tests alone", "Throughput: 1.000"):
        assert f"Codeopt-{line}" in message


def test_a_run_that_has_not_ended_says_so() -> None:
    assert "(not finished)" in render(values.record(values.rejected(), outcome=None))


@pytest.mark.parametrize("place", ["explanation", "technique", "reason", "note"])
def test_no_markup_from_outside(place: str) -> None:
    if place == "reason":
        attempts = (values.rejected(HOSTILE),)
    else:
        attempts = (values.kept(**({place: HOSTILE} if place != "note" else {})),)
    text = render(values.record(*attempts, notes=(HOSTILE,) if place == "note" else ()))
    assert "\\<img" in text
    assert "\x1b" not in text
    assert "\r" not in text
    outside = text.replace("\\`", "").replace("\\<", "").replace("\\[", "").replace("\\#", "")
    assert "<img" not in outside
    assert "[a]" not in outside
    assert "`code`" not in outside
    assert not any(line.startswith("## H") for line in text.splitlines())


def test_a_row_of_a_table_stays_a_row() -> None:
    text = render(values.record(values.rejected("one | two\nthree")))
    (row,) = [line for line in text.splitlines() if "three" in line]
    assert row.replace("\\|", "").count("|") == 4


def test_what_is_too_long_is_left_out_and_named() -> None:
    long = values.kept(diff="+ a line of a diff\n" * 4000)
    attempts = (long, *(values.rejected(f"slower, {number}") for number in range(40)))
    record = values.record(*attempts)
    full, fit = render(record, limit=10**9), render(record)
    assert "<details><summary>The change</summary>\n\n```diff" in full
    assert "slower, 39" in full
    assert len(full.encode()) > LIMIT >= len(fit.encode())
    assert "+ a line" not in fit
    assert "| 20 more | | |" in fit
    assert f"all of it: `codeopt report {record.meta.run}`" in fit
    assert "1.42× faster" in render(record, limit=1500)
    assert render(record, limit=10).startswith("## codeopt: 1 kept, 40 rejected")


@pytest.mark.parametrize("name", ["a`b.py", "``x``.py", "<img src=x>|y.py"])
def test_a_hostile_path_is_code(name: str) -> None:
    text = render(values.record(replace(values.kept(diff=""), target=FunctionId(name, "f"))))
    (heading,) = [line for line in text.splitlines() if line.startswith("### ")]
    fence = heading.split()[1] if "`" in name else "`"
    assert set(fence) == {"`"}
    assert heading.endswith(fence)
    assert fence not in name
    (row,) = [line for line in text.splitlines() if line.startswith("| ") and "1.42" in line]
    assert "<img" not in row.replace("\\<", "")


@pytest.mark.parametrize("diff", ["+``` python\n", "+````\n-x\n", "+a ```` b\n"])
def test_a_diff_cannot_leave_its_fence(diff: str) -> None:
    lines = render(values.record(values.kept(diff=diff))).splitlines()
    (start,) = [n for n, line in enumerate(lines) if line.endswith("diff") and "```" in line]
    fence = lines[start].removesuffix("diff")
    end = next(n for n in range(start + 1, len(lines)) if lines[n] == fence)
    assert all(fence not in line for line in lines[start + 1 : end])
    assert end - start - 1 == len(diff.splitlines())


def test_phrases() -> None:
    nothing = values.kept(verdict=None, measurement=None)
    assert phrases.verdict(nothing) == ""
    assert phrases.share(None, nothing) == "–"
    assert phrases.cost(values.record()).startswith("3 model calls")
    known = values.record(values.rejected(), spend=Spend())
    assert phrases.cost(known) == "no model calls: its answers were known from an earlier run"
    unasked = values.record(replace(values.rejected(), model=None), spend=Spend())
    assert phrases.cost(unasked) == "no model calls"
    failed = Control(Interval(1.2, 1.1, 1.3, 20), False)
    assert "FAILED" in phrases.control(values.record(control=failed))
    assert phrases.control(values.record(control=None)) == "no control was run"


def test_a_rejection_shows_what_differs() -> None:
    difference = Difference("result", "'a-b'", "'b " + "b" * 90 + "'", "f('a b')")
    reason = Reason(Code.RESULT, "another result at result")
    check = CheckResult(Check.ORACLE, False, 3, reason, difference)
    attempt = replace(values.rejected(verdict=Verdict((check,))), decision=Decision(False, reason))
    text = phrases.rejection(attempt)
    assert text.startswith("another result at result: 'a-b' becomes 'b bbb")
    assert text.endswith("b…")
    assert len(text) < 125


def test_an_edge_difference_is_shown_with_its_snippet() -> None:
    edge = Difference("another exception", "TypeError", "ValueError", "f(None)  # ``` inside")
    verdict = Verdict((CheckResult(Check.INPUTS, True, 3, edges=(edge,), effects=("a cache",)),))
    text = render(values.record(values.kept(verdict=verdict)))
    assert "edge difference: another exception: TypeError becomes ValueError" in text
    assert "````python\nf(None)  # ``` inside\n````" in text
    assert "keeps state: a cache" in text
