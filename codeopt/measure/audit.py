"""Watch the candidate while it is timed: its outcomes, its process, and what its clock says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from codeopt.measure import stats
from codeopt.measure.layout import Layout
from codeopt.measure.samples import Pair, Sample, clock_for, take, typical
from codeopt.measure.trial import Zygote
from codeopt.model.reasons import Code, Reason

_AUDIT_NS = 20_000_000
_AUDIT_CALLS = 5_000
_TRIES = 7
_PAUSE = 0.02  # seconds, doubled from try to try: what disturbs comes in bursts
_RELAPSE = 1.25
_PLAIN_GAIN = 0.8  # share of the time: less is a gain that one long sample shows too
_LEFT = 0.25  # of such a gain that has to be left when the calls go on
_SLACK_NS = 10e6  # delays of the parent's own, on a loaded machine
_SURE, _FEWEST = 0.005, 5
_KEPT = 0.1  # of the time that is saved
_APART = 0.1
_LEAST_SAVED = 0.05  # of the original's time: a tenth of less than this is what forks differ by


def odd(pair: Pair) -> Reason | None:
    """Say what the candidate did while it was timed that the original did not."""
    imported = set(pair.altered[1]) - set(pair.altered[0])
    if imported:
        text = f"the candidate changes {', '.join(sorted(imported))} when it is imported"
        return Reason(Code.GLOBAL_STATE, text)
    changed = {name for sample in pair.b for name in sample.changed}
    changed -= {name for sample in pair.a for name in sample.changed}
    if changed:
        text = f"the candidate changes {', '.join(sorted(changed))} while it is timed"
        return Reason(Code.GLOBAL_STATE, text)
    return _outcomes(pair.a, pair.b) or _outcomes(*pair.crowd)


def _outcomes(originals: Sequence[Sample], candidates: Sequence[Sample]) -> Reason | None:
    known: dict[int, set[str]] = {}
    for sample in originals:
        for place, text in sample.digests:
            known.setdefault(place, set()).add(text)
    for sample in candidates:
        for place, text in sample.digests:
            expected = known.get(place, set())
            if len(expected) == 1 and "" not in expected and text not in expected:
                said = f"timed call {place + 1} has another outcome than with the original"
                return Reason(Code.RESULT, said, "the candidate behaves differently when timed")
    return None


def audit(a: Zygote, b: Zygote, pair: Pair, layout: Layout) -> Reason | None:
    """Compare what the candidate's process says with what its parents see.

    Samples that are long have been watched already; for short ones a long one is made.
    """
    if layout.long:
        problems = [disagreement(theirs, ours) for ours, theirs in zip(pair.a, pair.b, strict=True)]
    else:
        problems = [_long(a, b, pair, layout)]
    while all(problems) and len(problems) < _TRIES:
        time.sleep(_PAUSE * 2 ** len(problems))
        problems.append(_long(a, b, pair, layout))
    if all(problems):
        return Reason(Code.CLOCK_DISAGREES, f"{problems[-1]}, each of {len(problems)} times")
    return None


def unlike(pairs: Sequence[Pair], clock: str) -> Reason | None:
    """Say whether the samples of the candidate contradict each other.

    Each starts from the same state, so the first of a process is like those that follow, unless
    something outlives a sample: a file, memory that is shared. And what takes less CPU time takes
    less time on the wall by as much, unless the work is done elsewhere. Both are asked of the
    original too, and count as shares of what is saved: by ratios, what starting a sample costs
    would weigh more the faster an honest candidate is.
    """
    kept = [_lasting(pair, clock) for pair in pairs if len(pair.a) > 1]
    if _shown(kept, _KEPT):
        times = median(p.b[0].reading(clock) / typical(p.b[1:], clock) for p in pairs if p.b[1:])
        text = (
            f"the candidate's first sample in a process takes {times:.1f} times as long as those "
            "that follow, the original's does not: something outlives the samples"
        )
        return Reason(Code.CLOCK_DISAGREES, text)
    apart = [_apart(pair) for pair in pairs] if clock == "cpu" else []
    if _shown(apart, _APART):
        share = stats.hodges_lehmann(apart)
        text = f"{share:.0%} of the CPU time that it saves is waited for: work is done elsewhere"
        return Reason(Code.CLOCK_DISAGREES, text)
    return None


def _lasting(pair: Pair, clock: str) -> float:
    """Return what the candidate's first sample takes more, as a share of the time it saves."""
    new = pair.b[0].reading(clock) - typical(pair.b[1:], clock)
    old = pair.a[0].reading(clock) - typical(pair.a[1:], clock)
    return _share(new - old, pair, clock)


def _apart(pair: Pair) -> float:
    """Return how much longer the candidate waits, as a share of the CPU time that it saves."""
    new, old = (typical(side, "wall") - typical(side, "cpu") for side in (pair.b, pair.a))
    return _share(new - old, pair, "cpu")


def _share(extra: float, pair: Pair, clock: str) -> float:
    old = typical(pair.a, clock)
    saved = old - typical(pair.b, clock)
    return extra / max(saved, _LEAST_SAVED * old) if saved > 0 else 0.0


def _shown(values: Sequence[float], least: float) -> bool:
    """Tell whether values are surely above ``least``; few of them have to be so one and all."""
    level = max(_SURE, 0.5 ** len(values))
    return len(values) >= _FEWEST and stats.signed_rank_p(values, least) <= level


def _long(a: Zygote, b: Zygote, pair: Pair, layout: Layout) -> str:
    lasting = int(_AUDIT_NS / typical(pair.b, "wall"))
    repeat = max(1, min(lasting, _AUDIT_CALLS // len(layout.calls)))
    request = {**layout.request([layout.calls * repeat], ()), "marks": True}
    theirs, ours = take(b, request), take(a, request)
    clock = clock_for([pair])
    share = typical(pair.b, clock) / typical(pair.a, clock)
    longer = theirs.reading(clock) / ours.reading(clock)
    return disagreement(theirs, ours) or relapse(longer, share)


def disagreement(theirs: Sample, ours: Sample) -> str:
    """Say where the candidate's own account does not fit what was seen from outside, or ""."""
    late = max(0.0, ours.seen - ours.wall)
    if theirs.wall < 0.7 * theirs.seen - _SLACK_NS - 2 * late:
        return (
            f"the candidate's process reports {theirs.wall / 1e6:.1f} ms "
            f"where {theirs.seen / 1e6:.1f} ms went by outside"
        )
    hidden, usual = theirs.process - theirs.cpu, ours.process - ours.cpu
    if theirs.process and hidden > 1.5 * usual + 0.5 * theirs.cpu + _SLACK_NS:
        return (
            f"the candidate's process used {hidden / 1e6:.1f} ms of CPU time "
            f"outside of the timed calls, the original's {usual / 1e6:.1f} ms"
        )
    return ""


def relapse(longer: float, share: float) -> str:
    """Say whether the candidate's gain is gone once the same calls go on for long, or "".

    ``longer`` is the candidate's time over the original's then, ``share`` in short samples.
    """
    most = 1 - _LEFT * (1 - share) if share < _PLAIN_GAIN else _RELAPSE
    if longer > most:
        return (
            f"the candidate takes {longer:.2f} times as long as the original when the calls go on "
            f"and on, {share:.2f} times at first"
        )
    return ""
