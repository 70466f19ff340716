"""The ladder stops when the next rung is not worth its cost."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from codeopt.model.evidence import Attempt, Decision, Hotspot, Interval, Measurement
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Assignment, Proposal
from codeopt.propose.strategies.auto import Auto
from tests.support.assignments import assignment

WORK = assignment({"m.py": "def f(x):\n    return x\n"}, "m.py::f")
TARGET = WORK.target.id


class Rung:
    def __init__(self, name: str) -> None:
        self.name = name
        self.asked = 0
        self.observed: list[Attempt] = []

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        self.asked += 1
        yield Proposal(None, judged(None))

    def observe(self, attempt: Attempt) -> None:
        self.observed.append(attempt)


def judged(speedup: float | None) -> Attempt:
    if speedup is None:
        decision = Decision(False, Reason(Code.NOT_FASTER, "it is not faster"))
        return Attempt("d", TARGET, "s", "t", decision)
    interval = Interval(speedup, speedup, speedup, 30)
    measured = Measurement("cpu", interval, interval, speedup)
    return Attempt("d", TARGET, "s", "t", Decision(True), measurement=measured)


def climb(attempt: Attempt, share: float | None = None) -> tuple[Rung, Rung]:
    rungs = (Rung("catalogue"), Rung("best-of-n"))
    auto = Auto(rungs, min_speedup=1.05)
    spot = None if share is None else Hotspot(TARGET, 1.0, 1.0, share, share, 10)
    for _ in auto.propose(replace(WORK, hotspot=spot)):
        auto.observe(attempt)
    return rungs


@pytest.mark.parametrize(
    ("speedup", "share", "climbs"),
    [
        (None, 0.5, True),
        (None, None, True),
        (1.3, 0.9, True),
        (1.3, None, True),
        (1.3, 1.0, True),
        (2.5, 0.9, False),
        (1.3, 0.05, False),
    ],
)
def test_the_second_rung(speedup: float | None, share: float | None, climbs: bool) -> None:
    first, second = climb(judged(speedup), share)
    assert (first.asked, second.asked) == (1, int(climbs))


def test_every_rung_learns() -> None:
    first, second = climb(judged(None))
    assert len(first.observed) == len(second.observed) == 2


def test_one_rung_is_enough() -> None:
    assert len(list(Auto([Rung("catalogue")]).propose(WORK))) == 1
