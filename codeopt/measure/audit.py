"""Watch the candidate while it is timed: its outcomes, its process, and what its clock says."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from codeopt.measure.layout import Layout
from codeopt.measure.samples import Pair, Sample, mean, read_sample
from codeopt.measure.trial import Zygote
from codeopt.model.reasons import Code, Reason

_AUDIT_NS = 20_000_000
_AUDIT_CALLS = 5_000
_TRIES = 3
_RELAPSE = 1.25
_SLACK_NS = 10e6  # delays of the parent's own, on a loaded machine


def odd(pair: Pair) -> Reason | None:
    """Say what the candidate did while it was timed that the original did not."""
    changed = {name for sample in pair.b for name in sample.changed}
    changed -= {name for sample in pair.a for name in sample.changed}
    if changed:
        text = f"the candidate changes {', '.join(sorted(changed))} while it is timed"
        return Reason(Code.GLOBAL_STATE, text)
    return _outcomes(pair)


def _outcomes(pair: Pair) -> Reason | None:
    known: dict[int, set[str]] = {}
    for sample in pair.a:
        for place, text in sample.digests:
            known.setdefault(place, set()).add(text)
    for sample in pair.b:
        for place, text in sample.digests:
            expected = known.get(place, set())
            if len(expected) == 1 and "" not in expected and text not in expected:
                said = f"timed call {place + 1} has another outcome than with the original"
                return Reason(Code.RESULT, said, "the candidate behaves differently when timed")
    return None


def audit(a: Zygote, b: Zygote, pair: Pair, layout: Layout) -> Reason | None:
    """Compare what the candidate's process says with what its parents see, over a long sample."""
    lasting = int(_AUDIT_NS / mean(pair.b, "wall"))
    repeat = max(1, min(lasting, _AUDIT_CALLS // len(layout.calls)))
    request = layout.request([layout.calls * repeat], ())
    problem = ""
    for _ in range(_TRIES):
        theirs, seen = _marked(b, request)
        ours, _ = _marked(a, request)
        problem = disagreement(theirs, seen, ours) or relapse(theirs, ours)
        if not problem:
            return None
    return Reason(Code.CLOCK_DISAGREES, f"{problem}, {_TRIES} times in a row")


def _marked(zygote: Zygote, request: Mapping[str, Any]) -> tuple[Sample, float]:
    """Take a sample and the nanoseconds between its marks by this process's clock."""
    zygote.send({**request, "marks": True})
    marks: list[int] = []
    while "mark" in (frame := zygote.receive()):
        marks.append(time.perf_counter_ns())
    return read_sample(frame), float(marks[1] - marks[0]) if len(marks) == 2 else 0.0


def disagreement(theirs: Sample, seen: float, ours: Sample) -> str:
    """Say where the candidate's own account does not fit what was seen from outside, or ""."""
    if theirs.wall < 0.7 * seen - _SLACK_NS:
        return (
            f"the candidate's process reports {theirs.wall / 1e6:.1f} ms "
            f"where {seen / 1e6:.1f} ms went by outside"
        )
    hidden, usual = theirs.process - theirs.cpu, ours.process - ours.cpu
    if theirs.process and hidden > 1.5 * usual + 0.5 * theirs.cpu + _SLACK_NS:
        return (
            f"the candidate's process used {hidden / 1e6:.1f} ms of CPU time "
            f"outside of the timed calls, the original's {usual / 1e6:.1f} ms"
        )
    return ""


def relapse(theirs: Sample, ours: Sample) -> str:
    """Say whether the candidate is slower once the same calls go on for long, or ""."""
    if theirs.cpu > _RELAPSE * max(1, ours.cpu):
        longer = theirs.cpu / max(1, ours.cpu)
        return f"the candidate takes {longer:.1f} times as long when the calls go on and on"
    return ""
