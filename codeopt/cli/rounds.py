"""Hold one more round on a function, because a person said what a rewrite should be like."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace

from codeopt import config
from codeopt.cli import wiring
from codeopt.cli.opened import run_meta
from codeopt.cli.reviewing import OpenReview
from codeopt.model.errors import PreconditionError
from codeopt.model.events import Event, Noted
from codeopt.model.evidence import Attempt, Decision
from codeopt.model.reasons import Code, Reason
from codeopt.model.review import Exchange, Kind
from codeopt.pipeline.attempts import is_confirmed
from codeopt.pipeline.run import Pipeline
from codeopt.pipeline.tools import Talk
from codeopt.report import phrases
from codeopt.review.session import Draft
from codeopt.runs import RunDirectory

_MOST_SAMPLES = 3  # a person waits
_FREE = frozenset({"auto", "catalogue"})  # what they begin with does not listen


@dataclass(frozen=True, slots=True)
class Round:
    """Hold what came of a round: its candidates, and a line about them."""

    attempts: tuple[Attempt, ...]
    answer: str
    model: str


def hold(
    opened: OpenReview, draft: Draft, remark: str, number: int, tell: Callable[[Event], None]
) -> Round:
    """Ask the model of the run, judge its answers on top of ``draft.base``, and journal them.

    What is kept is a commit on a branch of its own: that of the run with ``number`` behind it.
    Raises PreconditionError where there is no model.
    """
    settings = settings_of(opened)
    target = draft.attempt.target
    directory = _directory(opened, number)
    chosen = wiring.sandbox(settings).name
    meta = run_meta(directory, draft.base, (str(target),), settings, chosen)
    notes: list[str] = []

    def hear(event: Event) -> None:
        if isinstance(event, Noted):
            notes.append(event.text)
        tell(event)

    if settings.model.model.startswith("handoff:"):
        tell(Noted(f"write each answer beside its prompt in {settings.model.model[8:]}"))
    talk = _talk(opened, draft.attempt, remark)
    with ExitStack() as stack:
        root = opened.repository.root
        tools = wiring.run_tools(stack, root, directory, meta, settings, None)
        _follow(Pipeline(replace(tools, talk=talk), meta).run(), hear)
        found = tools.ledger.record()
    for place, attempt in enumerate(found.attempts):
        opened.ledger.put("attempt", f"{target} round {number} {place:04d}", attempt)
    opened.ledger.put("spend", f"{target} round {number}", found.spend)
    return Round(found.attempts, _answer(found.attempts, notes), settings.model.model)


def settings_of(opened: OpenReview) -> config.Settings:
    """Return the settings of a round: those of the run, but for what does not ask a model."""
    settings = opened.settings
    if not settings.model.models:
        text = "a model is needed to act on a remark, and this run had none"
        raise PreconditionError(text, hint="name one: codeopt review --model NAME")
    asking = tuple(name for name in settings.run.strategy if name not in _FREE) or ("refine",)
    samples = opened.flags.get("samples") or min(settings.model.samples, _MOST_SAMPLES)
    return replace(
        settings,
        run=replace(settings.run, strategy=asking),
        model=replace(settings.model, samples=samples),
    )


def _directory(opened: OpenReview, number: int) -> RunDirectory:
    name = f"{opened.meta.run}-{number}"
    directory = RunDirectory(opened.directory.path / "rounds" / name)
    directory.path.mkdir(parents=True, exist_ok=True)
    return directory


def _talk(opened: OpenReview, attempt: Attempt, remark: str) -> Talk:
    """Gather what a round starts from; the newest remark goes first, lest it be cut off."""
    record = opened.ledger.record()
    own = [each for each in record.exchanges if each.target == attempt.target]
    earlier = [each.said for each in own if each.kind is Kind.REMARK]
    told = "; before that: ".join([remark, *reversed(earlier)])
    tried = [a for a in record.attempts if a.target == attempt.target]
    digest = attempt.candidate_digest
    known = [_seen(each, remark if each.candidate_digest == digest else "", own) for each in tried]
    return Talk(told, tuple(known), sum(map(is_confirmed, record.attempts)))


def _seen(attempt: Attempt, remark: str, said: list[Exchange]) -> Attempt:
    """Return an attempt as a model should hear of it: with what a person said about it."""
    about = [e.said for e in said if e.kind is Kind.REMARK and e.about == attempt.candidate_digest]
    words = "; ".join([*about, *([remark] if remark else [])])
    if not words:
        return attempt
    text = f"the same and faster, but a person wants another one: {words}"
    return replace(attempt, decision=Decision(False, Reason(Code.REFUSED, text)))


def _answer(attempts: tuple[Attempt, ...], notes: list[str]) -> str:
    """Say in a line what came of a round."""
    kept = next((each for each in attempts if each.commit), None)
    if kept is not None:
        return phrases.verdict(kept)
    if not attempts:
        return notes[-1] if notes else "the model proposed nothing"
    return f"not kept: {phrases.rejection(attempts[-1])}"


def _follow(stream: Generator[Event, None, None], tell: Callable[[Event], None]) -> None:
    with closing(stream):
        for event in stream:
            tell(event)
