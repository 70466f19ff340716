"""What became of a repository, in a form that outlives it."""

from __future__ import annotations

from collections import Counter

from codeopt.model.errors import CodeoptError
from codeopt.model.evidence import Attempt, Spend
from codeopt.model.fleet import Gain, Result, State
from codeopt.model.run import RunRecord


def conclude(record: RunRecord) -> Result:
    """Reduce the record of a run that has ended."""
    reasons = [attempt.decision.reason for attempt in record.rejected]
    counts = Counter(str(reason.code) for reason in reasons if reason is not None)
    return Result(
        State.DONE,
        seconds=record.outcome.seconds if record.outcome else 0.0,
        spend=record.spend,
        branch=record.meta.branch if record.kept else "",
        gains=tuple(_gain(record, attempt) for attempt in record.kept),
        reasons=tuple(counts.most_common()),
        notes=record.notes,
    )


def failed(error: CodeoptError, spend: Spend) -> Result:
    """Say why a repository came to nothing; what its run has spent counts all the same."""
    problem, hint, again = error.message, error.hint, error.resumable
    return Result(State.FAILED, spend=spend, problem=problem, hint=hint, resumable=again)


def _gain(record: RunRecord, attempt: Attempt) -> Gain:
    found = attempt.measurement
    spot = record.profile.hotspot(attempt.target) if record.profile else None
    whole = found.workload if found else None
    return Gain(
        attempt.target,
        attempt.technique,
        attempt.commit or "",
        share=spot.cumulative_share if spot else 0.0,
        speedup=found.speedup if found else None,
        workload=whole.speedup if whole else None,
    )
