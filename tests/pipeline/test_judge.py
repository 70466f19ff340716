"""A candidate goes through every check on a real small project, inside a sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from codeopt.adapters.git_repository import GitRepository
from codeopt.adapters.local_executor import LocalExecutor
from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.cli.errand import perform
from codeopt.config import (
    JudgeSettings,
    MeasureSettings,
    ProfileSettings,
    ProjectSettings,
    RecordSettings,
    Settings,
)
from codeopt.discover.index import discover
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.events import CheckStarted, Event, Noted
from codeopt.model.evidence import Check, CheckResult, Control, Interval, Measurement, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline.ground import Ground, Setting
from codeopt.pipeline.judge import Case, Judge, Steps, patched_copy, write
from codeopt.pipeline.remote import Freight, RemoteJudge
from codeopt.ports import Parcel, WorkersLost
from codeopt.profile.detect import find_project
from codeopt.profile.interpreter import find_interpreter
from codeopt.profile.ranking import profile
from codeopt.profile.record import record
from codeopt.verify import suite
from codeopt.verify.disagreement import School
from codeopt.worker import Place
from tests.support.command import INI, picture, repository

TARGET = FunctionId("mod.py", "squares")
DECLARED = frozenset({TARGET})
SLOW = """import os

def squares(values):
    out = []
    for value in values:
        out = out + [value * value]
    return out
"""
FAST = SLOW.replace("out = out + [value * value]", "out.append(value * value)")
TESTS = """from mod import squares


def test_squares():
    for k in range(30):
        assert squares(list(range(k, 600 + k)))[2] == (k + 2) ** 2


def test_type():
    assert type(squares([True])[0]) is int
"""
MEASURE = MeasureSettings(measure_seconds=120.0, workload_seconds=0.0)
GOOD_CONTROL = Control(Interval(1.0, 0.99, 1.01, 9), True)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Take the project to where its candidates can be judged."""
    base = tmp_path_factory.mktemp("judge")
    tree, sandbox = base / "base", PlainSandbox()
    tree.mkdir()
    (tree / "mod.py").write_text(SLOW)
    (tree / "test_mod.py").write_text(TESTS)
    (tree / "pytest.ini").write_text(INI)
    project = find_project(
        tree, find_interpreter(tree, ProjectSettings(), sandbox), ProjectSettings()
    )
    place = Place(sandbox, project.interpreter, tree)
    code = discover(tree, PythonLanguage(), cache=base / "cache")
    hot = profile(place, project, code, ProfileSettings(profile_seconds=1.0))
    green = suite.baseline(
        place,
        project,
        ProjectSettings(),
        scratch=base,
        targets=[code.functions[TARGET]],
    )
    found = record(place, project, code, [TARGET], RecordSettings(), base / "recordings")
    return Ground(Setting(project, place, base), code, hot, green, (TARGET,), found)


@pytest.fixture(scope="module")
def known(ground: Ground) -> tuple[Judge, Case]:
    judge = Judge(ground, judge=JudgeSettings(), measure=MEASURE)
    return judge, judge.case(ground.recordings[0])


def patch(after: str) -> Patch:
    return Patch((FileChange("mod.py", SLOW.encode(), after.encode()),))


def ended(steps: Steps[Verdict]) -> tuple[Verdict, list[object]]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(steps))
        except StopIteration as stop:
            return stop.value, [e.check for e in events if isinstance(e, CheckStarted)]


def test_a_good_one_passes_everything(known: tuple[Judge, Case]) -> None:
    judge, case = known
    verdict, started = ended(judge.behaviour(case, patch(FAST), DECLARED))
    assert verdict.same, verdict.reason
    assert started == [Check.GATE, Check.ORACLE, Check.INPUTS]
    verdict, started = ended(judge.tests(verdict, patch(FAST), DECLARED))
    assert verdict.same, verdict.reason
    assert started == [Check.TESTS, Check.SUITE]
    assert verdict.compared(Check.ORACLE) >= 30
    assert verdict.compared(Check.TESTS) == verdict.compared(Check.SUITE) == 2


