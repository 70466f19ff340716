"""Small projects whose tests are really run, by children of this interpreter."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent

import pytest

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import JudgeSettings, ProjectSettings
from codeopt.model.baseline import Baseline
from codeopt.model.code import FunctionId, FunctionInfo, FunctionKind, Span
from codeopt.model.evidence import CheckResult
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.ports import Sandbox
from codeopt.verify import suite
from codeopt.worker import Place
from tests.support.forked import forked

from .judging import Bench, Recorded, record_module

# without the plugins that happen to be installed here a run takes a third of the time
ALONE = ("/usr/bin/env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1")
PYTEST = (*ALONE, "{python}", "-m", "pytest", "-q", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Sample:
    """A project on disk, and the way its tests are run."""

    tree: Path
    scratch: Path
    argv: tuple[str, ...] = PYTEST
    timeout: float = 60.0
    python: Path = Path(sys.executable)

    @property
    def project(self) -> Project:
        tests = Workload(WorkloadKind.COMMAND, self.argv, self.argv[-1])
        return Project(self.tree, self.place.interpreter, ("",), tests, tests)

    @property
    def place(self) -> Place:
        version = sys.version_info[:3]
        return Place(PlainSandbox(), Interpreter(self.python, version, ()), self.tree)

    def baseline(self, *functions: str, allow_failing: bool = False) -> Baseline:
        """Learn how the tests end; ``functions`` are ``path:line:name`` to be watched."""
        return suite.baseline(
            self.place,
            self.project,
            ProjectSettings(test_timeout=self.timeout),
            scratch=self.scratch,
            targets=[watched(text) for text in functions],
            judge=JudgeSettings(allow=("failing-tests",) if allow_failing else ()),
        )

    def candidate(self, *edits: tuple[str, str, str]) -> Sample:
        """Copy the project and edit files: (path, old, new); no old text creates the file."""
        tree = self.scratch / f"candidate-{len(list(self.scratch.glob('candidate-*')))}"
        shutil.copytree(self.tree, tree)
        for path, old, new in edits:
            text = (tree / path).read_text() if old else ""
            assert old in text
            (tree / path).write_text(text.replace(old, new) if old else new)
        return replace(self, tree=tree)

    def suite(self, known: Baseline) -> CheckResult:
        """Run the whole suite as on a candidate."""
        return suite.check_suite(self.place, self.project, known, scratch=self.scratch)

    def reaching(
        self, known: Baseline, *targets: FunctionId, original: Sample | None = None
    ) -> CheckResult:
        """Run the tests that reach functions."""
        return suite.check_reaching(
            self.place,
            self.project,
            known,
            targets,
            scratch=self.scratch,
            original=original.place if original else None,
        )


def watched(text: str) -> FunctionInfo:
    """Describe a function by ``path:line:qualname``, as far as the observers need it."""
    path, line, name = text.split(":")
    span = Span(0, 0, int(line), int(line))
    return FunctionInfo(FunctionId(path, name), span, span, FunctionKind.FUNCTION, "()")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with forked() as opened:
        yield opened


@pytest.fixture
def recorded(tmp_path: Path, sandbox: Sandbox) -> Recorded:
    """Return a function that records a module, to be judged by forked processes."""

    def record(source: str, work: str, target: str = "f") -> Bench:
        bench = record_module(tmp_path / "p", source, work, target)
        return replace(bench, place=replace(bench.place, sandbox=sandbox))

    return record


@pytest.fixture
def sample(tmp_path: Path) -> Callable[..., Sample]:
    """Return a function that writes a project: file names with ``/`` for dots, and their text."""

    def build(files: dict[str, str], **fields: object) -> Sample:
        return write_sample(tmp_path, files, **fields)

    return build


def write_sample(where: Path, files: dict[str, str], **fields: object) -> Sample:
    """Write a project below a directory."""
    tree = where / "tree"
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(dedent(text))
    (where / "scratch").mkdir(exist_ok=True)
    return Sample(tree, where / "scratch", **fields)  # type: ignore[arg-type]
