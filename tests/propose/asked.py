"""Print what all strategies ask and propose, given the answers of ``benchmarks/answers``.

The answers were written by hand. What is found about a candidate is made up here, from its digest:
the same in every process, whatever the order in which sets and dicts of strings come.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from benchmarks.answering import ByHand
from benchmarks.grounds import TARGETS
from codeopt.cli import ladder
from codeopt.config import ModelSettings, RunSettings, Settings
from codeopt.model.candidate import Candidate
from codeopt.model.code import FunctionId
from codeopt.model.evidence import (
    Attempt,
    Check,
    CheckResult,
    Decision,
    Difference,
    Hotspot,
    Interval,
    LineTime,
    Measurement,
    Recording,
    Spend,
    Verdict,
)
from codeopt.model.insight import LineTrace, Trace
from codeopt.model.reasons import Code, Reason
from codeopt.model.tree import ChildCalls, Examined
from codeopt.pipeline.attempts import new_attempt
from codeopt.pipeline.together import rounds
from codeopt.ports import Assignment, Outcomes, Proposal, Reply, Request
from fixtures import HERE
from tests.support.assignments import assignment
from tests.support.endpoint import Ask

STRATEGIES = ("catalogue", "best-of-n", "refine", "critique", "trace", "decompose", "auto")
GATE = CheckResult(Check.GATE, True)


@dataclass
class Model:
    """Answer by hand, and keep what was asked."""

    name: str = "by-hand"
    asked: list[Request] = field(default_factory=list)
    answers: ByHand = field(default_factory=ByHand)

    def complete(self, request: Request) -> Reply:
        self.asked.append(request)
        messages = [{"content": each.content} for each in request.messages]
        act = self.answers(Ask(len(self.asked), "", {}, {"messages": messages}))
        text = json.loads(act.body)["choices"][0]["message"]["content"]
        return Reply(text, Spend(0.0, len(str(messages)) // 4, len(text) // 4, 1), request.digest)


def verdict(candidate: Candidate) -> Verdict:
    """Make up whether a candidate is the same: one of four is not."""
    if int(candidate.digest[0], 16) % 4:
        return Verdict((GATE, CheckResult(Check.ORACLE, True, 9)))
    reason = Reason(Code.RESULT, "another result")
    found = Difference("result", "1", "2", "f(1)")
    return Verdict((GATE, CheckResult(Check.ORACLE, False, 1, reason, found)))


def speed(candidate: Candidate) -> Interval:
    """Make up how fast a candidate is: 0.9 to 1.65 times as fast."""
    ratio = 0.9 + int(candidate.digest[1], 16) / 20
    return Interval(ratio, ratio, ratio, 9)


def found(proposal: Proposal) -> Attempt | None:
    """Make up what is found about a proposal."""
    candidate = proposal.candidate
    if candidate is None:
        return proposal.attempt and replace(proposal.attempt, spend=proposal.spend)
    seen, fast = verdict(candidate), speed(candidate)
    measured = Measurement("cpu", fast, fast, fast.low) if seen.same else None
    slow = Reason(Code.NOT_FASTER, "it is not faster") if fast.low < 1.05 else None
    reason = seen.reason or slow
    decision = Decision(reason is None, reason)
    made = new_attempt(candidate, proposal)
    return replace(made, verdict=seen, measurement=measured, decision=decision)


class MadeUp:
    """Examine drafts without running them."""

    def certify(self, draft: Candidate) -> Verdict:
        return Verdict((GATE, CheckResult(Check.ORACLE, True, 9)))

    def calls(self, draft: Candidate, children: Sequence[str]) -> tuple[ChildCalls, ...]:
        ids = [FunctionId(draft.target.path, name) for name in children]
        return tuple(ChildCalls(Recording(each, Path(), "", 9, 9), 0.5) for each in ids)

    def compare(self, draft: Candidate, child: str, changed: Candidate) -> Examined:
        return Examined(verdict(changed), speed(changed))

    def outcomes(self, draft: Candidate, child: str, changed: Candidate) -> Outcomes:
        return ("1", "2", changed.digest[0])


@cache
def work(project: str, target: str) -> Assignment:
    """Return what is told about a function of a fixture: every line is as hot as the others."""
    root = HERE / project
    files = {str(p.relative_to(root)): p.read_text("utf-8") for p in sorted(root.rglob("*.py"))}
    known = assignment(files, target)
    span, text = known.target.span, files[known.target.id.path].split("\n")
    lines = range(span.start_line + 1, span.end_line + 1)
    times = tuple(LineTime(each, 0.1, 1 / len(lines)) for each in lines)
    spot = Hotspot(known.target.id, 1.0, 1.0, 0.8, 0.9, 100, times)
    traced = tuple(LineTrace(text[each - 1], each) for each in lines)
    recording = Recording(known.target.id, Path(), "", 9, 9)
    trace = Trace(traced, (("len", 3),))
    packages = frozenset({"attrs", "numpy", "requests"})
    known = replace(known, project_packages=packages, examiner=MadeUp())
    return replace(known, hotspot=spot, recording=recording, trace=trace)


def tell(project: str, target: str, name: str) -> dict[str, object]:
    """Return what a strategy asks and proposes about a function, in order."""
    settings = Settings(
        run=RunSettings(strategy=(name,)), model=ModelSettings(model="by-hand", samples=2)
    )
    model, assigned = Model(), work(project, target)
    strategy = ladder.strategy(settings, [model], HERE, ask=map)()
    made: list[str] = []
    for together in rounds(strategy.propose(assigned)):
        for proposal in together:
            attempt = found(proposal)
            if attempt is not None:
                made.append(f"{attempt.technique}: {_written(attempt)}")
                strategy.observe(attempt)
    asked = [[each.slot, *(m.content for m in each.messages)] for each in model.asked]
    return {"target": target, "strategy": name, "asked": asked, "made": made}


def _written(attempt: Attempt) -> str:
    """Return the code of a candidate, or why there is none."""
    reason = attempt.decision.reason
    return attempt.code or str(reason.code if reason else "")


def main() -> None:
    """Print one JSON object a function and strategy; pylev is not at hand without an index."""
    for project, targets in TARGETS.items():
        if project != "pylev":
            for target in targets:
                for name in STRATEGIES:
                    if name != "auto" or project == "loglens":  # it is all of the others
                        print(json.dumps(tell(project, target, name)))


if __name__ == "__main__":
    main()
