"""A run as training data: every candidate with its prompt, code, verdict and measured reward.

Forms: ``rows`` (everything), ``sft`` (what was kept, as chats), ``dpo`` (pairs of a better and a
worse answer) and ``rrhf`` (all answers for a target with their rewards, the best first).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codeopt.model.evidence import Attempt
from codeopt.model.reasons import Code
from codeopt.model.run import RunRecord
from codeopt.ports import Message
from codeopt.report.forms import Form

WRONG = -1.0
NO_CODE = -2.0
_MARGIN = 0.05  # rewards that are closer than this are not told apart
_NO_ANSWER = frozenset({Code.BUDGET, Code.MODEL_FAILED})

Prompts = Mapping[str, tuple[Message, ...]]
Row = dict[str, Any]


def export(record: RunRecord, prompts: Prompts, form: Form) -> Iterator[Row]:
    """Yield the rows of an export, as JSON values, in the order of the run."""
    attempts = answered(record)
    if form is Form.ROWS:
        yield from (_row(record, attempt, prompts) for attempt in attempts)
    elif form is Form.SFT:
        yield from _chats(attempts, prompts)
    else:
        for group in _by_target(attempts):
            yield from (_pairs if form is Form.DPO else _ranked)(group, prompts)


def answered(record: RunRecord) -> tuple[Attempt, ...]:
    """List the attempts that are somebody's answer: no failed call, nothing twice."""
    kept: dict[tuple[str, str], Attempt] = {}
    for each in record.attempts:
        code = each.decision.reason.code if each.decision.reason else None
        if code not in _NO_ANSWER and code is not Code.DUPLICATE:
            kept[str(each.target), each.candidate_digest] = each
    return tuple(kept.values())


def reward(attempt: Attempt) -> float:
    """Return the binary logarithm of the speed-up; -1 for a wrong rewrite, -2 for no rewrite.

    One that could not be checked counts as wrong. The confirmed speed-up counts, else that of the
    screening; 0 is as fast as the original.
    """
    if attempt.verdict is None:
        return NO_CODE
    if attempt.verdict.same is not True:
        return WRONG
    measured = attempt.measurement
    shown = (measured.speedup or measured.screened).estimate if measured else 1.0
    return round(math.log2(shown), 4) if 0 < shown < math.inf else 0.0


def card(record: RunRecord, form: Form, rows: Sequence[Row]) -> str:
    """Return the data card of an export, as Markdown."""
    attempts = answered(record)
    models = sorted({each.model or "none (catalogue)" for each in attempts})
    ends = Counter(_verdict(each) for each in attempts)
    meta = record.meta
    lines = [
        f"# Candidates of codeopt run {meta.run}, as {form}",
        "",
        f"- rows: {len(rows)}, from {len(attempts)} candidates for "
        f"{len({each.target for each in attempts})} functions",
        f"- verdicts: {', '.join(f'{n} {what}' for what, n in sorted(ends.items())) or 'none'}",
        f"- models: {', '.join(models) or 'none'}",
        f"- made by codeopt {meta.version} on {meta.started[:10]}, commit {meta.commit}",
        f"- least speed-up that is kept: {meta.min_speedup:g}",
        "",
        _MEANING[form],
        "",
        f"`reward` is log2(old time / new time): 0 is as fast as the original, 1 twice as fast. "
        f"{WRONG:g} is a rewrite that behaves differently, fails a test or could not be checked, "
        f"{NO_CODE:g} an answer without a usable rewrite.",
        "",
        "Limits: times are of one machine and one workload. Only the fastest candidates of a "
        "function went through the tests; the others agree with the original on recorded and "
        "generated inputs. What was answered from the reply cache is in it like the rest.",
        "",
        "Rights: code and prompts hold text of the repository, under its licence and with whatever "
        "it keeps confidential; answers are under the terms of the model's provider. Read both "
        "before you publish this or train on it.",
        "",
    ]
    return "\n".join(lines)


