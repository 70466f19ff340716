"""Put a small module through recording and the oracle, as the pipeline does."""

from __future__ import annotations

import os
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import JudgeSettings, RecordSettings
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.evidence import CheckResult, Recording
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.profile.record import record
from codeopt.verify import oracle
from codeopt.worker import Place

SCRIPT = Workload(WorkloadKind.SCRIPT, ("{python}", "work.py"), "work.py")


class Recorded(Protocol):
    """Record a target, and have it judged by forked processes (the fixture ``recorded``)."""

    def __call__(self, source: str, work: str, target: str = "f") -> Bench: ...


@dataclass(frozen=True)
class Bench:
    """A project of one module, recorded."""

    place: Place
    project: Project
    recording: Recording

    def judge(self, candidate: str, settings: JudgeSettings | None = None) -> CheckResult:
        """Compare a rewrite of the whole module with the original on the recorded calls."""
        settings = settings or JudgeSettings()
        truth = oracle.consult(self.place, self.project, self.recording, settings, further=False)
        return oracle.check(
            self.place, self.project, truth, {"lib.py": textwrap.dedent(candidate)}, settings
        )


def interpreter(path: str = "") -> Interpreter:
    """Describe an interpreter well enough for the plain sandbox.

    It is that of the tests, or the one that ``TARGET_TEST_PYTHON`` names.
    """
    path = path or os.environ.get("TARGET_TEST_PYTHON", sys.executable)
    return Interpreter(Path(path), sys.version_info[:3], ())


def record_module(
    tree: Path,
    source: str,
    work: str,
    target: str = "f",
    python: Interpreter | None = None,
    settings: RecordSettings | None = None,
    tests: str = "",
) -> Bench:
    """Write ``lib.py`` and a script that uses it, run the script and record the target.

    ``tests`` is the text of another script, which is the tests.
    """
    tree.mkdir(parents=True, exist_ok=True)
    (tree / "lib.py").write_text(textwrap.dedent(source))
    (tree / "work.py").write_text("import lib\nfrom lib import *\n" + textwrap.dedent(work))
    python = python or interpreter()
    (tree / "check.py").write_text("from lib import *\n" + textwrap.dedent(tests))
    own = Workload(WorkloadKind.SCRIPT, ("{python}", "check.py"), "check.py") if tests else None
    project = Project(tree, python, ("",), own, SCRIPT)
    place = Place(PlainSandbox(), python, tree)
    out = tree.parent / f"{tree.name}-calls"
    found = record(
        place,
        project,
        CodeMap(()),
        [FunctionId("lib.py", target)],
        settings or RecordSettings(),
        out,
    )
    return Bench(place, project, found[0])
