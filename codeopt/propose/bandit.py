"""Learn what gains on which target, and spend the next call where most is expected.

An optimistic index (UCB1, Auer et al. 2002, with a prior) on the logarithm of the speed-up, for
each strategy on each target. What the strategy did on other targets, and what other strategies did
on this one, counts half. All of it is a function of the attempts alone: whoever goes on with a run
comes to the same choice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt

_PRIOR_GAIN = 0.10  # what an untried strategy is expected to gain a call, as a log ratio
_PRIOR_WEIGHT = 2.0
_CURIOSITY = 0.15
# how much an attempt counts that has neither strategy nor target in common, one of them, or both
_ALIKE = (0.0, 0.5, 1.0)
_USUAL_GAIN = 0.05  # of a technique that was not tried
_USUAL_TOKENS = 3_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Count what a technique cost and gained on a target.

    ``gain`` sums log ratios, ``paid`` counts the pulls that took tokens.
    """

    target: FunctionId
    strategy: str
    technique: str
    pulls: int = 0
    paid: int = 0
    gain: float = 0.0
    tokens: int = 0


class Bandit:
    """Hold the tallies."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[FunctionId, str, str], Tally] = {}

    def observe(self, attempt: Attempt) -> None:
        """Count an attempt."""
        key = attempt.target, attempt.strategy, attempt.technique
        old = self._tallies.get(key, Tally(*key))
        self._tallies[key] = replace(
            old,
            pulls=old.pulls + 1,
            paid=old.paid + bool(attempt.spend.tokens),
            gain=old.gain + _gain_of(attempt),
            tokens=old.tokens + attempt.spend.tokens,
        )

    def index(self, strategy: str, target: FunctionId | None) -> float:
        """Return the gain that one more call may bring, optimistically, as a log ratio.

        ``target`` is None for one that nothing is known of.
        """
        weight, gain = _PRIOR_WEIGHT, _PRIOR_WEIGHT * _PRIOR_GAIN
        for each in self._tallies.values():
            alike = (each.strategy == strategy) + (each.target == target)
            weight += _ALIKE[alike] * each.pulls
            gain += _ALIKE[alike] * each.gain
        total = sum(each.pulls for each in self._tallies.values())
        return gain / weight + _CURIOSITY * math.sqrt(math.log(2 + total) / weight)

    def tokens(self, strategy: str) -> float:
        """Return the tokens that an attempt of a strategy takes on average, if it takes any.

        Of one that was not paid yet, it is what the others took.
        """
        paid = [each for each in self._tallies.values() if each.paid]
        known = [each for each in paid if each.strategy == strategy] or paid
        if not known:
            return _USUAL_TOKENS
        return sum(each.tokens for each in known) / sum(each.paid for each in known)

    def liking(self) -> dict[str, float]:
        """Return what each technique that was tried gains on average, drawn to the usual gain."""
        names = {each.technique for each in self._tallies.values()}
        found = {}
        for name in sorted(names):
            own = [each for each in self._tallies.values() if each.technique == name]
            pulls, gain = sum(each.pulls for each in own), sum(each.gain for each in own)
            found[name] = (_USUAL_GAIN + gain) / (1 + pulls) - _USUAL_GAIN
        return found


def _gain_of(attempt: Attempt) -> float:
    """Return the logarithm of the speed-up of an attempt that is kept, else 0.

    Rounded coarsely, so that a run that is replayed comes to the same choices.
    """
    measured = attempt.measurement
    if not attempt.decision.keep or measured is None or measured.speedup is None:
        return 0.0
    return max(0.0, round(math.log(measured.speedup.estimate), 1))
