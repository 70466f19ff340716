"""Turn a kept patch into a commit whose message carries its evidence."""

from __future__ import annotations

import textwrap
from collections.abc import Collection

from codeopt.model.candidate import Patch
from codeopt.model.evidence import Attempt, Interval, Measurement, Timed
from codeopt.model.run import RunMeta
from codeopt.ports import Repository
from codeopt.report import phrases
from codeopt.report.printing import one_line

_LONGEST = 200  # characters of a trailer


def commit(
    repository: Repository, meta: RunMeta, attempt: Attempt, patch: Patch, *, tip: str
) -> str:
    """Create the commit of a patch on top of ``tip``; no branch moves. Return its id."""
    return repository.commit(tip, patch, message(meta, attempt))


def publish(
    repository: Repository,
    meta: RunMeta,
    commit: str,
    *,
    tip: str,
    ours: Collection[str] = (),
) -> None:
    """Move the run's branch from ``tip``, or another commit of ``ours``, to a commit.

    The branch is created by the first patch, so that a run that keeps nothing leaves nothing; one
    that its owner has deleted meanwhile, merged or not, is created anew.
    """
    current = repository.branch(meta.branch)
    if current != commit:
        expected = current if current is None or current in ours else tip
        repository.move_branch(meta.branch, commit, expected=expected)


def message(meta: RunMeta, attempt: Attempt) -> str:
    """Return the commit message: what was done and why it is believed, as trailers."""
    speedup = attempt.measurement.speedup if attempt.measurement else None
    gain = f" {speedup.estimate:.2f}×" if speedup else ""
    subject = f"Make {attempt.target.qualname.replace('.<locals>.', '.')}{gain} faster"
    body = one_line(attempt.explanation or attempt.technique)
    lines = [subject[:100], "", *_wrap(body), "", *trailers(meta, attempt)]
    return "\n".join(lines) + "\n"


def trailers(meta: RunMeta, attempt: Attempt) -> list[str]:
    """Return the evidence as git trailers."""
    calls, inputs, tests = attempt.compared
    found = attempt.measurement
    pairs = [
        ("Target", str(attempt.target)),
        ("Technique", f"{attempt.strategy}: {attempt.technique}"),
        ("Speedup", _interval(found.speedup) if found else None),
        ("Slower-On", phrases.slower(found).removeprefix("slower on: ")),
        *(_speeds(found) if found else ()),
        ("Witness", str(found.witness) if found and found.witness else None),
        ("Calls-Compared", str(calls)),
        ("Verified", "by tests alone" if attempt.tests_alone else None),
        ("Inputs-Generated", str(inputs) if inputs else None),
        ("Tests-Run", str(tests) if tests else None),
        ("Edge-Differences", str(len(attempt.edges)) if attempt.edges else None),
        ("Effects", "; ".join(attempt.effects) or None),
        ("Edited", attempt.edited),
        ("Model", attempt.model),
        ("Cost", f"${attempt.spend.usd:.4f}" if attempt.spend.calls else None),
        ("Run", meta.run),
    ]
    return [f"Codeopt-{name}: {one_line(value)[:_LONGEST]}" for name, value in pairs if value]


def _speeds(found: Measurement) -> list[tuple[str, str | None]]:
    """Say how the target was timed, its share, and what the whole workload gains."""
    whole, both = found.workload, found.concurrent
    predicted = f"{whole.predicted:.3f}" if whole and whole.predicted else None
    return [
        ("Timed", "inside the workload" if found.timed is Timed.WORKLOAD else None),
        ("Latency", _interval(both.latency) if both else None),
        ("Throughput", _interval(both.throughput) if both else None),
        ("Share", f"{found.share:.1%} of the workload" if found.share is not None else None),
        ("Workload", _interval(whole.speedup) if whole else None),
        ("Workload-Predicted", predicted),
    ]


def _interval(value: Interval | None) -> str | None:
    if value is None:
        return None
    return f"{value.estimate:.3f} (95% CI {value.low:.3f}-{value.high:.3f}, {value.pairs} pairs)"


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text[:1200], 72) or ["No explanation was given."]
