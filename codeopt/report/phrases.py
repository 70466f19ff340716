"""The sentences in which every report speaks of evidence."""

from __future__ import annotations

from codeopt.model.evidence import (
    Attempt,
    ClassSpeed,
    Control,
    Hotspot,
    Measurement,
    Profile,
    Spend,
    Timed,
    WholeSpeed,
)
from codeopt.model.run import RunRecord
from codeopt.model.tree import Node, NodeKind
from codeopt.report.printing import one_line

UNMEASURED = (
    "end-to-end gain not measured: the workload fails when it is repeated, or is too long for "
    "--workload-seconds"
)
_SHOWN = 3  # kinds of inputs in a verdict
INSIDE = "timed inside the workload, since its calls cannot be replayed"


def patches(count: int) -> str:
    """Return a number of patches in words."""
    return "1 patch" if count == 1 else f"{count} patches"


def verdict(attempt: Attempt) -> str:
    """Return the verdict on a kept patch in one line."""
    measurement = attempt.measurement
    parts = []
    if measurement and measurement.speedup:
        parts.append(str(measurement.speedup))
    parts.append(slower(measurement))
    parts.append(timing(measurement))
    parts.append(agreement(attempt))
    if measurement and measurement.memory_ratio is not None:
        parts.append(f"peak memory {(measurement.memory_ratio - 1) * 100:+.1f} %")
    return " · ".join(part for part in parts if part)


def headline(attempt: Attempt) -> str:
    """Return the verdict with the share of the workload and the end-to-end gain behind it."""
    found = attempt.measurement
    known = found is not None and found.share is not None
    part = f"{share(None, attempt)} of the workload" if known else ""
    return " · ".join(each for each in (verdict(attempt), part, whole(attempt)) if each)


def timing(found: Measurement | None) -> str:
    """Say where the calls were timed when they were not replayed; "" when they were."""
    return INSIDE if found and found.timed is Timed.WORKLOAD else ""


def whole(attempt: Attempt) -> str:
    """Say what the patch does to the workload, beside Amdahl's prediction."""
    found = attempt.measurement.workload if attempt.measurement else None
    if found is None:
        reached = attempt.measurement is not None and attempt.measurement.share is not None
        return UNMEASURED if reached else ""
    predicted = f"; {found.predicted:.2f}× predicted by Amdahl's law" if found.predicted else ""
    return f"workload {found.speedup}, {_clock(found)}{predicted}"


def witness(attempt: Attempt) -> str:
    """Say what a second witness counted, and whether the decision rests on it too; "" if none."""
    found = attempt.measurement
    if found is None or found.witness is None:
        return ""
    alone = f", by time alone at least {found.bound:.2f}×" if attempt.decision.keep else ""
    return f"second witness: {found.witness}{alone}"


def classes(attempt: Attempt) -> list[str]:
    """Say what each class of inputs gains."""
    found = attempt.measurement.classes if attempt.measurement else ()
    return [
        f"inputs {each.label}, {counted((each.calls, 'call'))}: {each.speedup}" for each in found
    ]


def slower(found: Measurement | None) -> str:
    """Name the kinds of inputs that take longer than before, though the whole gains; "" if none.

    A sum may hide them, and a class that loses a trifle is kept: so it goes into every verdict.
    """
    told = slower_on(found)
    more = [f"and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else []
    return f"slower on: {'; '.join([*told[:_SHOWN], *more])}" if told else ""


def slower_on(found: Measurement | None) -> list[str]:
    """List the kinds of inputs that take longer than before, the worst first."""
    slow = [each for each in found.classes if each.is_slower] if found else []
    return [_loss(each) for each in sorted(slow, key=lambda each: each.speedup.estimate)]


def _loss(found: ClassSpeed) -> str:
    ratio, seconds = found.speedup.estimate, found.call_seconds
    more = f", {(1 / ratio - 1) * seconds * 1e6:,.1f} µs more a call" if seconds and ratio else ""
    return f"{one_line(found.label) or 'one kind of input'} ({ratio:.2f}×{more})"


def _clock(found: WholeSpeed) -> str:
    if found.clock == "benchmarks":
        count = len(found.benchmarks)
        many = (
            "1 benchmark by its" if count == 1 else f"{count} benchmarks of equal weight by their"
        )
        return f"{many} own timings"
    if found.clock == "wall" or found.wall is None:
        return f"{found.clock.replace('cpu', 'CPU')} time"
    wall = found.wall
    return f"CPU time (wall time {wall.estimate:.2f}×, {wall.low:.2f}–{wall.high:.2f})"


def benchmarks(attempt: Attempt) -> list[str]:
    """Return the speed-up of each benchmark of the workload by its own timings."""
    found = attempt.measurement.workload if attempt.measurement else None
    return [f"benchmark {each.name}: {each.speedup}" for each in found.benchmarks] if found else []


def concurrency(measurement: Measurement | None) -> list[str]:
    """Return latency and throughput of a coroutine, nothing for other functions."""
    found = measurement.concurrent if measurement else None
    if found is None:
        return []
    many = f", {found.in_flight} in flight" if found.in_flight else ""
    return [
        f"latency (one call alone): {found.latency}",
        f"throughput (many on one loop{many}): {found.throughput}",
    ]


def agreement(attempt: Attempt) -> str:
    """Say on what the two versions were compared."""
    if attempt.tests_alone:
        count = attempt.compared[2]
        noun = "test" if count == 1 else "tests"
        return (
            f"NO call was compared: {count} {noun} alone vouch for it, as --allow tests-only says"
        )
    calls, inputs, tests = attempt.compared
    text = counted((calls, "recorded call"), (inputs, "generated input"), (tests, "test"))
    gaps = attempt.verdict.gaps if attempt.verdict else ()
    return "; ".join((f"{text} agree", *gaps)) if text else ""


def counted(*parts: tuple[int, str]) -> str:
    """List numbers of things, but for those of which there is none."""
    words = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in parts if count]
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def remarks(attempt: Attempt) -> list[str]:
    """Return what a person should know before taking a patch: edge differences, kept state."""
    edges = [
        f"edge difference: {e.what}: {e.original} becomes {e.candidate}" for e in attempt.edges
    ]
    return edges + [f"keeps state: {effect}" for effect in attempt.effects]


