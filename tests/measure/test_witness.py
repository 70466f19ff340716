"""The second witness: what valgrind counts, and what is said where it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codeopt.measure import witness
from codeopt.measure.layout import Layout
from codeopt.measure.trial import Trial
from codeopt.model.errors import PreconditionError, UsageError
from tests.measure.projects import make

LAYOUT = Layout(((2, 3, 4, 5),), ("",), (0, 1), "call", 0.001, (), (), 6, True)
WORK = "def f(n):\n    total = 0\n    for k in range(%d):\n        total += k\n    return n\n"


def test_the_total_is_read() -> None:
    text = b"desc: Trace\nfl=mod.py\nfn=f\n3 120\nsummary: 9007199254740993\n"
    assert witness.read_count(text) == 9007199254740993
    with pytest.raises(ValueError, match="no count"):
        witness.read_count(b"fn=f\n3 120\n")


def test_no_valgrind_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(PreconditionError, match="needs valgrind, which is not installed"):
        witness.check("instructions")
    witness.check("")


def test_an_unknown_witness_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no witness called 'cycles'"):
        witness.check("cycles")


@pytest.mark.skipif(not witness.valgrind(), reason="needs valgrind")
def test_instructions_are_those_of_the_calls_alone(tmp_path: Path) -> None:
    project = make(tmp_path / "p", WORK % 4000, [(n,) for n in range(6)])
    candidate = {"mod.py": WORK % 2000}
    trial = Trial(project.place, project.project, project.recording, {}, candidate)
    found = witness.count(trial, LAYOUT)
    assert found is not None
    assert found.ratio == pytest.approx(2, rel=0.05), "the start of the interpreter is not in it"
    assert found.original > 4 * 4000


@pytest.mark.skipif(sys.platform == "win32", reason="a script for sh")
def test_what_cannot_be_counted_is_no_witness(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = tmp_path / "bin" / "valgrind"
    idle.parent.mkdir()
    idle.write_text('#!/bin/sh\nshift 3\nexec "$@"\n')
    idle.chmod(0o755)
    monkeypatch.setenv("PATH", f"{idle.parent}:/usr/bin:/bin")
    project = make(tmp_path / "p", WORK % 10, [(n,) for n in range(6)])
    trial = Trial(project.place, project.project, project.recording, {}, {"mod.py": WORK % 5})
    assert witness.count(trial, LAYOUT) is None
