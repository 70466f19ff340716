"""Attempts as they begin: what a proposal says of itself."""

from __future__ import annotations

from dataclasses import replace

from codeopt.model.candidate import Candidate
from codeopt.model.evidence import Attempt, Decision
from codeopt.model.reasons import Reason
from codeopt.ports import Proposal


def new_attempt(candidate: Candidate, proposal: Proposal) -> Attempt:
    """Return an attempt of which nothing is known yet."""
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
    """Return the attempt that a candidate is which is not judged, for a reason."""
    return replace(new_attempt(candidate, proposal), decision=Decision(False, reason))
