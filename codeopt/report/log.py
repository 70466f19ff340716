"""Events of a run as structured records: what happened, when, and how it ended; never any code."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from codeopt.model import events
from codeopt.model.evidence import Attempt, Spend
from codeopt.redact import redacted

Record = dict[str, Any]


def told(event: object) -> Record:
    """Return what is told of an event to those who look on, without keys and passwords."""
    shown: Record = redacted(record(event))
    return shown


@singledispatch
def record(event: object) -> Record:
    """Return what is told of an event; an empty record is one that is not told."""
    return {}


@record.register
def _(event: events.RunStarted) -> Record:
    return {"run": event.run, "commit": event.commit, "resumed": event.resumed}


@record.register
def _(event: events.StageStarted) -> Record:
    return {"stage": str(event.stage)}


@record.register
def _(event: events.StageFinished) -> Record:
    seconds = round(event.seconds, 3)
    return {"stage": str(event.stage), "detail": event.detail, "seconds": seconds}


@record.register
def _(event: events.Noted) -> Record:
    return {"text": event.text}


@record.register
def _(event: events.Controlled) -> Record:
    return {"claims": event.control.claims}


@record.register
def _(event: events.TargetStarted) -> Record:
    place = {"number": event.number, "total": event.total, "again": event.again}
    return {"target": str(event.target), **place, "share": round(event.share, 4)}


@record.register
def _(event: events.CandidateStarted) -> Record:
    return {
        "target": str(event.target),
        "strategy": event.strategy,
        "technique": event.technique,
    }


@record.register
def _(event: events.CheckStarted) -> Record:
    return {"check": str(event.check)}


@record.register
def _(event: events.Judged) -> Record:
    return {**_attempt(event.attempt), "spent": _spend(event.spend)}


@record.register
def _(event: events.Kept) -> Record:
    return {**_attempt(event.attempt), "commit": event.attempt.commit, "branch": event.branch}


@record.register
def _(event: events.TargetFinished) -> Record:
    return {"target": str(event.target), "tried": event.tried, "kept": event.kept}


@record.register
def _(event: events.RunFinished) -> Record:
    counts = {"kept": event.kept, "rejected": event.rejected}
    return {"run": event.run, **counts, "spent": _spend(event.spend), "seconds": event.seconds}


def _attempt(attempt: Attempt) -> Record:
    reason = attempt.decision.reason
    found = attempt.measurement
    speedup = found.speedup if found else None
    return {
        "target": str(attempt.target),
        "strategy": attempt.strategy,
        "technique": attempt.technique,
        "model": attempt.model,
        "keep": attempt.decision.keep,
        "reason": str(reason.code) if reason else None,
        "speedup": round(speedup.estimate, 4) if speedup else None,
        "seconds": round(found.seconds, 3) if found else None,
        "paid": _spend(attempt.spend),
    }


def _spend(spend: Spend) -> Record:
    tokens = {"prompt": spend.prompt_tokens, "completion": spend.completion_tokens}
    return {"usd": spend.usd, "tokens": tokens, "calls": spend.calls}
