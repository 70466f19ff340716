"""Results go to stdout and all else to stderr; colour only where it is wanted."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from codeopt.cli.console import Color, Loudness, loudness, output, progress
from codeopt.cli.live import LiveView
from codeopt.cli.tables import report_text
from codeopt.model import events
from codeopt.model.evidence import Spend
from tests.support import values

RED = Text("warm", style="red")


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize(
    ("color", "environment", "colored"),
    [
        (Color.AUTO, {}, False),
        (Color.NEVER, {"FORCE_COLOR": "1"}, False),
        (Color.ALWAYS, {}, True),
        (Color.AUTO, {"FORCE_COLOR": "1"}, True),
        (Color.AUTO, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_color(
    color: Color,
    environment: dict[str, str],
    colored: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    output(color).print(RED)
    done = capsys.readouterr()
    assert ("\x1b[31m" in done.out) is colored
    assert done.err == ""


def test_progress_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    progress().print("on its way")
    assert capsys.readouterr() == ("", "on its way\n")


def test_loudness() -> None:
    assert loudness(True, 0) is Loudness.QUIET
    assert loudness(False, 0) is Loudness.NORMAL
    assert loudness(False, 5) is Loudness.DEBUG


def follow(level: Loudness, *stream: events.Event) -> str:
    text = io.StringIO()
    view = LiveView(Console(file=text, width=160, force_terminal=False), level, 60.0)

    def generate() -> object:
        yield from stream

    with view:
        view.follow(generate())  # type: ignore[arg-type]
    return text.getvalue()


STREAM = (
    events.RunStarted("r", "c" * 40, False, 2),
    events.StageStarted(events.Stage.PROFILE),
    events.StageFinished(events.Stage.PROFILE, "5 functions\x1b[2J", 1.5),
    events.Noted("mind the gap"),
    events.TargetStarted(values.TARGET, 1, 2, 0.5),
    events.CandidateStarted(values.TARGET, "memo", "best-of-n"),
    events.CheckStarted("speed"),
    events.Judged(values.rejected("it is slower\x1b[31m"), Spend()),
    events.Kept(values.kept(), "codeopt/r"),
    events.TargetFinished(values.TARGET, 2, False, "1 not-faster"),
    events.TargetStarted(values.TARGET, 1, 2, 0.5, again=True),
    events.RunFinished("r", 1, 1, Spend(), 3.0),
)


def test_what_is_told_when() -> None:
    assert follow(Loudness.QUIET, *STREAM) == ""
    normal = follow(Loudness.NORMAL, *STREAM)
    for words in (
        "Run r on commit cccccccccccc",
        "2 uncommitted files",
        "5 functions",
        "note: mind the gap",
        "pkg/mod.py::Box.size (1 of 2, 50% of the workload)",
        "pkg/mod.py::Box.size (1 of 2, again)",
        "✓ list-to-set: 1.42× faster",
        "2 rewrites tried, none kept: 1 not-faster",
    ):
        assert words in normal
    assert "it is slower" not in normal
    verbose = follow(Loudness.VERBOSE, *STREAM)
    assert "✗ memo: it is slower" in verbose
    assert "\x1b" not in verbose


def test_every_stage_has_a_name() -> None:
    for stage in events.Stage:
        assert follow(Loudness.NORMAL, events.StageFinished(stage, "done", 0.0))


def test_the_status_on_a_terminal() -> None:
    text = io.StringIO()
    console = Console(file=text, width=100, force_terminal=True, color_system=None)
    view = LiveView(console, Loudness.NORMAL, 90.0)
    for event in STREAM:
        view._on(event)
    console.print(view)
    assert "1 tried, 1 kept" in text.getvalue()
    assert "1:" in text.getvalue()


def test_reports_hold_no_control_characters_of_others(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    hostile = "a\x1b]0;title\x07\ud800 [bold]b[/bold] [/nope]"
    attempts = (values.kept(technique=hostile), values.rejected(hostile))
    output().print(report_text(values.record(*attempts)))
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]b[/bold] [/nope]" in text
    assert os.linesep.join(["1 kept, 1 rejected in 12 s"]) in text
    assert "git merge codeopt/20260101-000000-abcd" in text


def test_a_run_that_found_nothing_says_where_the_reasons_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output().print(report_text(values.record(values.rejected()), verbose=False))
    text = capsys.readouterr().out
    assert "1 not-faster" in text
    assert "codeopt report 20260101-000000-abcd" in text


def test_what_is_said_in_a_pause_is_not_drawn_over() -> None:
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=True)
    with LiveView(console, Loudness.NORMAL, 90.0) as view:
        for _ in range(2):
            with view.paused():
                console.print("Keep this patch? y")
    later = out.getvalue().split("Keep this patch? y\n")[1:]
    assert len(later) == 2
    for text in later:
        assert "starting" in text.partition("\x1b[1A")[0], "the status is below what was said"
