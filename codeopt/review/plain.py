"""The review for dumb terminals and screen readers: one patch, one question, one letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from codeopt.model.candidate import Patch
from codeopt.model.errors import NoTargetsError, PreconditionError, UsageError
from codeopt.model.evidence import Attempt
from codeopt.model.review import Choice, Exchange, Kind
from codeopt.report import phrases
from codeopt.report.printing import printable
from codeopt.review import describe
from codeopt.review.parts import only, parts
from codeopt.review.session import Desk, Review

_HELP = """\
y - accept this patch
n - reject it; you are asked for the reason, which later runs are told
e - edit it in your editor; what you make of it is judged before it counts
f - take a part of it, by function; the part is judged before it counts
m - remark on it: a model is asked for another rewrite, which is judged and stands beside it
s - skip it for now
u - undo the last decision
t - tell what else was tried on this function
r - open the report in a browser
p - profile the workload with the accepted patches
q - quit; what is decided stays decided
? - print help"""
_MAKING = ("e", "f", "m")
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
                show(self.review, number, self.console)
                number = self._decided(number)
        except _Quit:
            self._say("")

    # ------------------------------------------------------------------ one patch
    def _decided(self, number: int) -> int | None:
        """Ask until the patch is decided or left; return the next one."""
        while True:
            question = "Keep this patch [y,n,e,f,m,s,u,t,r,p,q,?]? "
            letter = self.ask(question).strip().lower()[:1]
            if letter == "q":
                raise _Quit
            if letter == "y":
                self.review.decide(number, Choice.ACCEPTED)
            elif letter == "n":
                return self._rejected(number)
            elif letter in _MAKING:
                made = self._made(letter, number)
                if made is not None:
                    return made
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
            if letter == "y":
                return self._next(number)

    def _next(self, number: int) -> int | None:
        later = range(number + 1, len(self.review.patches))
        return next((n for n in later if self.review.choice(n) is Choice.OPEN), None)

    def _rejected(self, number: int) -> int | None:
        """Reject a patch; ask a model for another one where the person wants it."""
        remark = self.ask("Why not (empty: no reason)? ").strip()
        self.review.decide(number, Choice.REJECTED, remark)
        if remark:
            again = self.ask("Ask a model for another rewrite with this reason [y,n]? ")
            if again.strip().lower()[:1] == "y":
                made = self._made("m", number, remark)
                if made is not None:
                    return made
        return self._next(number)

    # ------------------------------------------------------------------ other versions of a patch
    def _made(self, letter: str, number: int, remark: str = "") -> int | None:
        """Make another version of a patch; return its number where it is kept."""
        try:
            exchange = self._exchange(letter, number, remark)
        except (PreconditionError, UsageError, NoTargetsError) as error:
            self._say(f"{error.message}\n{error.hint}".strip())
            return None
        except KeyboardInterrupt:
            self._say("\nStopped; the patch stays as it was.")
            return None
        if exchange is None:
            return None
        self.review.refresh(self.desk.record())
        self._say(describe.outcome(exchange), "green" if exchange.kept else "red")
        return self.review.made(exchange)

    def _exchange(self, letter: str, number: int, remark: str) -> Exchange | None:
        draft = self.desk.draft(self.review.patches[number], self.review.others(number))
        if letter == "m":
            remark = remark or self.ask("What should a rewrite be like? ").strip()
            return self.desk.ask(draft, remark, self._tell) if remark else None
        kind = Kind.EDIT if letter == "e" else Kind.PART
        patch = self.desk.edit(draft) if letter == "e" else self._part(draft.patch)
        if patch is None:
            self._say("Nothing was changed.")
            return None
        return self.desk.judge(draft, patch, kind, self._tell)

    def _part(self, patch: Patch) -> Patch | None:
        """Ask which parts of a patch to take; None for all of it, or none."""
        found = parts(patch)
        if len(found) < 2:
            self._say("It is in one piece.")
            return None
        for place, part in enumerate(found, 1):
            self._say(printable(f"  {place} {part}"))
        wanted = self.ask("Which parts (numbers)? ").replace(",", " ").split()
        chosen = [part for place, part in enumerate(found, 1) if str(place) in wanted]
        return only(patch, chosen) if 0 < len(chosen) < len(found) else None

    def _profile(self) -> None:
        try:
            found = self.desk.profile(self.review.accepted, self._tell)
        except (PreconditionError, UsageError) as error:
            self._say(f"{error.message}\n{error.hint}".strip())
            return
        for name, was, now, change in describe.compared(self.review.record.profile, found):
            self._say(f"  {was:>12} {now:>12} {change:>6}  {name}")

    def _tell(self, text: str) -> None:
        self._say(f"  … {text}")

    def _other(self, letter: str, number: int) -> None:
        if letter == "t":
            found = describe.tried(self.review.tried(number))
            for line in found or ["Nothing else was tried on this function."]:
                self._say(f"  {line}")
        elif letter == "r":
            self._say(self.desk.open_report())
        elif letter == "p":
            self._profile()
        else:
            self._say(_HELP)

    # ------------------------------------------------------------------ at the end
    def _take(self) -> int | None:
        """Ask how to take what is accepted; return a patch to go back to, None at the end."""
        self._say(describe.closing(self.review))
        while accepted := self.review.accepted:
            count = phrases.patches(len(accepted))
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
        _print(self.console, text, style)


def show(review: Review, number: int, console: Console) -> None:
    """Print a patch with its evidence."""
    attempt = review.patches[number]
    _print(console, "")
    _print(console, describe.title(review, number), "bold")
    _print(console, printable(phrases.verdict(attempt)), "green")
    for line in describe.evidence(review, number) + describe.talk(review, number):
        _print(console, f"  {line}")
    _print(console, "")
    _print(console, describe.explanation(attempt))
    _print(console, "")
    for line in printable(attempt.diff).splitlines():
        _print(console, line, _STYLES.get(line[:1], ""))


def _print(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), soft_wrap=True)
