"""A person sits by while a run goes on (``codeopt run -i``), and decides about each patch."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from rich.console import Console

from codeopt import config
from codeopt.cli import wiring
from codeopt.cli.making import Making, turn
from codeopt.ledger import Ledger
from codeopt.model.code import FunctionId
from codeopt.model.errors import CodeoptError, Interrupted
from codeopt.model.evidence import Attempt
from codeopt.model.reasons import Reason
from codeopt.model.review import Choice, Exchange, Kind, Opinion
from codeopt.opinions import Opinions
from codeopt.pipeline.attempts import is_confirmed
from codeopt.pipeline.tools import Offer, Tools
from codeopt.ports import Repository
from codeopt.report import phrases
from codeopt.report.printing import printable
from codeopt.review import describe
from codeopt.review.plain import show
from codeopt.review.session import Draft, Review

_HELP = """\
y - keep this patch
n - reject it; you are asked for the reason
e - edit it in your editor; what you make of it is judged before it counts
q - stop here; codeopt run --resume -i goes on
? - print help"""


Pause = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Hold a remark that is not answered yet, and how many rewrites there were before it."""

    said: str
    before: int


@dataclass(slots=True)
class Sitter:
    """Implement the Person of a run with questions on a terminal, which ``pause`` leaves to it.

    ``ask`` prints a question and returns the answer; it raises EOFError when there is none to come.
    """

    repository: Repository
    ledger: Ledger
    opinions: Opinions
    settings: config.Settings
    console: Console
    ask: Callable[[str], str]
    pause: Pause
    _open: dict[FunctionId, _Asked] = field(default_factory=dict)
    _reasons: dict[FunctionId, str] = field(default_factory=dict)

    def decide(self, offer: Offer) -> Offer | Reason:
        """Show a patch and ask about it until there is an answer."""
        with self.pause():
            return self._decided(offer)

    def remark(self, target: FunctionId) -> str:
        """Ask what a rewrite should be like, where nothing is kept of those that there were."""
        with self.pause():
            return self._remark(target)

    def _decided(self, offer: Offer) -> Offer | Reason:
        attempt = offer.attempt
        self._answered(attempt.target, phrases.verdict(attempt), attempt.candidate_digest)
        shown = replace(attempt, commit=offer.tip)
        record = replace(self.ledger.record(), attempts=(shown,))
        show(Review.of(record, self.opinions.give), 0, self.console)
        while True:
            letter = self._asked("Keep this patch [y,n,e,q,?]? ")[:1].lower()
            if letter == "y":
                self.opinions.give(self._opinion(attempt, Choice.ACCEPTED))
                return offer
            if letter == "n":
                remark = self._asked("Why not (empty: no reason)? ")
                opinion = self._opinion(attempt, Choice.REJECTED, remark)
                self.opinions.give(opinion)
                self._reasons[attempt.target] = remark
                return opinion.reason
            if letter == "q":
                raise Interrupted("stopped by you")
            made = self._edited(offer) if letter == "e" else None
            if made is not None:
                return made
            if letter != "e":
                self._say(_HELP)

    def _remark(self, target: FunctionId) -> str:
        own = self._tried(target)
        if own:
            self._answered(target, f"not kept: {phrases.rejection(own[-1])}")
        self._say(printable(f"\nNo rewrite of {target} is kept."))
        for line in describe.tried(own):
            self._say(f"  {line}")
        if not self.settings.model.models:
            self._say("A model is needed to act on a remark; name one with --model.")
            return ""
        said = self._wanted(target)
        if said:
            self._open[target] = _Asked(said, len(own))
        return said

    def _wanted(self, target: FunctionId) -> str:
        """Ask for a remark; the reason of a rejection is one already."""
        reason = self._reasons.pop(target, "")
        if reason:
            again = self._asked("Ask a model for another rewrite with this reason [y,n]? ")
            if again[:1].lower() == "y":
                return reason
        return self._asked("What should another one be like (empty: go on)? ")

    def _tried(self, target: FunctionId) -> list[Attempt]:
        return [each for each in self.ledger.all("attempt", Attempt) if each.target == target]

    def _edited(self, offer: Offer) -> Offer | None:
        """Let the person edit a patch; return it where the judge keeps it."""
        draft = Draft(offer.attempt, offer.tip, offer.patch)
        try:
            patch = wiring.edit(offer.patch)
            if patch is None:
                self._say("Nothing was changed.")
                return None
            confirmed = sum(map(is_confirmed, self.ledger.all("judged", Attempt)))
            making = Making(self.repository, self.settings, confirmed)
            attempt = making.judged(draft, patch, Kind.EDIT, lambda text: self._say(f"  … {text}"))
        except CodeoptError as error:
            self._say(f"{error.message}\n{error.hint}".strip())
            return None
        number = len(self.ledger.record().exchanges)
        self.ledger.put("judged", f"{attempt.target} edit {number}", attempt)  # it cost budget
        keep = attempt.decision.keep
        answer = phrases.verdict(attempt) if keep else phrases.rejection(attempt)
        exchange = turn(draft, patch, Kind.EDIT, attempt, answer)
        self._note(exchange)
        self._say(describe.outcome(exchange))
        return Offer(attempt, patch, offer.tip) if keep else None

    def _answered(self, target: FunctionId, answer: str, kept: str = "") -> None:
        """Journal what came of the last remark on a target: what is kept comes first."""
        asked = self._open.pop(target, None)
        if asked:
            led = [each.candidate_digest for each in self._tried(target)[asked.before :]]
            answers = tuple(dict.fromkeys([kept, *led] if kept else led))
            about = (target, "", Kind.REMARK, asked.said, answer, bool(kept))
            self._note(Exchange(*about, answers, self.settings.model.model))

    def _note(self, exchange: Exchange) -> None:
        number = len(self.ledger.keys("exchange")) + 2
        self.ledger.put("exchange", f"{number:04d}", exchange)

    def _opinion(self, attempt: Attempt, choice: Choice, remark: str = "") -> Opinion:
        origin = (attempt.strategy, attempt.technique, self.ledger.record().meta.run)
        return Opinion(attempt.target, attempt.candidate_digest, choice, remark, *origin)

    def _asked(self, question: str) -> str:
        try:
            return " ".join(self.ask(question).split())
        except EOFError:
            raise Interrupted("there is nobody to answer any more") from None

    def _say(self, text: str) -> None:
        self.console.print(printable(text), markup=False, soft_wrap=True)


def sitter(console: Console, pause: Pause, tools: Tools, opinions: Opinions) -> Sitter:
    """Return who sits by a run; questions go where progress goes, answers come from stdin."""

    def ask(question: str) -> str:
        console.print(question, end="", markup=False)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line

    parts = (tools.repository, tools.ledger, opinions, tools.settings, console)
    return Sitter(*parts, ask, pause)
