"""Watch the candidate while it is timed: its outcomes, its process, and what its clock says."""

from __future__ import annotations

from codeopt.measure.layout import Layout
from codeopt.measure.samples import Pair, Sample, take, typical
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
    """Compare what the candidate's process says with what its parents see.

    Samples that are long have been watched already; for short ones a long one is made.
    """
    if layout.long:
        problems = [disagreement(theirs, ours) for ours, theirs in zip(pair.a, pair.b, strict=True)]
    else:
        problems = [_long(a, b, pair, layout)]
        while problems[-1] and len(problems) < _TRIES:
            problems.append(_long(a, b, pair, layout))
    if all(problems):
        return Reason(Code.CLOCK_DISAGREES, f"{problems[-1]}, each of {len(problems)} times")
    return None


def _long(a: Zygote, b: Zygote, pair: Pair, layout: Layout) -> str:
    lasting = int(_AUDIT_NS / typical(pair.b, "wall"))
    repeat = max(1, min(lasting, _AUDIT_CALLS // len(layout.calls)))
    request = {**layout.request([layout.calls * repeat], ()), "marks": True}
    theirs, ours = take(b, request), take(a, request)
    return disagreement(theirs, ours) or relapse(theirs, ours)


def disagreement(theirs: Sample, ours: Sample) -> str:
    """Say where the candidate's own account does not fit what was seen from outside, or ""."""
    if theirs.wall < 0.7 * theirs.seen - _SLACK_NS:
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


def relapse(theirs: Sample, ours: Sample) -> str:
    """Say whether the candidate is slower once the same calls go on for long, or ""."""
    if theirs.cpu > _RELAPSE * max(1, ours.cpu):
        longer = theirs.cpu / max(1, ours.cpu)
        return f"the candidate takes {longer:.1f} times as long when the calls go on and on"
    return ""
