"""``codeopt ci``: what a pull request does to the speed and the behaviour of functions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codeopt.cli.console import (
    Color,
    ColorOption,
    QuietOption,
    RepositoryOption,
    json_text,
    loudness,
    progress,
)
from codeopt.cli.flags import with_settings
from codeopt.model.errors import StorageError
from codeopt.model.policy import FailOn

if TYPE_CHECKING:
    from codeopt.model.inspection import Inspection
    from codeopt.pipeline.suggestions import Limits

_SLICES = ("project", "profile", "record", "model", "judge", "measure", "sandbox")
_FILES = "Where it goes"


def _file(name: str, text: str) -> Any:
    """Declare an option that names a file to write."""
    return typer.Option(name, help=text, metavar="FILE", show_default=False, rich_help_panel=_FILES)


def _limit(text: str) -> Any:
    """Declare an option that bounds suggestions."""
    return typer.Option(help=text, rich_help_panel="Suggestions")


_Base = Annotated[
    str,
    typer.Option(
        metavar="REF",
        help="What the change goes to (default: as the CI says, or the default branch).",
        show_default=False,
    ),
]
_FailOn = Annotated[
    FailOn,
    typer.Option(
        help="Exit with 1 when a function is slower for sure; or also when one behaves "
        "otherwise and no test notices; or never."
    ),
]
_Budget = Annotated[
    float, typer.Option(help="Most seconds for comparing and timing what was changed.")
]
_Suggest = Annotated[
    bool,
    typer.Option(
        "--suggest",
        help="Look for speed-ups in the changed functions: by the catalogue, or a --model.",
        rich_help_panel="Suggestions",
    ),
]
_Markdown = Annotated[
    Path | None, _file("--markdown", "Summary (also to $GITHUB_STEP_SUMMARY if that is set).")
]
_CodeQuality = Annotated[Path | None, _file("--code-quality", "Code quality report of GitLab.")]


@with_settings(*_SLICES)
def command(  # noqa: PLR0913 - each is an option of the command line
    *,
    base: _Base = "",
    fail_on: _FailOn = FailOn.SLOWER,
    budget: _Budget = 600.0,
    suggest: _Suggest = False,
    suggest_seconds: Annotated[float, _limit("Most seconds for looking for speed-ups.")] = 600.0,
    max_suggestions: Annotated[int, _limit("Most suggestions that are shown.")] = 3,
    max_diff_lines: Annotated[int, _limit("Most lines that a suggestion may change.")] = 40,
    markdown: _Markdown = None,
    json_: Annotated[Path | None, _file("--json", "Everything, as one JSON document.")] = None,
    sarif: Annotated[Path | None, _file("--sarif", "SARIF 2.1.0, for code scanning.")] = None,
    code_quality: _CodeQuality = None,
    repository: RepositoryOption = Path(),
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
    flags: dict[str, Any],
) -> int:
    """Judge a pull request: which changed functions became slower, faster, or behave otherwise?

    Compares HEAD with its merge base. Posts nothing and needs no token.

    Exit codes: 0 done; 1 what --fail-on names; 2 usage; 4 something is missing (the base in a
    shallow clone, a workload, a sandbox).
    """
    from codeopt.cli.inspecting import open_inspection
    from codeopt.cli.inspecting import suggest as look_for_more
    from codeopt.cli.live import LiveView

    loud = loudness(quiet, 0)
    opened = open_inspection(repository, flags, base=base, budget=budget)
    with opened as inspection, LiveView(progress(color), loud) as view:
        view.follow(inspection.inspector.run())
        found = inspection.result()
    if suggest:
        limits = _limits(repository, flags, max_suggestions, max_diff_lines)
        for_run = {**flags, "max_seconds": suggest_seconds}
        with LiveView(progress(color), loud, suggest_seconds) as view:
            found = look_for_more(repository, for_run, found, limits=limits, view=view)
    _tell(found, fail_on)
    _write(found, fail_on, markdown, {"json": json_, "sarif": sarif, "quality": code_quality})
    return 1 if found.fails(fail_on) else 0


def _limits(repository: Path, flags: dict[str, Any], most: int, lines: int) -> Limits:
    from codeopt.cli import wiring
    from codeopt.pipeline.suggestions import Limits

    settings = wiring.load_settings(wiring.open_repository(repository).root, flags)
    return Limits(most, settings.measure.min_speedup, settings.profile.min_share, lines)


def _tell(found: Inspection, on: FailOn) -> None:
    """Print what was found, and in a job of GitHub's also the annotations."""
    from codeopt.report.annotations import commands, harmless
    from codeopt.report.inspection import headline, lines
    from codeopt.report.remarks import remarks

    print(harmless("\n".join([f"codeopt: {headline(found)}", *lines(found)])))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in commands(remarks(found, on)):
            print(line)


def _write(
    found: Inspection, on: FailOn, markdown: Path | None, files: dict[str, Path | None]
) -> None:
    """Write the files that were asked for; the job's summary is added to, never replaced."""
    from codeopt.report import codequality, sarif
    from codeopt.report.inspection import document, render
    from codeopt.report.remarks import remarks

    listed = remarks(found, on)
    if markdown is not None:
        _put(markdown, render(found, on))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _put(Path(summary), render(found, on), mode="a")
    forms: dict[str, Any] = {
        "json": document(found, on),
        "sarif": sarif.log(listed),
        "quality": codequality.issues(listed),
    }
    for name, file in files.items():
        if file is not None:
            _put(file, json_text(forms[name]) + "\n")


def _put(file: Path, text: str, mode: str = "w") -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open(mode, encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}") from error
