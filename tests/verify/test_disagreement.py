"""What one wrong candidate teaches refuses the next one sooner."""

from __future__ import annotations

from pathlib import Path

from codeopt.adapters.sqlite_journal import MemoryJournal
from codeopt.config import JudgeSettings
from codeopt.ledger import Ledger
from codeopt.model.reasons import Code
from codeopt.pipeline import lessons
from codeopt.pipeline.judge import Case
from codeopt.verify import oracle
from codeopt.verify.disagreement import School

from .judging import record_module

SOURCE = "def f(xs):\n return sorted(xs)\n"
WRONG = "def f(xs):\n return sorted(set(xs))\n"
ALSO = "def f(xs):\n out = list(dict.fromkeys(xs))\n out.sort()\n return out\n"
RIGHT = "def f(xs):\n out = list(xs)\n out.sort()\n return out\n"


def test_a_wrong_candidate_teaches_and_a_right_one_passes(tmp_path: Path) -> None:
    bench = record_module(tmp_path / "p", SOURCE, "f([3, 1, 2]); f([5, 4])")
    settings = JudgeSettings()
    truth = oracle.consult(bench.place, bench.project, bench.recording, settings)
    school = School(bench.place, bench.project, truth, settings)
    assert school.examine({"lib.py": WRONG}) is None  # nothing is known yet
    first = school.check({"lib.py": WRONG})
    assert first.same is False
    taught = school.lessons.inputs
    assert 1 < taught < 60  # the input itself, and mutants that the original answers
    again = school.examine({"lib.py": ALSO})
    assert again is not None
    assert (again.same, again.compared) == (False, taught)
    assert again.reason is not None
    assert again.reason.code is Code.RESULT
    assert again.difference is not None
    assert again.difference.snippet.startswith("import lib\nprint(repr(lib.f([")
    assert school.examine({"lib.py": RIGHT}) is None
    assert school.check({"lib.py": RIGHT}).same is True
    assert school.lessons.inputs == taught
    # a run that goes on knows it all from the journal
    ledger = Ledger(MemoryJournal())
    lessons.note(ledger, Case(bench.recording.target, bench.recording, truth, school=school))
    later = School(bench.place, bench.project, truth, settings)
    case = Case(bench.recording.target, bench.recording, truth, school=later)
    lessons.recall(ledger, case)
    lessons.recall(ledger, case)
    assert later.lessons == school.lessons
    found = later.examine({"lib.py": ALSO})
    assert found is not None
    assert (found.reason, found.compared) == (again.reason, taught)
