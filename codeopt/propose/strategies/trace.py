"""Show the model what the function computes on the way, and ask for code and constants at once.

The trace of a few recorded calls (how often each line ran, the values of the names after it, how
often each callee was called) takes the part of a gradient, as in Trace/OptoPrime: the model sees
which intermediate results repeat, stay empty or are thrown away, and proposes the code together
with the constants in it (sizes, thresholds, table lengths). Later rounds see what came of earlier
ones. Constants are not tuned on their own afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from codeopt.config import ModelSettings
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt
from codeopt.model.insight import Trace
from codeopt.ports import Assignment, LanguageModel, Proposal, Request
from codeopt.propose.asking import Asker, Patience, Query, short
from codeopt.propose.briefing import known_attempts, result_of, situation
from codeopt.propose.context import function_text, text_of
from codeopt.propose.prompts import Prompts
from codeopt.propose.reply import Asked
from codeopt.propose.strategies.refine import base_of

_ROOM = 4_000


class TraceStrategy:
    """Implement the Strategy port with recorded intermediate values."""

    name = "trace"

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
        self._prompt = prompts.load("trace")
        self._asker = Asker(model, prompts, self.name, settings)
        self._goal = min_speedup
        self._unbounded_caches = unbounded_caches
        self._observed: dict[FunctionId, list[Attempt]] = {}

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield one attempt a round; nothing where no call could be followed."""
        if assignment.trace is None or not assignment.trace.lines:
            return
        text = function_text(assignment)
        target = assignment.target.id
        asked = Asked(target, text, text_of(assignment.sources[target.path]))
        patience = Patience()
        for number in range(self._settings.samples):
            request = self._request(assignment, number, text)
            proposal = self._asker.propose(Query(asked, f"round {number + 1}", request))
            yield proposal
            if patience.is_over(proposal):
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
        trace = assignment.trace or Trace()
        told = {**values, **result_of(last), "trace": lines_of(trace), "calls": calls_of(trace)}
        slot = f"trace {target} {number} {short(text)} {short(last.code if last else '')}"
        return self._asker.request(self._prompt, told, sample=number, slot=slot)


def lines_of(trace: Trace) -> str:
    """Show a trace line by line: hits, code, and the values of names after the line."""
    shown: list[str] = []
    room = _ROOM
    for line in trace.lines:
        values = [f"        # {value}" for value in line.values]
        part = "\n".join([f"{line.hits:6d}  {line.text}", *values])
        if len(part) > room:
            break
        room -= len(part)
        shown.append(part)
    return "\n".join(shown)


def calls_of(trace: Trace) -> str:
    """Show how often each callee was called."""
    return "\n".join(f"{count:6d}  {name}" for name, count in trace.calls)
