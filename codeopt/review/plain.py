"""The review for dumb terminals and screen readers: one patch, one question, one letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from codeopt.model.errors import PreconditionError
from codeopt.model.evidence import Attempt
from codeopt.model.review import Choice
from codeopt.report import phrases
from codeopt.report.printing import printable
from codeopt.review import describe
from codeopt.review.session import Desk, Review

_HELP = """\
y - accept this patch
n - reject it; you are asked for the reason, which later runs are told
s - skip it for now
u - undo the last decision
t - tell what else was tried on this function
r - open the report in a browser
q - quit; what is decided stays decided
? - print help"""
_STYLES = {"+": "green", "-": "red", "@": "cyan"}


class _Quit(Exception):
    """End the review early."""


@dataclass(slots=True)
class PlainReview:
    """Ask about one patch after the other.

    ``ask`` prints a question and returns the answer; it raises EOFError when there is none to come.
    """

    review: Review
    desk: Desk
    console: Console
    ask: Callable[[str], str]

    def run(self) -> None:
        """Go through the patches, then ask how to take those that were accepted."""
        number = self.review.following(-1)
        if number is None:
            self._say("Every patch of this run is decided.")
        try:
            self._go_through(number)
            while (number := self._take()) is not None:
                self._go_through(number)
        except EOFError:
            self._say("")
            self._say(describe.closing(self.review))

    def _go_through(self, number: int | None) -> None:
        """Show patches and ask about them, from one on."""
        try:
            while number is not None:
                self._show(number)
                number = self._decided(number)
        except _Quit:
            self._say("")

    # ------------------------------------------------------------------ one patch
    def _show(self, number: int) -> None:
        attempt = self.review.patches[number]
        self._say("")
        self._say(describe.title(self.review, number), "bold")
        self._say(printable(phrases.verdict(attempt)), "green")
        for line in describe.evidence(self.review, number):
            self._say(f"  {line}")
        self._say("")
        self._say(describe.explanation(attempt))
        self._say("")
        for line in attempt.diff.splitlines():
            self._say(printable(line), _STYLES.get(line[:1], ""))

    def _decided(self, number: int) -> int | None:
        """Ask until the patch is decided or left; return the next one."""
        while True:
            letter = self.ask("Keep this patch [y,n,s,u,t,r,q,?]? ").strip().lower()[:1]
            if letter == "q":
                raise _Quit
            if letter == "y":
                self.review.decide(number, Choice.ACCEPTED)
            elif letter == "n":
                remark = self.ask("Why not (empty: no reason)? ")
                self.review.decide(number, Choice.REJECTED, remark)
            elif letter == "s":
                later = number + 1
                return later if later < len(self.review.patches) else None
            elif letter == "u":
                before = self.review.undo()
                if before is not None:
                    return before
                self._say("There is nothing to undo.")
            else:
                self._other(letter, number)
            if letter in ("y", "n"):
                return self._next(number)

    def _next(self, number: int) -> int | None:
        later = range(number + 1, len(self.review.patches))
        return next((n for n in later if self.review.choice(n) is Choice.OPEN), None)

    def _other(self, letter: str, number: int) -> None:
        if letter == "t":
            found = describe.tried(self.review.tried(number))
            for line in found or ["Nothing else was tried on this function."]:
                self._say(f"  {line}")
        elif letter == "r":
            self._say(self.desk.open_report())
        else:
            self._say(_HELP)

    # ------------------------------------------------------------------ at the end
    def _take(self) -> int | None:
        """Ask how to take what is accepted; return a patch to go back to, None at the end."""
        self._say(describe.closing(self.review))
        while accepted := self.review.accepted:
            count = "1 patch" if len(accepted) == 1 else f"{len(accepted)} patches"
            how = "c as commits, w as changes of your files, n not now, u undo"
            letter = self.ask(f"Take {count}: {how} [c,w,n,u]? ").strip().lower()[:1]
            if letter in ("c", "w"):
                self._taken(letter, accepted)
                return None
            if letter == "n":
                return None
            if letter == "u" and (before := self.review.undo()) is not None:
                return before
        return None

    def _taken(self, letter: str, accepted: tuple[Attempt, ...]) -> None:
        take = self.desk.take_commits if letter == "c" else self.desk.take_files
        try:
            self._say(printable(take(accepted)))
        except PreconditionError as error:
            self._say(f"{error.message}\n{error.hint}")

    def _say(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style=style), soft_wrap=True)
