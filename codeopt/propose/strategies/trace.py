"""Show the model what the function computes on the way, and ask for code and constants at once.

The trace of a few recorded calls (how often each line ran, the values of the names after it, how
often each callee was called) takes the part of a gradient, as in Trace/OptoPrime: the model sees
which intermediate results repeat, stay empty or are thrown away, and proposes the code together
with the constants in it (sizes, thresholds, table lengths). Later rounds see what came of earlier
ones. At last the constants of the best attempt are tuned alone, which costs no call of a model: its
guesses are where the search begins (LLAMBO).
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence

from codeopt.model.candidate import Candidate
from codeopt.model.evidence import Attempt
from codeopt.model.insight import Trace
from codeopt.ports import Assignment, Proposal, Request
from codeopt.propose.asking import Patience, Query
from codeopt.propose.constants import Constant, constants_of, search, with_value
from codeopt.propose.reply import Asked
from codeopt.propose.strategies.rounds import Rounds, about

_ROOM = 4_000


class TraceStrategy(Rounds):
    """Implement the Strategy port with recorded intermediate values."""

    name = "trace"
    _is_tuning = True

    def without(self, parts: Collection[str]) -> TraceStrategy:
        """Leave out ``tuning``, the search for constants."""
        self._is_tuning = "tuning" not in parts
        return self

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        """Yield one attempt a round, then the best with other constants.

        Nothing where no call could be followed.
        """
        if assignment.trace is None or not assignment.trace.lines:
            return
        asked = self._asked(assignment)
        patience = Patience()
        found: list[Candidate] = []
        for number in range(self._settings.samples):
            request = self._request(assignment, asked, number)
            proposal = self._asker.propose(Query(asked, f"round {number + 1}", request))
            found += [proposal.candidate] if proposal.candidate else []
            yield proposal
            if patience.is_over(proposal):
                break
        if self._is_tuning:
            yield from self._tune(asked, found)

    def _tune(self, asked: Asked, found: Sequence[Candidate]) -> Iterator[Proposal]:
        """Look for better constants in the best attempt that would be kept."""
        best = max(found, key=self._speed, default=None)
        if best is None or not self._speed(best):
            return
        for constant in constants_of(best, asked.original):
            value = yield from self._search(best, constant)
            if value != constant.value:
                best = with_value(best, constant, value)

    def _search(self, base: Candidate, constant: Constant) -> Generator[Proposal, None, int]:
        """Try values of one constant; return the best."""
        trials = search(constant.value, self._speed(base))
        try:
            value = next(trials)
            while True:
                candidate = with_value(base, constant, value)
                yield Proposal(candidate)
                value = trials.send(self._speed(candidate) or None)
        except StopIteration as stop:
            best: int = stop.value
            return best

    def _speed(self, candidate: Candidate) -> float:
        """Return the speed-up of an attempt that would be kept, else 0."""
        for attempt in self._observed.get(candidate.target, ()):
            if attempt.candidate_digest == candidate.digest:
                return _gained(attempt)
        return 0.0

    def _request(self, assignment: Assignment, asked: Asked, number: int) -> Request:
        told, last = self._told(assignment)
        trace = assignment.trace or Trace()
        told = {**told, "trace": lines_of(trace), "calls": calls_of(trace)}
        slot = f"trace {about(asked, number, last)}"
        return self._asker.request(self._prompt, told, sample=number, slot=slot)


def _gained(attempt: Attempt) -> float:
    measured = attempt.measurement
    if not attempt.decision.keep or measured is None or measured.speedup is None:
        return 0.0
    return measured.speedup.estimate


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
