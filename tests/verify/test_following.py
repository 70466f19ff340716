"""A recorded call of a real project is followed in a real process."""

from __future__ import annotations

from pathlib import Path

from codeopt.model.insight import LineTrace, Trace
from codeopt.verify.following import follow
from tests.measure.projects import make


def test_a_recorded_call_is_followed(tmp_path: Path) -> None:
    small = make(tmp_path / "p", "def f(n):\n    k = abs(n)\n    return k\n", [(-4,)])
    found = follow(small.place, small.project, small.recording)
    assert found.lines == (LineTrace("    k = abs(n)", 1, ("k = 4",)), LineTrace("    return k", 1))
    assert ("abs", 1) in found.calls


def test_what_cannot_be_followed_tells_nothing(tmp_path: Path) -> None:
    small = make(tmp_path / "p", "raise ValueError\n", [(-4,)])
    assert follow(small.place, small.project, small.recording) == Trace()
