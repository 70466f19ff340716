"""Figures as PIE and EffiLearner define them, on made-up runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeopt.model.evidence import Spend
from codeopt.model.reasons import Code
from codeopt.report import stats
from codeopt.report.stats import Sample
from tests.report.test_export import BAD, BEST, FAILED, NO_CODE, SAME
from tests.support import values


def sample(program: str, speedup: float, correct: bool = True) -> Sample:
    return Sample(program, "s", correct, speedup)


def test_figures_by_hand() -> None:
    answers = [
        sample("a", 1.0),
        sample("a", 3.0),
        sample("a", 1.05),
        sample("b", 1.0, correct=False),
        sample("b", 1.2),
        sample("c", 1.0, correct=False),
    ]
    found = stats.figures(answers, (1, 2, 9))
    assert (found.programs, found.samples) == (3, 6)
    assert found.opt == pytest.approx(100 * 2 / 6)
    assert found.correct == pytest.approx(100 * 4 / 6)
    assert found.speedup == pytest.approx((1 + 3 + 1.05 + 1 + 1.2 + 1) / 6)
    assert found.best[0] == (1, 0.0, 1.0)
    assert found.best[1] == (2, pytest.approx(100 * 2 / 3), pytest.approx((3 + 1.2 + 1) / 3))
    assert found.best[2] == (9, *found.best[1][1:])


def test_the_edge_of_ten_percent() -> None:
    assert sample("a", 1.10).optimised
    assert not sample("a", 1.0999).optimised
    assert not sample("a", 2.0, correct=False).optimised


def test_no_answers_are_no_division_by_nothing() -> None:
    assert stats.figures([]) == stats.Figures(
        0, 0, 0.0, 0.0, 1.0, ((1, 0.0, 1.0), (4, 0.0, 1.0), (8, 0.0, 1.0))
    )


def test_failures_count_as_one_and_calls_without_answer_not_at_all() -> None:
    again = replace(values.rejected("again", Code.DUPLICATE), candidate_digest="d1", strategy="s")
    record = values.record(BEST, SAME, BAD, NO_CODE, FAILED, again)
    found = stats.samples([record])
    assert [each.speedup for each in found] == [2.0, 1.0, 1.0, 1.0, 2.0]
    assert [each.correct for each in found] == [True, True, False, False, True]
    assert len({each.program for each in found}) == 1


def test_what_each_kept_percent_costs() -> None:
    record = values.record(BEST, SAME, spend=Spend(2.0, 900, 100, 4))
    cost = stats.cost([record, values.record(NO_CODE, spend=Spend(0.0, 500, 0, 1))])
    assert cost.kept_percent == pytest.approx(100.0)
    assert cost.tokens_per_percent == pytest.approx(15.0)
    assert cost.usd_per_percent == pytest.approx(0.02)
    assert stats.cost([values.record(SAME)]).tokens_per_percent is None
    assert stats.cost_of([record], "s").spend == BEST.spend


def test_time_and_memory_before_and_after() -> None:
    measured = replace(BEST, measurement=values.measurement(memory_bytes=(400, 200)))
    (found,) = stats.efficiency(values.record(measured, SAME))
    assert found.et == (2.0, pytest.approx(2.0 / 1.42))
    assert found.mu == (400, 200)
    assert found.tmu == (800.0, pytest.approx(200 * 2.0 / 1.42))
    (bare,) = stats.efficiency(values.record(BEST, profile=None))
    assert (bare.et, bare.mu, bare.tmu) == (None, None, None)
