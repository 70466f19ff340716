"""Decide whether a patch is kept: the only place that says so, a pure function of the evidence."""

from __future__ import annotations

from codeopt.config import MeasureSettings
from codeopt.model.evidence import Check, ClassSpeed, Control, Decision, Measurement, Verdict
from codeopt.model.reasons import Code, Reason

FASTER = 1.0101  # e to the 0.01, by which identical code may differ
_COUNTED = 1.01  # more is asked of a count: neutral rewrites differ by some per cent
_CLASS_LIMIT = 0.95
_FELT_SECONDS = 1e-6  # a call
_FELT_SHARE = 0.01  # of the original's time in the workload
_MEMORY_GRACE = 1 << 20


def decide(
    verdict: Verdict,
    measurement: Measurement | None,
    settings: MeasureSettings,
    control: Control | None,
    *,
    tests_only: bool = False,
) -> Decision:
    """Keep a patch that is the same, faster beyond doubt, and worse in no other respect.

    With ``tests_only``, tests that reach the target are enough where nothing can be compared.
    """
    reason = (
        _same(verdict, measurement, tests_only)
        or _controlled(control)
        or _faster(measurement, settings)
        or _either_way(measurement)
        or _everywhere(measurement)
        or _memory(measurement, settings)
        or _end_to_end(measurement)
    )
    return Decision(reason is None, reason)


def _same(verdict: Verdict, measurement: Measurement | None, tests_only: bool) -> Reason | None:
    if verdict.same:
        return None
    unknown = Reason(Code.UNVERIFIED, "nothing could be compared with the original's behaviour")
    reason = verdict.reason or unknown
    if verdict.same is False:
        return reason
    if not tests_only:
        return _would_be(reason, measurement)
    untested = any(c.check is Check.TESTS and not c.compared for c in verdict.checks)
    text = f"{reason.text}, and no test reaches the function"
    return Reason(Code.UNVERIFIED, text, "write one") if untested else None


def _would_be(reason: Reason, measurement: Measurement | None) -> Reason:
    """Say of what cannot be compared how fast it would be."""
    if measurement is None or measurement.speedup is None:
        return reason
    text = f"{reason.text}; timed inside the workload it would be {measurement.speedup}"
    return Reason(reason.code, text, "--allow tests-only leaves it to the tests alone")


def _controlled(control: Control | None) -> Reason | None:
    if control is None or control.claims:
        return None
    if control.ok:
        text = f"this machine is too noisy for a claim: {control.noise}"
        return Reason(Code.TOO_NOISY, text, "run again when it is quieter")
    text = f"the original against itself measures {control.speedup}, so no claim can be made"
    return Reason(Code.CONTROL_FAILED, text, "run again when the machine is quieter")


def _faster(measurement: Measurement | None, settings: MeasureSettings) -> Reason | None:
    if measurement is None:
        return Reason(Code.NOT_FASTER, "the speed was not measured")
    if measurement.reason is not None:
        return measurement.reason
    if measurement.speedup is not None and measurement.bound > settings.min_speedup:
        return None
    if settles(measurement, settings.min_speedup):
        return None
    shown = measurement.speedup or measurement.screened
    text = f"{shown}; at least {settings.min_speedup:.2f}× is asked for"
    return Reason(Code.NOT_FASTER, text)


def _either_way(measurement: Measurement | None) -> Reason | None:
    """Refuse a coroutine that may be slower alone or with many in flight."""
    both = measurement.concurrent if measurement else None
    if both is None:
        return None
    for name, found in (("latency", both.latency), ("throughput", both.throughput)):
        if found.high < 1:
            return Reason(Code.SLOWER, f"its {name} gets worse: {found}")
        if found.low < _CLASS_LIMIT:
            text = f"its {name} may get worse: {found}"
            return Reason(Code.TOO_NOISY, text, "more time may settle it: --measure-seconds")
    return None


def settles(measurement: Measurement, least: float) -> bool:
    """Tell whether a second witness settles what time leaves open: by how much, not whether.

    Time alone must show that the candidate is faster, at the error budget and beyond what
    identical code may differ by, and its estimate must be enough; the count must be enough too.
    """
    if measurement.witness is None or measurement.speedup is None:
        return False
    enough = measurement.speedup.estimate >= least
    return enough and measurement.bound > FASTER and measurement.witness.ratio >= least * _COUNTED


def _everywhere(measurement: Measurement | None) -> Reason | None:
    classes = measurement.classes if measurement else ()
    slow = [each for each in classes if each.speedup.high < _CLASS_LIMIT and _is_felt(each)]
    if not slow:
        return None
    worst = min(slow, key=lambda each: each.speedup.estimate)
    label = f" ({worst.label})" if worst.label else ""
    calls = "1 call" if worst.calls == 1 else f"{worst.calls} calls"
    text = f"slower on one class of inputs{label}, {calls}: {worst.speedup}"
    return Reason(Code.CLASS_SLOWER, text)


def _is_felt(found: ClassSpeed) -> bool:
    """Tell whether a class loses more than a single call can be timed to, or more than a trifle.

    A set that is built for three elements costs fractions of a microsecond; who looks at the table
    sees it, and a gain on all that takes time is not refused for it.
    """
    if found.call_seconds is None or found.share is None:
        return True
    loss = 1 / found.speedup.low - 1
    return found.call_seconds * loss > _FELT_SECONDS or found.share * loss > _FELT_SHARE


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
