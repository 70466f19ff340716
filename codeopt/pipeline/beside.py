"""Compare functions that a candidate rewrites beside its target, on calls of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from codeopt.model.candidate import Candidate, Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import CheckResult, Verdict
from codeopt.pipeline.judge import Case, Judge
from codeopt.pipeline.steps import Steps
from codeopt.propose.companions import internal


def beside(
    cases: Mapping[FunctionId, Case], candidate: Candidate, sources: Mapping[str, bytes]
) -> tuple[Case, ...]:
    """Return the cases of further functions that others can see, as far as calls are known.

    What functions hand to each other that only call each other is not compared: it may change. That
    nobody else sees it is found out again here, since a strategy decides nothing.
    """
    further = [each.id for each in candidate.functions if each.id != candidate.target]
    unseen = internal(candidate.target, further, sources) if further else frozenset()
    return tuple(cases[each] for each in further if each in cases and each not in unseen)


def compared(
    judge: Judge, others: Collection[Case], patch: Patch, verdict: Verdict
) -> Steps[Verdict]:
    """Hold the change against the calls of further functions; the first difference counts."""
    for case in others:
        found = yield from judge.compare(case, patch)
        if found.same is False:
            return Verdict((*verdict.checks, *(_named(case.target, c) for c in found.checks)))
    return verdict


def _named(target: FunctionId, check: CheckResult) -> CheckResult:
    """Say which function a difference is about."""
    if check.reason is None:
        return check
    return replace(check, reason=replace(check.reason, text=f"{target}: {check.reason.text}"))