@pytest.mark.parametrize(
    ("after", "code", "last"),
    [
        (FAST.replace("import os", "import os\nimport socket"), Code.IMPORT, Check.GATE),
        (FAST.replace("(values)", "(values, more=())"), Code.SIGNATURE, Check.GATE),
        (FAST.replace("value * value", "value * value + (value == 599)"), None, Check.ORACLE),
    ],
    ids=["import", "signature", "result"],
)
def test_a_bad_one_ends_at_the_first_failure(
    known: tuple[Judge, Case], after: str, code: Code | None, last: Check
) -> None:
    judge, case = known
    verdict, started = ended(judge.behaviour(case, patch(after), DECLARED))
    assert verdict.same is False
    assert started[-1] is last
    assert verdict.reason is not None
    assert verdict.reason.code is (code or Code.RESULT)


class Taught:
    """A school that fails whatever is put to it."""

    def examine(self, overrides: Mapping[str, str]) -> CheckResult:
        assert set(overrides) == {"mod.py"}
        return CheckResult(Check.INPUTS, False, 7, Reason(Code.RESULT, "as one before"))


def test_what_others_taught_goes_before_the_recorded_calls(known: tuple[Judge, Case]) -> None:
    judge, case = known
    taught = replace(case, school=Taught())  # type: ignore[arg-type]
    verdict, started = ended(judge.behaviour(taught, patch(FAST), DECLARED))
    assert started == [Check.GATE]
    assert [check.check for check in verdict.checks] == [Check.GATE, Check.INPUTS]
    assert verdict.same is False
    assert verdict.reason == Reason(Code.RESULT, "as one before")


def test_what_is_foreseen_at_once_is_what_is_found_in_turn(known: tuple[Judge, Case]) -> None:
    judge, case = known
    on_empty = FAST.replace(
        "    out = []\n", "    if not values:\n        return None\n    out = []\n"
    )
    candidates = [
        FAST,
        on_empty,
        FAST.replace("import os", "import socket"),
        on_empty.replace("None", "()"),
    ]
    settings = JudgeSettings()

    def fresh_case() -> Case:
        place, project = judge._place, judge._project
        return replace(case, school=School(place, project, case.reference, settings))

    def plain(verdict: Verdict) -> list[CheckResult]:
        return [replace(check, seconds=0.0) for check in verdict.checks]

    serial, parallel = fresh_case(), fresh_case()
    one = [plain(ended(judge.behaviour(serial, patch(c), DECLARED))[0]) for c in candidates]
    foreseen = LocalExecutor(2).map(
        lambda text: judge.foresee(parallel, patch(text), DECLARED), candidates
    )
    pairs = zip(candidates, list(foreseen), strict=True)
    two = [plain(judge.settle(parallel, patch(text), each)) for text, each in pairs]
    assert one == two
    assert [checks[-1].same for checks in one] == [True, False, False, False]
    assert len(one[1]) == 3, "it is refused on generated inputs"
    assert len(one[3]) == 2, "what that one taught refuses the next before its calls are replayed"


@dataclass
class InProcess:
    """Do errands as a worker does, in this process; ``lost`` and ``answer`` are what goes wrong."""

    steps: list[str] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    lost: str = ""
    answer: str = ""

    def perform(self, parcel: Parcel) -> str:
        if self.lost:
            raise WorkersLost(self.lost)
        self.steps.append(json.loads(parcel.text)["step"])
        answer = self.answer or perform(parcel.text, {})
        if missing := json.loads(answer).get("missing"):
            files = dict(parcel.blobs)
            self.sent.append(len(missing))
            return perform(parcel.text, {name: files[name].read_bytes() for name in missing})
        return answer


