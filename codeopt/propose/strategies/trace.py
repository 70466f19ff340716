"""Show the model what the function computes on the way, and ask for code and constants at once.

The trace of a few recorded calls (how often each line ran, the values of the names after it, how
often each callee was called) takes the part of a gradient, as in Trace/OptoPrime: the model sees
which intermediate results repeat, stay empty or are thrown away, and proposes the code together
with the constants in it (sizes, thresholds, table lengths). Later rounds see what came of earlier
ones. Constants are not tuned on their own afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from codeopt.model.insight import Trace
from codeopt.ports import Assignment, Proposal, Request
from codeopt.propose.asking import Patience, Query
from codeopt.propose.reply import Asked
from codeopt.propose.strategies.rounds import Rounds, about

_ROOM = 4_000


class TraceStrategy(Rounds):
    """Implement the Strategy port with recorded intermediate values."""

    name = "trace"

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield one attempt a round; nothing where no call could be followed."""
        if assignment.trace is None or not assignment.trace.lines:
            return
        asked = self._asked(assignment)
        patience = Patience()
        for number in range(self._settings.samples):
            request = self._request(assignment, asked, number)
            proposal = self._asker.propose(Query(asked, f"round {number + 1}", request))
            yield proposal
            if patience.is_over(proposal):
                return

    def _request(self, assignment: Assignment, asked: Asked, number: int) -> Request:
        told, last = self._told(assignment)
        trace = assignment.trace or Trace()
        told = {**told, "trace": lines_of(trace), "calls": calls_of(trace)}
        slot = f"trace {about(asked, number, last)}"
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