_MEANING = {
    Form.ROWS: "Each row is one candidate with its prompt (empty for the catalogue), code, "
    "verdict, reward and cost.",
    Form.SFT: "Each row is a chat that ends with a rewrite that was kept.",
    Form.DPO: "Each row is a pair for one function: `chosen` has the greater reward. The prompt is "
    "that of the chosen answer; the rejected one may have been asked for in other words.",
    Form.RRHF: "Each row is one function with all answers, the greatest reward first. The prompt "
    "is that of the best answer; the others may have been asked for in other words.",
}


def _row(record: RunRecord, attempt: Attempt, prompts: Prompts) -> Row:
    reason, spend = attempt.decision.reason, attempt.spend
    return {
        "run": record.meta.run,
        "commit": record.meta.commit,
        "target": str(attempt.target),
        "strategy": attempt.strategy,
        "technique": attempt.technique,
        "model": attempt.model,
        "prompt": _messages(attempt, prompts),
        "code": attempt.code,
        "explanation": attempt.explanation,
        "diff": attempt.diff,
        "verdict": _verdict(attempt),
        "reason": str(reason) if reason else None,
        "reward": reward(attempt),
        "kept": attempt.commit is not None,
        "tokens": spend.tokens,
        "usd": round(spend.usd, 6),
    }


def _verdict(attempt: Attempt) -> str:
    reason = attempt.decision.reason
    return "kept" if attempt.commit else str(reason.code) if reason else "passed"


def _messages(attempt: Attempt, prompts: Prompts) -> list[dict[str, str]]:
    messages = prompts.get(attempt.request or "", ())
    return [{"role": each.role, "content": each.content} for each in messages]


def _answer(attempt: Attempt) -> str:
    """Write a candidate as an answer to its prompt; one without code is told as it was."""
    if not attempt.code:
        return attempt.explanation
    fence = "`" * (3 + ("```" in attempt.code))
    told = f"{attempt.explanation.strip()}\n\n" if attempt.explanation.strip() else ""
    return f"{told}{fence}python\n{attempt.code.rstrip()}\n{fence}"


def _chats(attempts: Sequence[Attempt], prompts: Prompts) -> Iterator[Row]:
    for each in attempts:
        prompt = _messages(each, prompts)
        if each.commit and prompt:
            answer = {"role": "assistant", "content": _answer(each)}
            yield {"messages": [*prompt, answer], "reward": reward(each)}


def _by_target(attempts: Sequence[Attempt]) -> list[list[Attempt]]:
    groups: dict[str, list[Attempt]] = {}
    for each in attempts:
        groups.setdefault(str(each.target), []).append(each)
    return [sorted(group, key=reward, reverse=True) for group in groups.values()]


def _prompt(group: Sequence[Attempt], prompts: Prompts) -> list[dict[str, str]]:
    """Return the prompt of the best of a group that has one: the catalogue has none."""
    return next((found for each in group if (found := _messages(each, prompts))), [])


def _pairs(group: Sequence[Attempt], prompts: Prompts) -> Iterator[Row]:
    for place, better in enumerate(group):
        for worse in group[place + 1 :]:
            gap = reward(better) - reward(worse)
            prompt = _prompt((better, *group), prompts)
            if reward(better) < 0 or gap < _MARGIN or not prompt or not _answer(worse):
                continue
            yield {
                "prompt": prompt,
                "chosen": _answer(better),
                "rejected": _answer(worse),
                "rewards": [reward(better), reward(worse)],
            }


def _ranked(group: Sequence[Attempt], prompts: Prompts) -> Iterator[Row]:
    usable = [each for each in group if _answer(each)]
    prompt = _prompt(usable, prompts)
    if len(usable) > 1 and prompt:
        yield {
            "prompt": prompt,
            "responses": [_answer(each) for each in usable],
            "rewards": [reward(each) for each in usable],
        }
