"""Ask for one attempt after the other: each next prompt shows what came of the last one.

The model sees where the time of the original and of its last attempt goes, line by line, the inputs
that take longest, and the input on which the attempt was wrong (EffiLearner; PerfCodeGen).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codeopt.config import ModelSettings
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.model.reasons import Code
from codeopt.ports import Assignment, LanguageModel, Proposal, Request
from codeopt.propose.asking import Asker, Patience, Query, short
from codeopt.propose.briefing import known_attempts, result_of, situation
from codeopt.propose.context import function_text, text_of
from codeopt.propose.examples import shown, similar
from codeopt.propose.prompts import Prompts
from codeopt.propose.reply import Asked

_REPEATS = 2


class Refine:
    """Implement the Strategy port with a chain of attempts."""

    name = "refine"

    def __init__(
        self,
        model: LanguageModel,
        settings: ModelSettings,
        prompts: Prompts,
        *,
        min_speedup: float = 1.05,
        unbounded_caches: bool = False,
    ) -> None:
        self._settings = settings
        self._prompt = prompts.load("refine")
        self._asker = Asker(model, prompts, self.name, settings)
        self._goal = min_speedup
        self._unbounded_caches = unbounded_caches
        self._observed: dict[FunctionId, list[Attempt]] = {}

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield attempt after attempt; stop when the model only repeats itself, or is spent."""
        text = function_text(assignment)
        target = assignment.target.id
        asked = Asked(target, text, text_of(assignment.sources[target.path]))
        patience = Patience()
        for number in range(self._settings.samples):
            request = self._request(assignment, number, text)
            proposal = self._asker.propose(Query(asked, f"round {number + 1}", request))
            yield proposal
            if patience.is_over(proposal) or self._repeats(target):
                return

    def observe(self, attempt: Attempt) -> None:
        """Remember what came of an attempt, this strategy's or another's."""
        self._observed.setdefault(attempt.target, []).append(attempt)

    def _request(self, assignment: Assignment, number: int, text: str) -> Request:
        target = assignment.target.id
        attempts = known_attempts(assignment, self._observed.get(target, ()))
        last = base_of(attempts, self.name)
        values = situation(
            assignment, attempts, goal=self._goal, unbounded_caches=self._unbounded_caches
        )
        examples = shown(similar(text, assignment.examples))
        return self._asker.request(
            self._prompt,
            {**values, **result_of(last), "examples": examples},
            sample=number,
            slot=f"refine {target} {number} {short(text)} {short(last.code if last else '')}",
        )

    def _repeats(self, target: FunctionId) -> bool:
        own = [each for each in self._observed.get(target, ()) if each.strategy == self.name]
        reasons = [each.decision.reason for each in own[-_REPEATS:]]
        repeated = [reason is not None and reason.code is Code.DUPLICATE for reason in reasons]
        return len(repeated) == _REPEATS and all(repeated)


def base_of(attempts: Sequence[Attempt], strategy: str) -> Attempt | None:
    """Choose the attempt to go on from: the last of a strategy, else the best of the others."""
    written = [each for each in attempts if each.code]
    own = [each for each in written if each.strategy == strategy]
    if own:
        return own[-1]
    return max(written, key=_promise, default=None)


def _promise(attempt: Attempt) -> tuple[bool, bool, float, str]:
    same = attempt.verdict is not None and attempt.verdict.same is True
    speed = attempt.measurement.screened.estimate if attempt.measurement else 0.0
    return attempt.decision.keep, same, speed, attempt.candidate_digest
