"""Ask for a critique of the last attempt, then for an edit by that critique (TextGrad).

The critique plays the part of a gradient: it is asked of the model in words, from what the judge
found. Earlier critiques and what came of following them are its memory, so that none is repeated
that did not help.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from codeopt.config import ModelSettings
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Assignment, LanguageModel, Proposal, Reply
from codeopt.propose.asking import Patience, Query, failure, short
from codeopt.propose.briefing import outcome
from codeopt.propose.prompts import Prompts
from codeopt.propose.reply import Asked
from codeopt.propose.strategies.rounds import Rounds, about

_REMEMBERED = 4
_LONGEST_MEMORY = 600
_LONGEST_CRITIQUE = 4_000
_ROUNDS = 2  # two calls each: half as many rounds as other strategies have samples


@dataclass(frozen=True, slots=True)
class _Critique:
    """Hold a critique and what came of it, "" while that is not known."""

    text: str
    result: str = ""


class Critique(Rounds):
    """Implement the Strategy port with two calls for each attempt."""

    name = "critique"

    def __init__(
        self, model: LanguageModel, settings: ModelSettings, prompts: Prompts, **choices: Any
    ) -> None:
        super().__init__(model, settings, prompts, **choices)
        self._revise = prompts.load("revise")
        self._memory: dict[FunctionId, list[_Critique]] = {}

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield one attempt for each critique."""
        asked = self._asked(assignment)
        patience = Patience()
        for number in range(max(1, self._settings.samples // _ROUNDS)):
            proposal = self._round(assignment, asked, number)
            yield proposal
            if patience.is_over(proposal):
                return

    def observe(self, attempt: Attempt) -> None:
        """Remember an attempt, and what came of the critique that it follows."""
        super().observe(attempt)
        memory = self._memory.get(attempt.target, [])
        if attempt.strategy == self.name and memory and not memory[-1].result:
            memory[-1] = replace(memory[-1], result=outcome(attempt))

    def _round(self, assignment: Assignment, asked: Asked, number: int) -> Proposal:
        """Ask for a critique and for the edit that follows it."""
        told, last = self._told(assignment)
        subject = about(asked, number, last)
        told = {**told, "critiques": self._remembered(asked.target)}
        request = self._asker.request(self._prompt, told, sample=number, slot=f"critique {subject}")
        reply = self._model.complete(request)
        query = Query(asked, f"round {number + 1}", request, reply.spend)
        problem = _unusable(reply)
        if problem is not None:
            return self._asker.rejected(query, problem)
        critique = reply.text.strip()[:_LONGEST_CRITIQUE]
        self._memory.setdefault(asked.target, []).append(_Critique(critique))
        told = {**told, "critique": critique}
        request = self._asker.request(
            self._revise, told, sample=number, slot=f"revise {subject} {short(critique)}"
        )
        return self._asker.propose(replace(query, request=request))

    def _remembered(self, target: FunctionId) -> str:
        return _listed(self._memory.get(target, [])[-_REMEMBERED:])


def _listed(critiques: Sequence[_Critique]) -> str:
    lines = []
    for each in critiques:
        words = " ".join(each.text.split())[:_LONGEST_MEMORY]
        lines.append(
            f"- {words}\n  what came of it: {each.result or 'nothing that could be judged'}"
        )
    return "\n".join(lines)


def _unusable(reply: Reply) -> Reason | None:
    if reply.error:
        return failure(reply)
    if not reply.text.strip():
        return Reason(Code.EMPTY_ANSWER, "the critique is empty")
    return None
