"""What a person is told while something is judged in the review. Pure."""

from __future__ import annotations

from codeopt.model import events
from codeopt.report import phrases
from codeopt.report.printing import printable

_STAGES = {
    events.Stage.PREPARE: "preparing a tree",
    events.Stage.DISCOVER: "reading the code",
    events.Stage.BASELINE: "running the tests on the original",
    events.Stage.PROFILE: "profiling the workload",
    events.Stage.RECORD: "recording calls",
    events.Stage.OBSERVE: "running the original on its inputs",
    events.Stage.CONTROL: "timing the original against itself",
    events.Stage.OPTIMISE: "asking the model",
    events.Stage.COMPARE: "comparing the two versions",
    events.Stage.TESTS: "running the tests",
    events.Stage.MEASURE: "timing the two versions",
}


def progress(event: events.Event) -> str:
    """Return a line about an event, "" where there is nothing to tell."""
    if isinstance(event, events.StageStarted):
        return _STAGES[event.stage]
    if isinstance(event, events.Noted):
        return printable(f"note: {event.text}")
    if isinstance(event, events.CandidateStarted):
        return printable(f"judging an answer ({event.strategy}: {event.technique})")
    if isinstance(event, events.Judged) and not event.attempt.decision.keep:
        return printable(f"rejected: {phrases.rejection(event.attempt)}")
    return ""
