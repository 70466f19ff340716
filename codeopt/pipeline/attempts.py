"""Attempts as they are before the judge has seen them, and what counts of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from codeopt.model.candidate import Candidate, Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Decision
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Proposal


@dataclass(frozen=True, slots=True)
class KeptPatch:
    """Journal what a commit was made of; ``along`` are functions rewritten beside the target.

    What was recorded of those is of the original, so the run is through with them, too.
    """

    parent: str
    commit: str
    patch: Patch
    along: tuple[FunctionId, ...] = ()


def new_attempt(candidate: Candidate, proposal: Proposal) -> Attempt:
    """Return the attempt that a candidate is before it is judged."""
    origin = candidate.origin
    return Attempt(
        candidate_digest=candidate.digest,
        target=candidate.target,
        strategy=origin.strategy,
        technique=origin.technique,
        decision=Decision(False),
        explanation=origin.explanation,
        model=origin.model,
        spend=proposal.spend,
        code=candidate.code,
        request=origin.request,
    )


def rejected(candidate: Candidate, proposal: Proposal, reason: Reason) -> Attempt:
    """Return the attempt of a candidate that is rejected before it is judged."""
    return replace(new_attempt(candidate, proposal), decision=Decision(False, reason))


def why(decision: Decision) -> Reason:
    """Return why something is not kept."""
    return decision.reason or Reason(Code.UNVERIFIED, "no reason was found")


def is_confirmed(attempt: Attempt) -> bool:
    """Tell whether an attempt went into confirmation, which the run's error budget pays for."""
    return attempt.measurement is not None and bool(attempt.measurement.ratios)
