"""Values that strategies are told beside the evidence: what is remembered, what calls do inside."""

from __future__ import annotations

from dataclasses import dataclass

from codeopt.model.evidence import Attempt


@dataclass(frozen=True, slots=True)
class Example:
    """Hold a rewrite that was kept: ``before`` and ``after`` are texts, ``gain`` its speed-up."""

    before: str
    after: str
    gain: float
    technique: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """Hold what is remembered for a target: rewrites kept elsewhere, and what failed on it."""

    examples: tuple[Example, ...] = ()
    rejected: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class LineTrace:
    """Show one line of a traced call: how often it ran, and what names held after it."""

    text: str
    hits: int
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """Hold what a few recorded calls did: ``lines`` in order, ``calls`` pairs names with counts."""

    lines: tuple[LineTrace, ...] = ()
    calls: tuple[tuple[str, int], ...] = ()
