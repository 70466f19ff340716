"""What the strategies share that ask in rounds: what they have seen, and what they tell of it."""

from __future__ import annotations

from collections.abc import Sequence

from codeopt.config import ModelSettings
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.ports import Assignment, LanguageModel
from codeopt.propose.asking import Asker, short
from codeopt.propose.briefing import known_attempts, result_of, situation
from codeopt.propose.companions import companions
from codeopt.propose.context import function_text, text_of
from codeopt.propose.prompts import Prompts
from codeopt.propose.reply import Asked


class Rounds:
    """Implement what is alike in strategies whose next question shows what came of the last."""

    name: str

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
        self._model = model
        self._prompt = prompts.load(self.name)
        self._asker = Asker(model, prompts, self.name, settings)
        self._goal = min_speedup
        self._unbounded_caches = unbounded_caches
        self._observed: dict[FunctionId, list[Attempt]] = {}

    def observe(self, attempt: Attempt) -> None:
        """Remember what came of an attempt, this strategy's or another's."""
        self._observed.setdefault(attempt.target, []).append(attempt)

    def _asked(self, assignment: Assignment) -> Asked:
        target = assignment.target.id
        file = text_of(assignment.sources[target.path])
        return Asked(target, function_text(assignment), file, companions(assignment))

    def _told(self, assignment: Assignment) -> tuple[dict[str, str], Attempt | None]:
        """Return what a prompt is filled with, and the attempt to go on from."""
        attempts = known_attempts(assignment, self._observed.get(assignment.target.id, ()))
        last = base_of(attempts, self.name)
        values = situation(
            assignment, attempts, goal=self._goal, unbounded_caches=self._unbounded_caches
        )
        return {**values, **result_of(last)}, last


def about(asked: Asked, number: int, last: Attempt | None) -> str:
    """Name a question by what it is about, so that a recorded answer to it can be found."""
    return f"{asked.target} {number} {short(asked.original)} {short(last.code if last else '')}"


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
