"""Show a run while it goes on: lines that stay, and on a terminal a status below them."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from functools import singledispatchmethod
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from codeopt.cli.console import Loudness
from codeopt.model import events
from codeopt.model.evidence import Attempt, Spend
from codeopt.report import phrases
from codeopt.report.printing import printable

_STAGES = {
    events.Stage.PREPARE: "Prepare",
    events.Stage.DISCOVER: "Discover",
    events.Stage.BASELINE: "Baseline",
    events.Stage.PROFILE: "Profile",
    events.Stage.RECORD: "Record",
    events.Stage.OBSERVE: "Observe",
    events.Stage.CONTROL: "Control",
    events.Stage.OPTIMISE: "Optimise",
    events.Stage.COMPARE: "Compare",
    events.Stage.TESTS: "Tests",
    events.Stage.MEASURE: "Measure",
}


class LiveView:
    """Print events to ``console`` (stderr); use it as a context manager.

    Without ``max_seconds`` there is no count of candidates, nor of the time left.
    """

    def __init__(
        self, console: Console, loudness: Loudness, max_seconds: float | None = None
    ) -> None:
        self._console = console
        self._loudness = loudness
        self._deadline = None if max_seconds is None else time.monotonic() + max_seconds
        self._doing = ""
        self._spend = Spend()
        self._tried = self._kept = 0
        self._moving = console.is_terminal and loudness is not Loudness.QUIET
        self._live = self._status()
        self._spinner = Spinner("dots")

    def __enter__(self) -> LiveView:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()

    def _status(self) -> Live | None:
        return Live(self, console=self._console, transient=True) if self._moving else None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to somebody else."""
        if self._live:
            self._live.stop()
        try:
            yield
        finally:
            self._live = self._status()  # a used one would draw over what was said meanwhile
            if self._live:
                self._live.start()

    def __rich__(self) -> RenderableType:
        self._spinner.update(text=Text(f" {self._doing}" if self._doing else " starting"))
        if self._deadline is None:
            return self._spinner
        left = max(0, int(self._deadline - time.monotonic()))
        counts = f"{self._tried} tried, {self._kept} kept · {phrases.spend(self._spend)}"
        tail = Text(f"  {counts} · {left // 60}:{left % 60:02d} left", style="dim")
        return Group(self._spinner, tail)

    def follow(self, stream: Generator[events.Event, None, None]) -> None:
        """Show every event of a run."""
        with closing(stream):
            for event in stream:
                self._on(event)

    def _say(self, text: str | Text, *, level: Loudness = Loudness.NORMAL) -> None:
        if self._loudness >= level:
            told = Text(printable(text)) if isinstance(text, str) else text
            self._console.print(told, soft_wrap=not self._console.is_terminal)

    @singledispatchmethod
    def _on(self, event: object) -> None:
        """Ignore events that have nothing to show."""

    @_on.register
    def _(self, event: events.RunStarted) -> None:
        word = "Resuming" if event.resumed else "Run"
        self._say(f"{word} {event.run} on commit {event.commit[:12]}")
        if event.dirty:
            files = "file is" if event.dirty == 1 else "files are"
            self._say(
                f"  {event.dirty} uncommitted {files} not part of it: the commit is optimised"
            )

    @_on.register
    def _(self, event: events.StageStarted) -> None:
        self._doing = _STAGES[event.stage].lower()

    @_on.register
    def _(self, event: events.StageFinished) -> None:
        name = Text(f"{_STAGES[event.stage]:9}", style="bold")
        self._say(
            name + Text(f" {printable(event.detail)}", style="not bold") + _took(event.seconds)
        )

    @_on.register
    def _(self, event: events.Noted) -> None:
        self._say(Text(f"  note: {' '.join(printable(event.text).split())}", style="yellow"))

    @_on.register
    def _(self, event: events.TargetStarted) -> None:
        share = f", {event.share:.0%} of the workload" if event.share else ""
        more = ", again" if event.again else share
        target = f"{printable(str(event.target))} ({event.number} of {event.total}{more})"
        self._say(Text(target, style="bold"))

    @_on.register
    def _(self, event: events.CandidateStarted) -> None:
        self._doing = printable(f"{event.strategy}: {event.technique}")

    @_on.register
    def _(self, event: events.CheckStarted) -> None:
        self._doing = self._doing.partition(" · ")[0] + f" · {event.check}"

    @_on.register
    def _(self, event: events.TreeGrown) -> None:
        if event.tree.step:
            self._doing = printable(f"decompose: {event.tree.step}")
            self._say(Text(f"  ├ {printable(event.tree.step)}", style="dim"))

    @_on.register
    def _(self, event: events.Judged) -> None:
        self._tried += 1
        self._spend = event.spend
        if not event.attempt.decision.keep:
            self._say(
                _line("✗", "red", event.attempt, phrases.rejection(event.attempt)),
                level=Loudness.VERBOSE,
            )

    @_on.register
    def _(self, event: events.Kept) -> None:
        self._kept += 1
        self._say(_line("✓", "green", event.attempt, phrases.headline(event.attempt)))

    @_on.register
    def _(self, event: events.TargetFinished) -> None:
        if event.kept:
            return
        rewrites = "rewrite" if event.tried == 1 else "rewrites"
        tried = (
            f"{event.tried} {rewrites} tried, none kept" if event.tried else "no rewrite applies"
        )
        self._say(Text(printable(f"  – {tried}{event.why and ': ' + event.why}"), style="dim"))


def _line(mark: str, style: str, attempt: Attempt, text: str) -> Text:
    head = Text(f"  {mark} ", style=style)
    return head + Text(printable(f"{attempt.technique}: {text}"), style="default")


def _took(seconds: float) -> Text:
    return Text(f"  {seconds:.1f} s", style="dim") if seconds >= 0.05 else Text("")
