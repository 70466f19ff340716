"""Ask a model for N rewrites of the whole function, each with another technique.

The control that every other strategy must beat at equal tokens (PIE; "Simple Baselines are
Competitive with Code Evolution"). Techniques follow from the target and the seed alone, so a run
that is resumed or replayed asks the same things again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from codeopt.config import ModelSettings
from codeopt.model.candidate import Candidate, FunctionSource, Origin
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Decision, Spend
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Assignment, LanguageModel, Message, Proposal, Reply, Request
from codeopt.propose.briefing import brief
from codeopt.propose.context import function_text, text_of
from codeopt.propose.digest import candidate_digest
from codeopt.propose.prompts import Prompts
from codeopt.propose.reply import Answer, Asked, read_answer
from codeopt.propose.techniques import Technique, choose, signals

_REPAIRED = frozenset(
    {Code.UNPARSABLE, Code.EMPTY_ANSWER, Code.STUB, Code.OTHER_CODE, Code.PUBLIC_NAME}
)
_FAILURES_IN_A_ROW = 2
_LONGEST_ECHO = 8_000


@dataclass(frozen=True, slots=True)
class _Sample:
    """Hold one sample on its way: what is asked, and what it has cost."""

    asked: Asked
    technique: Technique
    request: Request
    spend: Spend = field(default_factory=Spend)


class BestOfN:
    """Implement the Strategy port with independent samples of one model.

    ``role`` names the prompt: models of a few hundred million parameters lose their way in the long
    one and need ``rewrite-small``.
    """

    name = "best-of-n"

    def __init__(
        self,
        model: LanguageModel,
        settings: ModelSettings,
        prompts: Prompts,
        *,
        role: str = "rewrite",
        min_speedup: float = 1.05,
        seed: int = 0,
        unbounded_caches: bool = False,
    ) -> None:
        self._model = model
        self._settings = settings
        self._rewrite = prompts.load(role)
        self._repair = prompts.load("repair")
        self._goal = min_speedup
        self._seed = seed
        self._unbounded_caches = unbounded_caches
        self._observed: dict[FunctionId, list[Attempt]] = {}

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield one proposal a sample; stop when the budget is spent or the model keeps failing."""
        text = function_text(assignment)
        target = assignment.target.id
        asked = Asked(target, text, text_of(assignment.sources[target.path]))
        found = signals(text, assignment.project_packages)
        used: Counter[str] = Counter()
        failures = 0
        for number in range(self._settings.samples):
            technique = choose(found, used, seed=self._seed, salt=str(target))
            used[technique.name] += 1
            request = self._request(assignment, technique, number, text)
            proposal = self._ask(_Sample(asked, technique, request))
            yield proposal
            code = _code(proposal)
            failures = failures + 1 if code is Code.MODEL_FAILED else 0
            if code is Code.BUDGET or failures == _FAILURES_IN_A_ROW:
                return

    def observe(self, attempt: Attempt) -> None:
        """Tell later prompts what came of an attempt."""
        self._observed.setdefault(attempt.target, []).append(attempt)

    def _request(
        self, assignment: Assignment, technique: Technique, number: int, text: str
    ) -> Request:
        target = assignment.target.id
        known = {each.candidate_digest: each for each in assignment.history}
        known |= {each.candidate_digest: each for each in self._observed.get(target, ())}
        values = brief(
            assignment,
            technique,
            tuple(known.values()),
            goal=self._goal,
            unbounded_caches=self._unbounded_caches,
        )
        return Request(
            self._rewrite.fill(values),
            self._model.name,
            self._settings.temperature,
            self._settings.reply_tokens,
            sample=number,
            slot=f"rewrite {target} {number} {technique.name} {_short(text)}",
        )

    def _ask(self, sample: _Sample) -> Proposal:
        reply = self._model.complete(sample.request)
        sample = replace(sample, spend=reply.spend)
        if reply.error:
            return self._rejected(sample, _failure(reply))
        answer = read_answer(reply.text, sample.asked, truncated=reply.truncated)
        if isinstance(answer, Reason) and answer.code in _REPAIRED:
            sample, answer = self._ask_again(sample, reply, answer)
        if isinstance(answer, Reason):
            return self._rejected(sample, answer, reply.text)
        return Proposal(self._candidate(sample, answer), spend=sample.spend)

    def _ask_again(
        self, sample: _Sample, reply: Reply, problem: Reason
    ) -> tuple[_Sample, Answer | Reason]:
        """Show the model its answer and what is wrong with it, once."""
        values = {"name": sample.asked.target.name, "problem": problem.text}
        echo = Message("assistant", reply.text[:_LONGEST_ECHO].strip() or "(no answer)")
        request = replace(
            sample.request,
            messages=(*sample.request.messages, echo, *self._repair.fill(values)),
            slot=f"repair {sample.request.slot} {_short(reply.text)}",
        )
        again = self._model.complete(request)
        sample = replace(sample, spend=sample.spend + again.spend)
        if again.error:
            return sample, problem
        answer = read_answer(again.text, sample.asked, truncated=again.truncated)
        if isinstance(answer, Reason):
            return sample, replace(answer, text=f"{answer.text}, after one repair", hint="")
        return replace(sample, request=request), answer

    def _candidate(self, sample: _Sample, answer: Answer) -> Candidate:
        target = sample.asked.target
        functions = (FunctionSource(target, answer.function),)
        origin = Origin(
            self.name,
            sample.technique.name,
            self._model.name,
            sample.request.digest,
            answer.explanation,
        )
        digest = candidate_digest(functions, answer.helpers, answer.imports)
        return Candidate(digest, target, functions, answer.helpers, answer.imports, origin)

    def _rejected(self, sample: _Sample, reason: Reason, text: str = "") -> Proposal:
        attempt = Attempt(
            f"answer:{sample.request.digest}",
            sample.asked.target,
            self.name,
            sample.technique.name,
            Decision(False, reason),
            explanation=text[:_LONGEST_ECHO],
            model=self._model.name,
            spend=sample.spend,
        )
        return Proposal(None, attempt, sample.spend)


def _failure(reply: Reply) -> Reason:
    return Reason(reply.code or Code.MODEL_FAILED, reply.error)


def _code(proposal: Proposal) -> Code | None:
    reason = proposal.attempt.decision.reason if proposal.attempt else None
    return reason.code if reason else None


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
