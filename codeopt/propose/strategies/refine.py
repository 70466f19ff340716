"""Ask for one attempt after the other: each next prompt shows what came of the last one.

The model sees where the time of the original and of its last attempt goes, line by line, the inputs
that take longest, and the input on which the attempt was wrong (EffiLearner; PerfCodeGen).
"""

from __future__ import annotations

from collections.abc import Iterator

from codeopt.model.code import FunctionId
from codeopt.model.reasons import Code
from codeopt.ports import Assignment, Proposal, Request
from codeopt.propose.asking import Patience, Query
from codeopt.propose.examples import shown, similar
from codeopt.propose.reply import Asked
from codeopt.propose.strategies.rounds import Rounds, about

_REPEATS = 2


class Refine(Rounds):
    """Implement the Strategy port with a chain of attempts."""

    name = "refine"

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield attempt after attempt; stop when the model only repeats itself, or is spent."""
        asked = self._asked(assignment)
        patience = Patience()
        for number in range(self._settings.samples):
            request = self._request(assignment, asked, number)
            proposal = self._asker.propose(Query(asked, f"round {number + 1}", request))
            yield proposal
            if patience.is_over(proposal) or self._repeats(asked.target):
                return

    def _request(self, assignment: Assignment, asked: Asked, number: int) -> Request:
        told, last = self._told(assignment)
        examples = shown(similar(asked.original, assignment.examples))
        return self._asker.request(
            self._prompt,
            {**told, "examples": examples},
            sample=number,
            slot=f"refine {about(asked, number, last)}",
        )

    def _repeats(self, target: FunctionId) -> bool:
        own = [each for each in self._observed.get(target, ()) if each.strategy == self.name]
        reasons = [each.decision.reason for each in own[-_REPEATS:]]
        repeated = [reason is not None and reason.code is Code.DUPLICATE for reason in reasons]
        return len(repeated) == _REPEATS and all(repeated)
