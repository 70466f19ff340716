"""Figures over runs, as the field defines them: pure functions over run records.

PIE (Shypula et al., ICLR 2024): %Opt is the share of programs with a rewrite that is
correct and at least 10 % faster, the speed-up of a wrong or slower rewrite counts as 1, and Best@k
takes the best of k samples. EffiLearner (Huang et al., NeurIPS 2024): execution time ET,
peak memory MU, and memory used over time TMU.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from codeopt.model.evidence import Attempt, Spend
from codeopt.model.reasons import Code
from codeopt.model.run import RunRecord

FASTER = 1.10
_NO_ANSWER = frozenset({Code.BUDGET, Code.MODEL_FAILED})


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold one answer for one program: ``speedup`` is 1 where it is wrong or slower."""

    program: str
    strategy: str
    correct: bool
    speedup: float

    @property
    def optimised(self) -> bool:
        """Tell whether it counts for %Opt."""
        return self.correct and self.speedup >= FASTER


@dataclass(frozen=True, slots=True)
class Figures:
    """Hold PIE's figures: percentages from 0 to 100, ``best`` pairs k with (%Opt, speed-up)."""

    programs: int
    samples: int
    opt: float
    correct: float
    speedup: float
    best: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """Hold what was spent, and for what: kept percent sums the gains of the kept patches."""

    spend: Spend
    kept_percent: float

    @property
    def tokens_per_percent(self) -> float | None:
        """Return tokens for each kept percent; None where nothing was kept."""
        return self.spend.tokens / self.kept_percent if self.kept_percent else None

    @property
    def usd_per_percent(self) -> float | None:
        """Return US dollars for each kept percent; None where nothing was kept."""
        return self.spend.usd / self.kept_percent if self.kept_percent else None


@dataclass(frozen=True, slots=True)
class Efficiency:
    """Hold EffiLearner's figures of one kept patch, before and after.

    ``et`` are CPU seconds that one workload spends in the function, ``mu`` peak bytes over the
    timed calls, ``tmu`` their product in byte-seconds: an upper bound, since memory is not followed
    over time. None where it was not measured.
    """

    program: str
    et: tuple[float, float] | None
    mu: tuple[int, int] | None
    tmu: tuple[float, float] | None


def samples(records: Iterable[RunRecord]) -> tuple[Sample, ...]:
    """List the answers of runs in their order; a repeated answer is as good as its first."""
    found = []
    for record in records:
        first: dict[tuple[str, str], Attempt] = {}
        for attempt in record.attempts:
            reason = attempt.decision.reason
            if reason and reason.code in _NO_ANSWER:
                continue
            program = f"{record.meta.commit[:12]}:{attempt.target}"
            known = first.setdefault((program, attempt.candidate_digest), attempt)
            found.append(_sample(program, attempt.strategy, known))
    return tuple(found)


def figures(answers: Sequence[Sample], ks: Sequence[int] = (1, 4, 8)) -> Figures:
    """Average over answers, and for each k over the best of the first k answers of a program."""
    programs: dict[str, list[Sample]] = {}
    for each in answers:
        programs.setdefault(each.program, []).append(each)
    best = []
    for k in ks:
        chosen = [max(group[:k], key=lambda each: each.speedup) for group in programs.values()]
        best.append((k, _percent(each.optimised for each in chosen), _mean(chosen)))
    return Figures(
        len(programs),
        len(answers),
        _percent(each.optimised for each in answers),
        _percent(each.correct for each in answers),
        _mean(answers),
        tuple(best),
    )


def cost(records: Iterable[RunRecord]) -> Cost:
    """Add up what runs cost, and the gains of what they kept, in percent of speed-up."""
    chosen = list(records)
    spend = sum((record.spend for record in chosen), Spend())
    gains = [100 * (_confirmed(each) - 1) for record in chosen for each in record.kept]
    return Cost(spend, sum(gains))


def cost_of(records: Iterable[RunRecord], strategy: str) -> Cost:
    """Add up what one strategy cost, and the gains of what was kept of it."""
    attempts = [a for record in records for a in record.attempts if a.strategy == strategy]
    spend = sum((each.spend for each in attempts), Spend())
    return Cost(spend, sum(100 * (_confirmed(each) - 1) for each in attempts if each.commit))


def efficiency(record: RunRecord) -> tuple[Efficiency, ...]:
    """Return time and memory before and after each kept patch of a run."""
    return tuple(_efficiency(record, attempt) for attempt in record.kept)


def _sample(program: str, strategy: str, attempt: Attempt) -> Sample:
    correct = attempt.verdict is not None and attempt.verdict.same is True
    return Sample(program, strategy, correct, max(1.0, _confirmed(attempt)) if correct else 1.0)


def _confirmed(attempt: Attempt) -> float:
    """Return the measured speed-up: the confirmed one, else that of the screening."""
    measured = attempt.measurement
    if measured is None:
        return 1.0
    shown = measured.speedup or measured.screened
    return shown.estimate if shown.pairs else 1.0


def _mean(answers: Sequence[Sample]) -> float:
    return fmean(each.speedup for each in answers) if answers else 1.0


def _percent(flags: Iterable[bool]) -> float:
    values = list(flags)
    return 100 * sum(values) / len(values) if values else 0.0


def _efficiency(record: RunRecord, attempt: Attempt) -> Efficiency:
    spot = record.profile.hotspot(attempt.target) if record.profile else None
    memory = attempt.measurement.memory_bytes if attempt.measurement else None
    before = spot.cumulative_seconds if spot else None
    et = (before, before / _confirmed(attempt)) if before is not None else None
    tmu = (et[0] * memory[0], et[1] * memory[1]) if et and memory else None
    return Efficiency(str(attempt.target), et, memory, tmu)
