"""The ladder stops when the next rung is not worth its cost."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Decision, Hotspot, Interval, Measurement, Spend
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Assignment, Proposal
from codeopt.propose.strategies.auto import Auto
from tests.support.assignments import assignment

WORK = assignment({"m.py": "def f(x):\n    return x\n"}, "m.py::f")
TARGET = WORK.target.id
OTHER = FunctionId("m.py", "other")


class Rung:
    """A strategy that has ``most`` answers, all of them without code."""

    def __init__(self, name: str, most: int = 1) -> None:
        self.name = name
        self.most = most
        self.asked = 0
        self.observed: list[Attempt] = []

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        for _ in range(self.most):
            self.asked += 1
            yield Proposal(None, replace(judged(None), strategy=self.name))

    def observe(self, attempt: Attempt) -> None:
        self.observed.append(attempt)


def judged(speedup: float | None, code: Code = Code.NOT_FASTER) -> Attempt:
    if speedup is None:
        decision = Decision(False, Reason(code, "it is not faster"))
        return Attempt("d", TARGET, "s", "t", decision)
    interval = Interval(speedup, speedup, speedup, 30)
    measured = Measurement("cpu", interval, interval, speedup)
    return Attempt("d", TARGET, "s", "t", Decision(True), measurement=measured)


def hot(share: float | None) -> Assignment:
    spot = None if share is None else Hotspot(TARGET, 1.0, 1.0, share, share, 10)
    return replace(WORK, hotspot=spot)


def climb(attempt: Attempt, share: float | None = None) -> tuple[Rung, Rung]:
    rungs = (Rung("catalogue"), Rung("best-of-n"))
    auto = Auto([rungs[:1], rungs[1:]], min_speedup=1.05)
    for _ in auto.propose(hot(share)):
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
    assert len(list(Auto([[Rung("catalogue")]]).propose(WORK))) == 1


# ---------------------------------------------------------------------------- the cascade
@pytest.mark.parametrize(
    ("found", "goes_up"),
    [
        (judged(None), True),
        (judged(1.2), False),
        (judged(None, Code.BUDGET), False),
        (judged(None, Code.MODEL_FAILED), True),
    ],
)
def test_a_dearer_model_is_asked_only_where_the_cheaper_failed(
    found: Attempt, goes_up: bool
) -> None:
    cheap, dear = Rung("best-of-n"), Rung("best-of-n")
    auto = Auto([[Rung("catalogue")], [cheap], [dear]])
    for number, _ in enumerate(auto.propose(WORK)):
        auto.observe(replace(found, model="small") if number else judged(None))
    assert (cheap.asked, dear.asked) == (1, int(goes_up))


def test_what_the_catalogue_gained_keeps_no_model_away() -> None:
    model = Rung("best-of-n")
    auto = Auto([[Rung("catalogue")], [model]])
    for _ in auto.propose(WORK):
        auto.observe(judged(1.2))
    assert model.asked == 1


# ---------------------------------------------------------------------------- taking turns
def turns(auto: Auto, share: float | None, *found: Attempt) -> list[str]:
    """List who was asked; what came of it is told by turns from ``found``, the last for ever."""
    asked: list[str] = []
    for proposal in auto.propose(hot(share)):
        if proposal.promise is not None:
            continue
        assert proposal.attempt is not None
        told = found[min(len(asked), len(found) - 1)]
        asked.append(proposal.attempt.strategy)
        auto.observe(replace(told, strategy=asked[-1], model="m", spend=Spend(0, 2_900, 100, 1)))
    return asked


def test_the_next_call_goes_where_most_is_expected() -> None:
    def rungs() -> list[Rung]:
        return [Rung("best-of-n", 4), Rung("refine", 4), Rung("critique", 2)]

    asked = turns(Auto([rungs()], budget=200_000), 0.9, judged(None))
    assert asked[:3] == ["best-of-n", "refine", "critique"]
    assert len(asked) == 10
    gained = turns(Auto([rungs()], budget=200_000), 0.9, judged(1.3), judged(None))
    assert gained[:2] == ["best-of-n", "best-of-n"]
    learned = Auto([rungs()], budget=200_000)
    learned.observe(replace(judged(1.5), target=OTHER, strategy="refine"))
    learned.observe(replace(judged(None), target=OTHER, strategy="best-of-n"))
    assert turns(learned, 0.9, judged(None))[0] == "refine"


def test_only_who_takes_turns_learns_techniques_from_other_targets() -> None:
    class Curious(Rung):
        def propose(self, assignment: Assignment) -> Iterator[Proposal]:
            seen.append(dict(assignment.liking))
            return super().propose(assignment)

    seen: list[dict[str, float]] = []
    for budget in (0, 10**7):
        auto = Auto([[Curious("a"), Rung("b")]], budget=budget)
        auto.observe(replace(judged(2.0), target=OTHER))
        list(auto.propose(hot(0.9)))
    assert seen[0] == {}  # what is named explicitly asks the same in every run
    assert seen[1]["t"] > 0


def test_it_stops_when_no_call_is_worth_its_tokens() -> None:
    rung, other = Rung("best-of-n", 9), Rung("refine", 9)
    assert turns(Auto([[rung, other]], budget=200_000), 0.005, judged(None)) == []
    assert len(turns(Auto([[rung, other]], budget=10_000_000), 0.005, judged(None))) == 18
    # a cap for a single function is no reason to ask nothing at all
    assert len(turns(Auto([[Rung("a"), Rung("b")]], budget=4_000), 0.1, judged(None))) == 2
    good = turns(Auto([[Rung("a", 9), Rung("b", 9)]], budget=10_000_000), 0.9, judged(2.5))
    assert good == ["a"]


def test_a_model_that_keeps_failing_is_given_up() -> None:
    rungs = [Rung("best-of-n", 9), Rung("refine", 9)]
    asked = turns(Auto([rungs], budget=10**7), 0.9, judged(None, Code.MODEL_FAILED))
    assert len(asked) == 2


@pytest.mark.parametrize("tokens", [300, 3_000, 9_000])
def test_before_each_call_it_says_what_that_promises(tokens: int) -> None:
    auto = Auto([[Rung("free")], [Rung("a", 4), Rung("b", 4)]], budget=10**7)
    shares: list[float] = []  # of what a first call elsewhere would promise
    for proposal in auto.propose(hot(0.9)):
        if proposal.promise is not None:
            shares.append(proposal.promise / (0.9 * proposal.elsewhere))
        elif shares:
            assert proposal.attempt is not None
            auto.observe(replace(proposal.attempt, model="m", spend=Spend(0, tokens, 0, 1)))
    assert shares[0] == 1.0, "what is free is not waited for"
    assert shares[1] < 0.9, "it has failed here, and whatever a call costs it costs elsewhere"
    assert shares[7] < 0.8 * shares[1], "it fails again and again"


def test_steps_of_a_tree_and_what_was_asked_at_once_stay_together() -> None:
    class Tree(Rung):
        def propose(self, assignment: Assignment) -> Iterator[Proposal]:
            told = replace(judged(None), strategy=self.name)
            yield Proposal(None)  # a step of a tree
            yield Proposal(None, told, goes_on=True)
            yield Proposal(None, told)
            yield Proposal(None, told)

    auto = Auto([[Tree("a"), Rung("b")]], budget=10**7)
    shown = [
        "pause" if p.promise is not None else p.attempt.strategy if p.attempt else "step"
        for p in auto.propose(hot(0.9))
    ]
    assert shown[:5] == ["pause", "step", "a", "a", "pause"]


def test_what_fails_elsewhere_ends_nothing_here() -> None:
    auto = Auto([[Rung("free")], [Rung("a"), Rung("b")]], budget=10**7)
    for code in (Code.BUDGET, Code.MODEL_FAILED, Code.MODEL_FAILED):
        auto.observe(replace(judged(None, code), target=OTHER))
    assert turns(auto, 0.9, judged(None)) == ["free", "a", "b"]