def test_errands_find_elsewhere_what_is_found_here(
    known: tuple[Judge, Case], ground: Ground, tmp_path: Path
) -> None:
    judge, case = known
    files = {"mod.py": SLOW, "test_mod.py": TESTS, "pytest.ini": INI}
    root = repository(tmp_path / "repo", files)
    source = GitRepository(root)
    before = picture(root)
    settings, workers = replace(Settings(), measure=MEASURE), InProcess()
    apart = replace(ground.setting, scratch=tmp_path)
    freight = Freight.load(source, source.resolve("HEAD"), replace(ground, setting=apart), settings)
    remote = RemoteJudge(ground, settings, workers, freight, lambda: ())
    wrong = FAST.replace("value * value", "value * value + (value == 599)")
    verdicts = {}
    for text in (FAST, wrong, FAST.replace("import os", "import socket")):
        here, there = (
            each.foresee(case, patch(text), DECLARED).verdict for each in (judge, remote)
        )
        strip = [[replace(c, seconds=0.0) for c in v.checks] for v in (here, there)]
        assert strip[0] == strip[1]
        verdicts[text] = there
    assert workers.sent == [3], "bundle, knowledge and calls are sent once"
    tested, _ = ended(remote.tests(verdicts[FAST], patch(FAST), DECLARED))
    assert [check.same for check in tested.checks] == [True] * 5
    measured, _ = ended(remote.speed(case, patch(FAST), confirmations=0))  # type: ignore[arg-type]
    assert measured.fingerprint is not None
    assert workers.steps == ["foresee"] * 3 + ["tests", "speed"]
    assert picture(root) == before
    workers.answer = '{"verdict": {"checks": 7}}'
    assert remote.foresee(case, patch(wrong), DECLARED).verdict.same is False, "it is done here"
    workers.lost = "the scheduler is gone"
    steps = remote.behaviour(case, patch(wrong), DECLARED)
    events = [event for event in steps if isinstance(event, Noted)]
    told = " ".join(event.text for event in events)
    assert "the scheduler is gone; verifying is done on this machine" in told
    assert "something that is no answer" in told
    again = remote.behaviour(case, patch(wrong), DECLARED)
    assert not any(isinstance(event, Noted) for event in again), "it is said once"


def test_what_only_the_tests_see(known: tuple[Judge, Case]) -> None:
    judge, _ = known
    wrong = patch(FAST.replace("value * value", "float(value * value)"))
    verdict, started = ended(judge.tests(Verdict(()), wrong, DECLARED))
    assert verdict.same is False
    assert started == [Check.TESTS]
    assert verdict.reason is not None
    assert "test_type" in str(verdict.reason)


def test_speed_and_decision(known: tuple[Judge, Case]) -> None:
    judge, case = known
    verdict, _ = ended(judge.behaviour(case, patch(FAST), DECLARED))
    steps = judge.speed(case, patch(FAST), confirmations=0)
    assert next(steps) == CheckStarted("speed")
    with pytest.raises(StopIteration) as stop:
        next(steps)
    measured: Measurement = stop.value.value
    assert measured.speedup is not None, measured.reason
    decision = judge.decide(verdict, measured, GOOD_CONTROL)
    assert decision.keep, decision.reason
    assert not judge.decide(verdict, None, GOOD_CONTROL).keep
    assert not judge.decide(verdict, measured, Control(Interval(1.3, 1.2, 1.4, 9), False)).keep


def test_a_patch_is_written_byte_for_byte_into_a_copy(tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    (base / "mod.py").write_bytes(b"old\r\n")
    (base / "other").symlink_to("mod.py")
    after = b"\xef\xbb\xbfnew\r\n"
    copy = patched_copy(base, tmp_path / "copy", Patch((FileChange("mod.py", b"old\r\n", after),)))
    assert (copy / "mod.py").read_bytes() == after
    assert (copy / "other").is_symlink()
    assert (base / "mod.py").read_bytes() == b"old\r\n"


@pytest.mark.parametrize("path", ["../outside.py", "link.py", "away/mod.py"])
def test_a_patch_never_leaves_its_tree(tmp_path: Path, path: str) -> None:
    tree, away = tmp_path / "tree", tmp_path / "away"
    tree.mkdir()
    away.mkdir()
    (away / "mod.py").write_text("theirs")
    (tmp_path / "outside.py").write_text("theirs")
    (tree / "link.py").symlink_to(away / "mod.py")
    (tree / "away").symlink_to(away)
    with pytest.raises(ValueError, match="leaves the tree"):
        write(tree, Patch((FileChange(path, b"theirs", b"mine"),)))
    assert (away / "mod.py").read_text() == (tmp_path / "outside.py").read_text() == "theirs"
