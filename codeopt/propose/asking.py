"""Ask a model for a rewrite and read it out of the answer: one call, and one repair at most."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from codeopt.config import ModelSettings
from codeopt.model.candidate import Candidate, FunctionSource, Origin
from codeopt.model.evidence import Attempt, Decision, Spend
from codeopt.model.reasons import Code, Reason
from codeopt.ports import LanguageModel, Message, Proposal, Reply, Request
from codeopt.propose.digest import candidate_digest
from codeopt.propose.prompts import Prompts, Template
from codeopt.propose.reply import Answer, Asked, read_answer

REPAIRED = frozenset(
    {Code.UNPARSABLE, Code.EMPTY_ANSWER, Code.STUB, Code.OTHER_CODE, Code.PUBLIC_NAME}
)
LONGEST_ECHO = 8_000


@dataclass(frozen=True, slots=True)
class Query:
    """Hold what is asked for, under which technique, and what it has cost so far."""

    asked: Asked
    technique: str
    request: Request
    spend: Spend = field(default_factory=Spend)


class Asker:
    """Turn queries into proposals on behalf of one strategy."""

    def __init__(
        self,
        model: LanguageModel,
        prompts: Prompts,
        strategy: str,
        settings: ModelSettings | None = None,
    ) -> None:
        self._model = model
        self._settings = settings or ModelSettings()
        self._strategy = strategy
        self._repair = prompts.load("repair")

    def request(
        self, prompt: Template, values: Mapping[str, str], *, sample: int, slot: str
    ) -> Request:
        """Fill a prompt in; its front matter goes before the user's settings.

        Values that the prompt does not declare are left out.
        """
        return Request(
            prompt.fill({name: text for name, text in values.items() if prompt.declares(name)}),
            self._model.name,
            prompt.number("temperature", self._settings.temperature),
            int(prompt.number("reply-tokens", self._settings.reply_tokens)),
            sample=sample,
            slot=slot,
        )

    def propose(self, query: Query) -> Proposal:
        """Ask, repair once what cannot be read, and return the candidate or the reason."""
        reply = self._model.complete(query.request)
        query = replace(query, spend=query.spend + reply.spend)
        if reply.error:
            return self.rejected(query, failure(reply))
        answer = read_answer(reply.text, query.asked, truncated=reply.truncated)
        if isinstance(answer, Reason) and answer.code in REPAIRED:
            query, answer = self._ask_again(query, reply, answer)
        if isinstance(answer, Reason):
            return self.rejected(query, answer, reply.text)
        return Proposal(self._candidate(query, answer), spend=query.spend)

    def rejected(self, query: Query, reason: Reason, text: str = "") -> Proposal:
        """Return the proposal of a query that gave no candidate."""
        attempt = Attempt(
            f"answer:{query.request.digest}",
            query.asked.target,
            self._strategy,
            query.technique,
            Decision(False, reason),
            explanation=text[:LONGEST_ECHO],
            model=self._model.name,
            spend=query.spend,
            request=query.request.digest,
        )
        return Proposal(None, attempt, query.spend)

    def _ask_again(
        self, query: Query, reply: Reply, problem: Reason
    ) -> tuple[Query, Answer | Reason]:
        """Show the model its answer and what is wrong with it, once."""
        values = {"name": query.asked.target.name, "problem": problem.text}
        echo = Message("assistant", reply.text[:LONGEST_ECHO].strip() or "(no answer)")
        request = replace(
            query.request,
            messages=(*query.request.messages, echo, *self._repair.fill(values)),
            slot=f"repair {query.request.slot} {short(reply.text)}",
        )
        again = self._model.complete(request)
        query = replace(query, spend=query.spend + again.spend)
        if again.error:
            return query, problem
        answer = read_answer(again.text, query.asked, truncated=again.truncated)
        if isinstance(answer, Reason):
            return query, replace(answer, text=f"{answer.text}, after one repair", hint="")
        return replace(query, request=request), answer

    def _candidate(self, query: Query, answer: Answer) -> Candidate:
        target = query.asked.target
        functions = (FunctionSource(target, answer.function), *answer.others)
        digest = candidate_digest(functions, answer.helpers, answer.imports)
        origin = Origin(
            self._strategy,
            query.technique,
            self._model.name,
            query.request.digest,
            answer.explanation,
        )
        return Candidate(digest, target, functions, answer.helpers, answer.imports, origin)


def failure(reply: Reply) -> Reason:
    """Return why a call failed."""
    return Reason(reply.code or Code.MODEL_FAILED, reply.error)


class Patience:
    """Say when to stop asking: the budget is spent, or the model fails twice in a row."""

    def __init__(self, most: int = 2) -> None:
        self._most = most
        self._failures = 0

    def is_over(self, proposal: Proposal) -> bool:
        """Take note of a proposal."""
        reason = proposal.attempt.decision.reason if proposal.attempt else None
        code = reason.code if reason else None
        self._failures = self._failures + 1 if code is Code.MODEL_FAILED else 0
        return code is Code.BUDGET or self._failures == self._most


def short(text: str) -> str:
    """Return a short digest of a text, for slots."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
