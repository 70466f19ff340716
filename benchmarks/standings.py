"""What strategies came to on the same functions, and the tables of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import geometric_mean

from codeopt.ledger import Ledger
from codeopt.model.evidence import Attempt, Check, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.model.run import RunRecord
from codeopt.model.tree import NodeKind

STRATEGIES = ("catalogue", "best-of-n", "refine", "critique", "trace", "decompose", "auto")
RIGHT, WRONG, FORBIDDEN, UNREADABLE = "the same", "wrong", "against a rule", "unparsable"
_BEST = 0.97  # of the best speed-up of a function: as good as it
_NO_ANSWER = (Code.BUDGET, Code.MODEL_FAILED)


@dataclass(frozen=True)
class Result:
    """Hold what one strategy did on one function."""

    target: str
    strategy: str
    speedup: float | None
    answers: int
    correct: int
    tokens: int
    transcript: str


def result(ledger: Ledger, target: str, strategy: str) -> Result:
    """Read what became of a run."""
    record = ledger.record()
    answers = [each for each in record.attempts if each.request or strategy == "catalogue"]
    speeds = [a.measurement.speedup for a in record.kept if a.measurement]
    speed = max((each.estimate for each in speeds if each), default=None)
    lines = [f"== {target} {strategy}"]
    lines += [f"{subject(each)}: {outcome(each)}" for each in record.attempts]
    correct = sum(bool(each.verdict and each.verdict.same) for each in answers)
    return Result(
        target,
        strategy,
        speed,
        len(answers),
        correct,
        record.spend.tokens,
        "\n".join(lines) + "\n",
    )


def subject(attempt: Attempt) -> str:
    """Name a candidate by its code; an answer without code is named by what it lacks."""
    made = not attempt.candidate_digest.startswith("answer:")
    return attempt.candidate_digest if made else "an answer without code"


def outcome(attempt: Attempt) -> str:
    """Say what was found about a candidate, as far as it is no question of time."""
    reason = attempt.decision.reason
    if attempt.verdict is not None and attempt.verdict.same is True:
        return "the same"
    return str(reason.code) if reason else ""


# ---------------------------------------------------------------------------- answers
def met(record: RunRecord) -> Counter[str]:
    """Count the model's answers by what was found about each; the whole of a tree is none."""
    return Counter(kind for kind in _met(record) if kind)


def _met(record: RunRecord) -> Iterator[str]:
    known = set()
    for tree in record.trees:
        if any(node.kind is NodeKind.NEW for node in tree.root.children):
            yield _kind(tree.root.certified, None)  # the division is an answer, too
        for sample in (each for _, node in tree.root.walk() for each in node.samples):
            if sample.digest not in known:
                known.add(sample.digest)
                yield _kind(sample.verdict, sample.reason)
    for each in record.attempts:
        if each.candidate_digest in known:
            continue
        if each.strategy != "decompose" and each.request:
            yield _kind(each.verdict, each.decision.reason)
        elif each.strategy == "decompose" and not each.diff and each.verdict is None:
            yield _kind(None, each.decision.reason)


def _kind(verdict: Verdict | None, reason: Reason | None) -> str:
    if verdict is None:
        if reason is None or reason.code in _NO_ANSWER:
            return ""
        return UNREADABLE if reason.code in (Code.UNPARSABLE, Code.EMPTY_ANSWER) else FORBIDDEN
    if verdict.same is not False:
        return RIGHT
    return FORBIDDEN if verdict.checks[-1].check is Check.GATE else WRONG


def answers(counts: dict[str, Counter[str]]) -> str:
    """Return the table of the answers that each strategy met."""
    kinds = (RIGHT, WRONG, FORBIDDEN, UNREADABLE)
    lines = [f"| strategy | {' | '.join(kinds)} |", "|---" * (len(kinds) + 1) + "|"]
    for strategy, found in counts.items():
        lines.append(f"| {strategy} | {' | '.join(str(found[kind]) for kind in kinds)} |")
    return "\n".join(lines)


# ---------------------------------------------------------------------------- speed
def functions(results: Sequence[Result], names: Sequence[str]) -> str:
    """Return the table of the speed-up that each strategy kept on each function."""
    lines = [f"| function | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for target in _targets(results):
        own = {each.strategy: each for each in results if each.target == target}
        best = max((r.speedup or 1.0 for r in own.values()), default=1.0)
        cells = [_cell(own[name], best) if name in own else "" for name in names]
        lines.append(f"| `{target.rpartition('::')[2]}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(found: Result, best: float) -> str:
    if found.speedup is None:
        return "–"
    text = f"{found.speedup:.2f}×"
    return f"**{text}**" if found.speedup >= _BEST * best else text


def totals(results: Sequence[Result], names: Sequence[str]) -> str:
    """Return the table of what each strategy did over all functions."""
    lines = ["| strategy | candidates | the same | kept | best | mean | tokens | tokens / kept % |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    best = {t: max(r.speedup or 1.0 for r in results if r.target == t) for t in _targets(results)}
    for name in names:
        own = [each for each in results if each.strategy == name]
        count, tokens = sum(r.answers for r in own), sum(r.tokens for r in own)
        kept = [r for r in own if r.speedup]
        percent = sum(100 * ((r.speedup or 1.0) - 1) for r in kept)
        row = [
            name,
            str(count),
            str(sum(r.correct for r in own)),
            f"{len(kept)} of {len(own)}",
            str(sum((r.speedup or 0) >= _BEST * best[r.target] for r in kept)),
            f"{geometric_mean(r.speedup or 1.0 for r in own):.2f}×",
            f"{tokens:,}",
            f"{tokens / percent:.1f}" if percent else "–",
        ]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def _targets(results: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(each.target for each in results))
