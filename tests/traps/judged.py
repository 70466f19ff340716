"""Put cases through the judge as a run does: one tree, one recording run, then case by case."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import JudgeSettings, MeasureSettings, RecordSettings
from codeopt.model.baseline import Baseline
from codeopt.model.code import CodeMap
from codeopt.model.evidence import Profile, Recording, Verdict
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.pipeline.ground import Ground, Setting
from codeopt.pipeline.judge import Case as Reference
from codeopt.pipeline.judge import Judge, Steps, texts
from codeopt.profile.record import record
from codeopt.verify import inputs
from codeopt.verify.generated import generate
from codeopt.verify.oracle import Oracle, consult
from codeopt.worker import Place
from tests.support.forked import forked

from .case import Case

_WORK = '''"""Run the tests of all cases."""

import importlib
import pathlib

for path in sorted(pathlib.Path("checks").glob("*.txt")):
    module = importlib.import_module(path.stem)
    names = {**vars(module), "module": module, "__name__": "snippet"}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
'''


class Court:
    """Judge cases in the background, a few at a time.

    ``fresh``: each job has a new process, as in a run; it is forked otherwise, in a tenth of the
    time.
    """

    def __init__(self, cases: Iterable[Case], directory: Path, *, fresh: bool = False) -> None:
        cases = tuple(cases)
        self._pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 2)
        self._ends = ExitStack()
        self._ground = _ground(cases, directory)
        self._settings = {
            needs: self._ground.setting if fresh else self._apart(*filter(None, [needs]))
            for needs in {case.needs for case in cases}
        }
        self._verdicts: dict[str, Future[Verdict]] = {
            case.name: self._pool.submit(self._judge, case, recording)
            for case, recording in zip(cases, self._ground.recordings, strict=True)
        }

    def close(self) -> None:
        """Forget what has not begun, and wait for what has."""
        self._pool.shutdown(cancel_futures=True)
        self._ends.close()

    def verdict(self, case: Case) -> Verdict:
        """Return what the judge says of a case."""
        return self._verdicts[case.name].result()

    def _apart(self, *modules: str) -> Setting:
        """Return where jobs are forked off a process that has imported what their cases need."""
        setting = self._ground.setting
        sandbox = self._ends.enter_context(forked(*modules))
        return replace(setting, place=replace(setting.place, sandbox=sandbox))

    def _judge(self, case: Case, recording: Recording) -> Verdict:
        """Take the steps of a run one by one: most traps need no made-up inputs."""
        settings, setting = JudgeSettings(allow=case.allow), self._settings[case.needs]
        ground = replace(self._ground, setting=setting)
        judge = Judge(ground, judge=settings, measure=MeasureSettings())
        unknown = Reference(recording.target, recording, Oracle(recording))
        verdict = _finish(judge.behaviour(unknown, case.patch, case.declared))
        if verdict.same is False:
            return verdict
        known = consult(setting.place, setting.project, recording, settings, further=False)
        reference = Reference(recording.target, recording, known)
        verdict = _finish(judge.behaviour(reference, case.patch, case.declared))
        if verdict.same is False:
            return verdict
        made = generate(setting.place, setting.project, recording, settings)
        result = inputs.check(
            setting.place, setting.project, replace(known, generated=made), texts(case.patch),
            settings,
        )  # fmt: skip
        return Verdict((*verdict.checks[:-1], result))


def _finish(steps: Steps[Verdict]) -> Verdict:
    """Go through all steps; return what they end with."""
    try:
        while True:
            next(steps)
    except StopIteration as done:
        verdict: Verdict = done.value
        return verdict


def _ground(cases: tuple[Case, ...], directory: Path) -> Ground:
    """Make the tree and record the calls of all targets in one run of all tests."""
    tree, scratch = directory / "tree", directory / "scratch"
    (tree / "checks").mkdir(parents=True)
    scratch.mkdir()
    for case in cases:
        (tree / case.path).write_text(case.original, encoding="utf-8")
        (tree / "checks" / f"{case.module}.txt").write_text(case.tests, encoding="utf-8")
    (tree / "work.py").write_text(_WORK)
    python = Interpreter(Path(sys.executable), sys.version_info[:3], ())
    workload = Workload(WorkloadKind.SCRIPT, ("{python}", "work.py"), "work.py")
    project = Project(tree, python, ("",), None, workload)
    place = Place(PlainSandbox(), python, tree)
    language = PythonLanguage()
    code = CodeMap(tuple(language.parse(c.path, c.original.encode()) for c in cases))
    targets = [case.recorded for case in cases]
    found = record(place, project, code, targets, RecordSettings(), directory / "calls")
    return Ground(
        Setting(project, place, scratch),
        code,
        Profile(workload, (), 0.0, 0, 0.0),
        Baseline((), (), (), 0, 0, 0.0, 0),
        tuple(targets),
        found,
    )
