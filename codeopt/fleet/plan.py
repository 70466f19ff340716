"""Where the next part of a budget brings most: expectations, learnt as runs come to their end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codeopt.model.evidence import Spend
from codeopt.model.fleet import Allotment, Result, State, Survey

_LEAST_SECONDS = 120.0  # less time than that decides nothing
# before anything is known: which part of a function's share is saved, where a known rewrite applies
# and elsewhere, with the weight of so many whole workloads
_PRIOR = {True: 0.2, False: 0.05}
_PRIOR_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Hold which part of the share of functions is saved, by whether a known rewrite applies."""

    promising: float = _PRIOR[True]
    other: float = _PRIOR[False]

    def expected(self, survey: Survey) -> float:
        """Return the share of a workload that a run is expected to save."""
        rate = {True: self.promising, False: self.other if survey.asks else 0.0}
        return min(1.0, sum(each.share * rate[each.promising] for each in survey.prospects))


def learn(finished: Iterable[tuple[Survey, Result]]) -> Rates:
    """Weigh what finished runs have saved against what was thought before any (shrinkage)."""
    saved = {kind: _PRIOR_WEIGHT * rate for kind, rate in _PRIOR.items()}
    shares = dict.fromkeys(_PRIOR, _PRIOR_WEIGHT)
    for survey, result in finished:
        if result.state is not State.DONE:
            continue
        gains = {gain.target: gain.saved for gain in result.gains}
        for each in survey.prospects:
            shares[each.promising] += each.share
            saved[each.promising] += gains.get(each.target, 0.0)
    return Rates(saved[True] / shares[True], saved[False] / shares[False])


def left(budget: Allotment, spent: Spend, seconds: float) -> Allotment:
    """Return what is left of a budget."""
    return Allotment(
        max(0.0, budget.usd - spent.usd),
        max(0, budget.tokens - spent.tokens),
        max(0.0, budget.seconds - seconds),
    )


def allot(rest: Allotment, expected: Sequence[float]) -> Allotment:
    """Give the first of those that wait its part by what is expected of each.

    What it leaves goes to the others. Where nothing is expected of any, all get the same.
    """
    total = sum(expected)
    part = expected[0] / total if total > 0 else 1 / len(expected)
    seconds = max(rest.seconds * part, min(rest.seconds, _LEAST_SECONDS))
    return Allotment(rest.usd * part, int(rest.tokens * part), seconds)
