"""``codeopt hook``: stop a commit that makes a hot function slower, and nothing else."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeopt.cli.console import RepositoryOption, VerboseOption
from codeopt.cli.flags import with_settings
from codeopt.model.errors import CodeoptError
from codeopt.report.printing import printable

if TYPE_CHECKING:
    from codeopt.cli.guarding import OpenGuard
    from codeopt.pipeline.guard import Guard, Regression

app = typer.Typer(help="Stop commits that make hot functions slower.", no_args_is_help=True)


class _TimeIsUp(BaseException):
    """End the hook at its budget, whatever it is doing."""


@app.command()
def install(*, repository: RepositoryOption = Path()) -> None:
    """Write a pre-commit hook; one that is there already is left alone."""
    from codeopt.cli import hookfile
    from codeopt.cli.wiring import open_repository

    git = open_repository(repository)
    print(hookfile.install(git.hooks, git.root, git.private.parent))


@app.command()
def uninstall(*, repository: RepositoryOption = Path()) -> None:
    """Remove the pre-commit hook that codeopt wrote."""
    from codeopt.cli import hookfile
    from codeopt.cli.wiring import open_repository

    print(hookfile.uninstall(open_repository(repository).hooks))


@app.command()
@with_settings("project", "profile", "record", "sandbox")
def run(
    *,
    budget: Annotated[
        float, typer.Option(help="Most seconds for all of it; what is not measured by then passes.")
    ] = 60.0,
    suggest: Annotated[
        bool,
        typer.Option(
            "--suggest",
            help="With the time that is left, look for speed-ups in the hot functions that are "
            "staged: by the catalogue, or the model that is configured.",
        ),
    ] = False,
    repository: RepositoryOption = Path(),
    verbose: VerboseOption = 0,
    flags: dict[str, Any],
) -> int:
    """Measure what is staged against HEAD: exit with 1 when a hot function is slower for sure.

    Quiet otherwise. Only functions that the latest codeopt profile or run found hot are measured;
    no model is asked without --suggest.
    """
    from codeopt.cli.guarding import open_guard

    deadline = time.monotonic() + budget
    found: list[Regression] = []
    why = "the budget was used up"
    try:
        with (
            _at_most(budget),
            open_guard(repository, flags, deadline=deadline - _reserve(budget)) as opened,
        ):
            why = _watch(opened, found)
            if suggest and opened.guard is not None and not found:
                _suggest(repository, flags, opened.guard, deadline - _reserve(budget))
    except _TimeIsUp:
        pass
    except CodeoptError as error:
        why = error.message
    for each in found:
        print(_line(each), file=sys.stderr)
    if found:
        print("To commit it all the same: git commit --no-verify", file=sys.stderr)
    elif verbose and why:
        print(f"codeopt hook: {printable(why)}", file=sys.stderr)
    return 1 if found else 0


def _watch(opened: OpenGuard, found: list[Regression]) -> str:
    """Let the guard work; return why nothing was measured, or what was passed over."""
    guard = opened.guard
    if guard is None:
        return opened.why or "nothing hot was changed"
    guard.regressions = found  # what is sure when time is up counts
    for _ in guard.run():
        pass
    skipped = ", ".join(str(each) for each in guard.skipped)
    return f"not measured: {skipped}" if skipped else "no hot function is slower for sure"


def _suggest(path: Path, flags: dict[str, Any], guard: Guard, deadline: float) -> None:
    """Say what could be faster; it does not stop the commit."""
    from codeopt.cli.guarding import suggest_for

    more = suggest_for(path, flags, guard, seconds=deadline - time.monotonic())
    for each in more.suggestions if more else ():
        take = f"git cherry-pick {each.commit[:12]}"
        line = f"codeopt: {each.target} can be {each.speedup}, verified; once this is in: {take}"
        print(printable(line), file=sys.stderr)


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """End what is inside after some seconds."""

    def end(number: int, frame: FrameType | None) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _reserve(budget: float) -> float:
    """Keep time for clearing up, so that the hard end is not met in the usual case."""
    return min(5.0, budget / 10)


def _line(found: Regression) -> str:
    s = found.slowdown
    calls = "1 recorded call" if found.calls == 1 else f"{found.calls} recorded calls"
    return printable(
        f"codeopt: {found.target} is {s.estimate:.2f}× slower than at HEAD (95 % CI {s.low:.2f}–"
        f"{s.high:.2f}, {s.pairs} pairs, {calls}); it has {found.share:.0%} of the workload"
    )
