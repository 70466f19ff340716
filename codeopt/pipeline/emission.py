"""Write benchmarks that guard what a run made faster, as one commit on the run's branch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import CodeMap, FunctionKind
from codeopt.model.evidence import Attempt, Recording
from codeopt.model.run import RunRecord
from codeopt.pipeline import prepare
from codeopt.pipeline.ground import Setting
from codeopt.pipeline.steps import Steps
from codeopt.pipeline.tools import Instruments
from codeopt.ports import Repository
from codeopt.report import benchmark
from codeopt.verify.literals import literals

_MOST = 5  # calls in one benchmark
_TRIED = 20  # calls that are looked at for them
_MESSAGE = """Guard what was made faster

Benchmarks of recorded calls, for pytest-benchmark. Before and after a change:

    python -m pytest benchmarks --benchmark-autosave
    python -m pytest benchmarks --benchmark-compare --benchmark-compare-fail=median:10%

Codeopt-Run: {run}
"""


@dataclass(slots=True)
class Emission:
    """Write the benchmarks of ``record``; ``lines`` says what became of each kept patch."""

    tools: Instruments
    repository: Repository
    record: RunRecord
    directory: Path

    def run(self) -> Steps[tuple[str, ...]]:
        """Return one line a kept patch; commit the benchmarks that could be written."""
        meta = self.record.meta
        tip = self.repository.branch(meta.branch)
        if tip is None:
            return ()
        setting = yield from prepare.arrange(self.tools, tip, self.directory)
        code = yield from prepare.explore(self.tools, setting)
        written = [self._write(setting, code, each, tip) for each in self._kept()]
        files = {change.path: change for change, _ in written if change is not None}
        changes = tuple(each for each in files.values() if each.before != each.after)
        if changes:
            message = _MESSAGE.format(run=meta.run)
            commit = self.repository.commit(tip, Patch(changes), message)
            self.repository.move_branch(meta.branch, commit, expected=tip)
        return tuple(line for _, line in written)

    def _kept(self) -> Iterator[Attempt]:
        """Yield one kept patch a function: the last one."""
        yield from {attempt.target: attempt for attempt in self.record.kept}.values()

    def _write(
        self, setting: Setting, code: CodeMap, attempt: Attempt, tip: str
    ) -> tuple[FileChange | None, str]:
        target, project = attempt.target, setting.project
        function = code.functions.get(target)
        if function is None or function.kind is not FunctionKind.FUNCTION:
            return None, f"no benchmark of {target}: it is no plain function"
        recording = next((r for r in self.record.recordings if r.target == target), None)
        tried = _choose(recording) if recording else ()
        calls = literals(setting.place, project, recording, tried) if recording and tried else ()
        if not calls:
            why = "no recorded call has arguments that are plain literals"
            return None, f"no benchmark of {target}: {why}"
        module = project.module_name(target.path)
        text = benchmark.guard_file(target, module, calls[:_MOST])
        path = benchmark.path_of(target, module)
        before = self.repository.read(tip, path) if path in self.repository.files(tip) else b""
        count = len(calls[:_MOST])
        told = f"{path} guards {target} with {count} recorded call{'' if count == 1 else 's'}"
        return FileChange(path, before, text.encode()), told


def _choose(recording: Recording) -> tuple[int, ...]:
    """Choose calls of the workload, one a class of inputs first, the commonest class first."""
    classes = sorted(recording.classes, key=lambda each: -len(each.calls))
    mine = [[n for n in each.calls if n < recording.of_workload] for each in classes]
    mine = [calls for calls in mine if calls] or [list(range(recording.of_workload))]
    deepest = max(map(len, mine), default=0)
    found = [calls[depth] for depth in range(deepest) for calls in mine if depth < len(calls)]
    return tuple(found[:_TRIED])
