"""``codeopt review``: go through the kept patches of a run, and take those that are wanted."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from codeopt.cli.console import Color, ColorOption, RepositoryOption, output
from codeopt.cli.flags import with_settings
from codeopt.cli.leaving import leaving


@with_settings("model")
def command(
    run: Annotated[str, typer.Argument(help="Run, or a part of its name (default: latest).")] = "",
    *,
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask line by line: for dumb terminals, screen readers.")
    ] = False,
    repository: RepositoryOption = Path(),
    color: ColorOption = Color.AUTO,
    flags: dict[str, Any],
) -> None:
    """Go through kept patches: accept, reject, edit, remark, and take what is accepted.

    What you edit is judged again before it counts. A remark has a model, that of the run or
    another one, write a new rewrite. What is rejected is not proposed again in this repository.
    Nothing of yours is changed unless you ask for it at the end.
    """
    from codeopt.cli.desk import ReviewDesk
    from codeopt.cli.reviewing import open_review
    from codeopt.review import describe
    from codeopt.review.session import Review

    with open_review(repository, run, flags) as opened:
        if not opened.record.kept:
            name = opened.record.meta.run
            print(f"run {name} kept nothing; every reason: codeopt report {name}")
            return
        review = Review.of(opened.record, opened.opinions.give, opened.opinions.all())
        desk = ReviewDesk(opened)
        if plain or not _has_screen():
            from codeopt.review.plain import PlainReview

            PlainReview(review, desk, output(color), _ask).run()
        else:
            from codeopt.review.screen import ReviewApp

            ReviewApp(review, desk).run()
            print(describe.closing(review))


def _has_screen() -> bool:
    """Tell whether there is a terminal for the full screen; say what is missing if that is all."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown"):
        return False
    if importlib.util.find_spec("textual") is None:
        hint = "codeopt: the full-screen review needs: pip install 'codeopt[review]'"
        print(hint, file=sys.stderr)
        return False
    return True


def _ask(question: str) -> str:
    """Print a question where the answer is typed; a line of it is an answer."""
    leaving.stay()  # Ctrl-C may have stopped the making of another version, not the review
    print(question, end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line