def rejection(attempt: Attempt) -> str:
    """Return the reason of a rejection, with what differs or the next step where there is one."""
    reason = attempt.decision.reason
    if reason is None:
        return "no reason was recorded"
    checks = attempt.verdict.checks if attempt.verdict else ()
    found = next((check.difference for check in checks if check.difference), None)
    if found is None or found.what not in reason.text:
        return str(reason)
    return f"{reason}: {found.change}"


def spend(value: Spend) -> str:
    """Return what model calls cost."""
    if not value.calls:
        return "no model calls"
    tokens = value.prompt_tokens + value.completion_tokens
    money = f"${value.usd:.4f}" if value.usd else "no known price"
    return f"{value.calls} model calls, {tokens:,} tokens, {money}"


def cost(record: RunRecord) -> str:
    """Return what the model calls of a run cost, or that its answers were at hand already."""
    if not record.spend.calls and any(attempt.model for attempt in record.attempts):
        return "no model calls: its answers were known from an earlier run"
    return spend(record.spend)


def share(profile: Profile | None, attempt: Attempt) -> str:
    """Return the share of the workload that a target had, as a percentage."""
    if attempt.measurement and attempt.measurement.share is not None:
        return f"{attempt.measurement.share:.0%}"
    spot: Hotspot | None = profile.hotspot(attempt.target) if profile else None
    return f"{spot.cumulative_share:.0%}" if spot else "–"


def node(value: Node) -> str:
    """Say in one line what became of a node of a function tree."""
    kinds = {NodeKind.ROOT: "", NodeKind.SLICE: "block of the original", NodeKind.NEW: "new"}
    words = [kinds[value.kind]]
    if value.share is not None:
        words.append(f"{value.share:.0%} of the workload")
    if value.certified is not None:
        words.append("certified" if value.certified.same else "not the same as the original")
    if value.samples:
        same = sum(each.reason is None for each in value.samples)
        words.append(f"{same} of {len(value.samples)} bodies agree")
    if value.gain is not None:
        words.append(str(value.gain))
    elif value.samples and not value.chosen:
        words.append("stays as it is")
    return ", ".join(word for word in words if word)


def control(record: RunRecord) -> str:
    """Say what original against original gave."""
    found, inside = record.control, record.control_inside
    if found is None and inside is None:
        return "no control was run"
    replayed = _control(found) if found is not None else ""
    within = f"inside the workload {_control(inside)}" if inside is not None else ""
    return "; ".join(each for each in (replayed, within) if each)


def _control(found: Control) -> str:
    state = "claims nothing, as it must" if found.ok else "FAILED: no speed-up is claimed"
    s = found.speedup
    return (
        f"original against original: {s.estimate:.3f}× "
        f"(95 % CI {s.low:.3f}–{s.high:.3f}, {s.pairs} pairs), {state}"
        + (f"; noise: {found.noise}" if found.noise else "")
    )


def apply(record: RunRecord) -> tuple[str, ...]:
    """Return the commands that use the result."""
    branch, commit = record.branch, record.meta.commit[:12]
    look = f"codeopt review {record.meta.run}"
    return (look, f"git diff {commit}..{branch}", f"git merge {branch}")
