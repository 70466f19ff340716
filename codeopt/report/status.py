"""The state of a run, from its journal: where it is, what it has found and spent so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from codeopt.model.run import Progress, RunRecord
from codeopt.report import phrases
from codeopt.report.json import cost


class Life(StrEnum):
    """Say whether a run goes on: ``died`` is one that nobody holds and that did not end."""

    RUNNING = "running"
    ENDED = "ended"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class RunStatus:
    """Hold what is known of a run at a moment.

    ``held`` tells whether a process holds the run. ``max_seconds`` is its limit, ``targets`` are
    those that it is through with.
    """

    record: RunRecord
    progress: Progress | None
    held: bool
    now: datetime
    max_seconds: float | None
    targets: int = 0

    @property
    def life(self) -> Life:
        """Say whether the run goes on, has ended, or was cut short."""
        if self.record.outcome is not None:
            return Life.ENDED
        return Life.RUNNING if self.held else Life.DIED

    @property
    def seconds(self) -> float:
        """Return how long the last start of the run took, or has taken so far."""
        if self.record.outcome is not None:
            return self.record.outcome.seconds
        if self.progress is None:
            return 0.0
        end = self.now if self.held else datetime.fromisoformat(self.progress.updated)
        return (end - datetime.fromisoformat(self.progress.since)).total_seconds()

    @property
    def silent(self) -> float:
        """Return the seconds since the last sign of life."""
        seen = self.progress.updated if self.progress else self.record.meta.started
        return max(0.0, (self.now - datetime.fromisoformat(seen)).total_seconds())


def lines(found: RunStatus) -> list[str]:
    """Return the state for a person, one fact a line."""
    record, progress = found.record, found.progress
    told = [f"run         {record.meta.run} on commit {record.meta.commit[:12]}, {_life(found)}"]
    if progress is not None and found.life is not Life.ENDED:
        told.append(f"stage       {_stage(progress)}")
        if progress.target:
            told.append(f"target      {progress.target} ({progress.number} of {progress.total})")
    total = f" of {progress.total}" if progress and progress.total else ""
    told.append(f"targets     {found.targets}{total} done")
    told.append(f"candidates  {_candidates(record)}")
    told.append(f"spend       {phrases.cost(record)}")
    most = f" of at most {_span(found.max_seconds)}" if found.max_seconds is not None else ""
    told.append(f"time        {_span(found.seconds)}{most}")
    if found.life is Life.DIED:
        told.append("go on with: codeopt run --resume")
    return told


def document(found: RunStatus) -> dict[str, Any]:
    """Return the state as JSON values, version 1."""
    record, progress = found.record, found.progress
    return {
        "version": 1,
        "run": record.meta.run,
        "state": str(found.life),
        "commit": record.meta.commit,
        "stage": progress.stage if progress else None,
        "target": progress.target or None if progress else None,
        "doing": progress.doing or None if progress else None,
        "targets": {"done": found.targets, "total": progress.total if progress else None},
        "kept": len(record.kept),
        "rejected": _reasons(record),
        "cost": cost(record.spend),
        "pid": progress.pid if progress else None,
        "started": record.meta.started,
        "updated": progress.updated if progress else None,
        "silent_seconds": round(found.silent, 1),
        "seconds": round(found.seconds, 1),
        "max_seconds": found.max_seconds,
    }


def _life(found: RunStatus) -> str:
    if found.life is Life.ENDED:
        return "ended"
    ago = _span(found.silent)
    if found.life is Life.RUNNING:
        process = f" in process {found.progress.pid}" if found.progress else ""
        return f"going on{process}; its last step began {ago} ago"
    return f"died: nobody holds it, and its last sign of life was {ago} ago"


def _stage(progress: Progress) -> str:
    return f"{progress.stage or 'starting'}{progress.doing and ': ' + progress.doing}"


def _reasons(record: RunRecord) -> dict[str, int]:
    """Count the rejected by their reasons; those that wait for the tests have none yet."""
    reasons = (attempt.decision.reason for attempt in record.rejected)
    counts = Counter(str(reason.code) if reason else "undecided" for reason in reasons)
    return dict(counts.most_common())


def _candidates(record: RunRecord) -> str:
    why = ", ".join(f"{count} {code}" for code, count in _reasons(record).items())
    tried, kept = len(record.attempts), len(record.kept)
    return f"{tried} tried, {kept} kept{why and ': ' + why}"


def _span(seconds: float) -> str:
    return str(timedelta(seconds=int(seconds)))
