"""What a person is told about a patch, as lines of text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from codeopt.model.evidence import Attempt, Measurement, Profile
from codeopt.model.review import Choice, Exchange, Kind
from codeopt.report import phrases
from codeopt.report.printing import one_line, printable
from codeopt.report.talk import turns
from codeopt.review.session import Review

_BARS = " ▁▂▃▄▅▆▇█"
_BINS = 24


def title(review: Review, number: int) -> str:
    """Name a patch and what was decided about it."""
    attempt, choice = review.patches[number], review.choice(number)
    state = "" if choice is Choice.OPEN else f", {choice}"
    rivals = [str(place + 1) for place in review.rivals(number)]
    if rivals:
        state = f" (or patch {', '.join(rivals)}: one of them goes in){state}"
    return printable(f"Patch {number + 1} of {len(review.patches)}: {attempt.target}{state}")


def evidence(review: Review, number: int) -> list[str]:
    """Return the evidence on a patch, one line a finding."""
    attempt = review.patches[number]
    lines = [f"{phrases.share(review.record.profile, attempt)} of the workload before any change"]
    lines += [f"{attempt.strategy}: {attempt.technique}"]
    lines += [attempt.edited] if attempt.edited else []
    if attempt.model:
        lines.append(f"{attempt.model}, {phrases.spend(attempt.spend)}")
    lines += [text for text in (phrases.whole(attempt), phrases.witness(attempt)) if text]
    lines += phrases.benchmarks(attempt) + phrases.concurrency(attempt.measurement)
    if attempt.measurement:
        lines += _measured(attempt.measurement)
    for tree in review.record.trees:
        if tree.target == attempt.target:
            lines += [f"part {node.name}: {phrases.node(node)}" for _, node in tree.root.walk()]
    lines += phrases.remarks(attempt)
    return [one_line(line) for line in lines]


def _measured(found: Measurement) -> list[str]:
    lines = []
    if found.ratios:
        low, high = min(found.ratios), max(found.ratios)
        lines.append(f"{len(found.ratios)} paired ratios from {low:.2f} to {high:.2f}")
    return lines + [
        f"on {each.label} ({phrases.counted((each.calls, 'call'))}): {each.speedup}"
        for each in found.classes
    ]


def explanation(attempt: Attempt) -> str:
    """Return the explanation of the catalogue or of the model."""
    return printable(attempt.explanation.strip()) or "No explanation was given."


def tried(attempts: Sequence[Attempt]) -> list[str]:
    """Say what else was tried on the function, and why it was not kept."""
    return [one_line(f"{a.technique or a.strategy}: {phrases.rejection(a)}") for a in attempts]


def talk(review: Review, number: int) -> list[str]:
    """Say what was said about the function of a patch, and what came of it; the oldest first."""
    target = str(review.patches[number].target)
    record = replace(review.record, opinions=tuple(review.choices.values()))
    found = [turn.text for turn in turns(record) if turn.target == target]
    return [one_line(text) for text in found]


def outcome(exchange: Exchange) -> str:
    """Say in a line what came of an edit, a part or a remark."""
    made = "a new patch" if exchange.kind is Kind.REMARK else "it replaces the patch"
    stays = "nothing new" if exchange.kind is Kind.REMARK else "the patch stays as it was"
    return one_line(f"{made if exchange.kept else stays}: {exchange.answer}")


def compared(before: Profile | None, after: Profile) -> list[tuple[str, str, str, str]]:
    """Return rows of a profile before and after: function, its own time in both, the change."""
    old = {str(s.id): s.own_seconds for s in before.hotspots} if before else {}
    new = {str(s.id): s.own_seconds for s in after.hotspots}
    names = sorted({**old, **new}, key=lambda name: -max(old.get(name, 0.0), new.get(name, 0.0)))
    rows = [("all", before.total_seconds if before else 0.0, after.total_seconds)]
    rows += [(name, old.get(name, 0.0), new.get(name, 0.0)) for name in names[:25]]
    return [
        (printable(name), f"{was * 1000:,.1f} ms", f"{now * 1000:,.1f} ms", _change(was, now))
        for name, was, now in rows
    ]


def _change(was: float, now: float) -> str:
    return f"{now / was - 1:+.0%}" if was else ""


def histogram(ratios: Sequence[float], *, bins: int = _BINS) -> str:
    """Draw how ratios are spread, in one line between the least and the greatest."""
    if not ratios:
        return ""
    low, high = min(ratios), max(ratios)
    counts = [0] * bins
    for ratio in ratios:
        place = int((ratio - low) / (high - low) * bins) if high > low else bins // 2
        counts[min(place, bins - 1)] += 1
    top = max(counts)
    bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // top)] for count in counts)
    return f"{low:.2f}× {bars} {high:.2f}×"


def closing(review: Review) -> str:
    """Count what was decided."""
    words = [
        f"{review.count(choice)} {name}"
        for choice, name in (
            (Choice.ACCEPTED, "accepted"),
            (Choice.REJECTED, "rejected"),
            (Choice.OPEN, "open"),
            (Choice.PASSED_OVER, "passed over"),
        )
        if choice is not Choice.PASSED_OVER or review.count(choice)
    ]
    return f"{', '.join(words)}."
