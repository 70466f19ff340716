"""Decide whether a patch is kept: the only place that says so, a pure function of the evidence."""

from __future__ import annotations

from codeopt.config import MeasureSettings
from codeopt.model.evidence import Control, Decision, Measurement, Verdict
from codeopt.model.reasons import Code, Reason

_CLASS_LIMIT = 0.95
_MEMORY_GRACE = 1 << 20


def decide(
    verdict: Verdict,
    measurement: Measurement | None,
    settings: MeasureSettings,
    control: Control | None,
) -> Decision:
    """Keep a patch that is the same, faster beyond doubt, and worse in no other respect."""
    reason = (
        _same(verdict)
        or _controlled(control)
        or _faster(measurement, settings)
        or _everywhere(measurement)
        or _memory(measurement, settings)
        or _end_to_end(measurement)
    )
    return Decision(reason is None, reason)


def _same(verdict: Verdict) -> Reason | None:
    if verdict.same:
        return None
    unknown = Reason(Code.UNVERIFIED, "nothing could be compared with the original's behaviour")
    return verdict.reason or unknown


def _controlled(control: Control | None) -> Reason | None:
    if control is None or control.ok:
        return None
    text = f"the original against itself measures {control.speedup}, so no claim can be made"
    return Reason(Code.CONTROL_FAILED, text, "run again when the machine is quieter")


def _faster(measurement: Measurement | None, settings: MeasureSettings) -> Reason | None:
    if measurement is None:
        return Reason(Code.NOT_FASTER, "the speed was not measured")
    if measurement.reason is not None:
        return measurement.reason
    if measurement.speedup is not None and measurement.bound > settings.min_speedup:
        return None
    shown = measurement.speedup or measurement.screened
    text = f"{shown}; at least {settings.min_speedup:.2f}× is asked for"
    return Reason(Code.NOT_FASTER, text)


def _everywhere(measurement: Measurement | None) -> Reason | None:
    slow = [c for c in measurement.classes if c.speedup.high < _CLASS_LIMIT] if measurement else []
    if not slow:
        return None
    worst = min(slow, key=lambda each: each.speedup.estimate)
    label = f" ({worst.label})" if worst.label else ""
    text = f"slower on one class of inputs{label}, {worst.calls} calls: {worst.speedup}"
    return Reason(Code.CLASS_SLOWER, text)


def _memory(measurement: Measurement | None, settings: MeasureSettings) -> Reason | None:
    if measurement is None or measurement.memory_bytes is None:
        return None
    before, after = measurement.memory_bytes
    if after <= before * (1 + settings.max_memory_growth) + _MEMORY_GRACE:
        return None
    growth = after / max(1, before) - 1
    text = f"peak memory grows by {growth:.0%}, from {before:,} to {after:,} bytes"
    return Reason(Code.MEMORY, text, "allow more with --max-memory-growth")


def _end_to_end(measurement: Measurement | None) -> Reason | None:
    whole = measurement.workload if measurement else None
    if whole is None:
        return None
    if whole.speedup.high < 1:
        text = f"the workload as a whole is slower: {whole.speedup}"
        return Reason(Code.WORKLOAD_SLOWER, text)
    slow = [each for each in whole.benchmarks if each.speedup.high < _CLASS_LIMIT]
    if not slow:
        return None
    worst = min(slow, key=lambda each: each.speedup.estimate)
    return Reason(Code.WORKLOAD_SLOWER, f"the benchmark {worst.name} is slower: {worst.speedup}")
