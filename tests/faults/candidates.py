"""What a candidate can do to the process that it runs in, at each stage in which it is run."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from codeopt.adapters.python_language import PythonLanguage
from codeopt.config import JudgeSettings, MeasureSettings, ProjectSettings, RecordSettings
from codeopt.discover.index import discover
from codeopt.foreign import fresh
from codeopt.measure.bench import Bench
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import CheckResult, Recording
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.pipeline.judge import patched_copy, texts
from codeopt.ports import Limits, Sandbox
from codeopt.profile.record import record
from codeopt.verify import oracle, suite
from codeopt.worker import Place
from codeopt.workload import with_tree
from tests.e2e.project import INI

TARGET = FunctionId("mod.py", "squares")
MODULE = '''"""Squares, and all that a candidate might want to do harm with."""

import os
import signal
import subprocess
import sys
import threading
import time

HOARD = []


def squares(values):
    out = []
    for value in values:
        out = out + [value * value]
    return out
'''
_TESTS = """from mod import squares


def test_squares():
    for k in range(4):
        assert squares(list(range(k, 300 + k)))[2] == (k + 2) ** 2
"""
_GOOD = "    return [value * value for value in values]\n"
_ORIGINAL = MODULE.partition("    out = []")[1] + MODULE.partition("    out = []")[2]
FAULTS = {
    "endless loop": "while True: pass",
    "endless sleep": "time.sleep(1e6)",
    "endless output": "while True: print('x' * 4096)",
    "endless output of errors": "while True: print('x' * 4096, file=sys.stderr)",
    "a million lines": "for _ in range(10**6): print('a line')",
    "out of memory at once": "HOARD.append(bytearray(1 << 40))",
    "out of memory bit by bit": "while True: HOARD.append(bytearray(1 << 22))",
    "fork bomb": "while True: os.fork()",
    "thread bomb": "while True: threading.Thread(target=time.sleep, args=(9e9,)).start()",
    "process bomb": "while True: subprocess.Popen(['sleep', '999'])",
    "descriptor leak": "while True: HOARD.append(os.open('/dev/null', 0))",
    "ignores SIGTERM and goes on": (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN) if threading.current_thread() is "
        "threading.main_thread() else None\n    while True: time.sleep(1)"
    ),
    "closes stdout": "os.close(1)",
    "closes all descriptors": "os.closerange(0, 4096)",
    "ends the process": "os._exit(0)",
    "kills itself": "os.kill(os.getpid(), signal.SIGKILL)",
    "stops itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "kills its parent": "os.kill(os.getppid(), signal.SIGKILL)",
    "kills its group": "os.killpg(os.getpgid(0), signal.SIGKILL)",
    "endless recursion": "squares(values)",
    "raises SystemExit": "raise SystemExit(0)",
    "raises KeyboardInterrupt": "raise KeyboardInterrupt",
    "leaves a process behind": (
        "if os.fork() == 0:\n        os.setsid()\n        time.sleep(600)\n        os._exit(0)"
    ),
    "fills the disk": (
        "with open('hoard', 'wb') as file:\n        while True: file.write(bytes(1 << 20))"
    ),
}
STAGES = ("recorded calls", "timing", "tests")


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what became of a candidate in a stage; ``kept`` would be a defect."""

    fault: str
    stage: str
    verdict: str
    passed: bool
    seconds: float
    left: tuple[str, ...]


class Court:
    """Bring candidates before the judge's stages, without the gate that refuses most of them."""

    def __init__(self, sandbox: Sandbox, directory: Path) -> None:
        tree = directory / "base"
        tree.mkdir(parents=True)
        for name, text in (("mod.py", MODULE), ("test_mod.py", _TESTS), ("pytest.ini", INI)):
            (tree / name).write_text(text)
        python = Interpreter(Path(sys.executable), sys.version_info[:3], _prefixes())
        argv = ("{python}", "-m", "pytest", "-q")
        workload = Workload(WorkloadKind.PYTEST, argv, "pytest")
        self._project = Project(tree, python, ("",), workload, workload)
        limits = Limits(
            wall_seconds=30, cpu_seconds=30, memory_bytes=1 << 30, processes=24, file_bytes=8 << 20
        )
        self._place = Place(sandbox, python, tree, read=(directory,), limits=limits)
        self._directory = directory
        code = discover(tree, PythonLanguage(), cache=directory / "cache")
        (recording,) = record(
            self._copy(Patch(())),
            self._project,
            code,
            [TARGET],
            RecordSettings(),
            directory / "rec",
        )
        self._recording: Recording = recording
        self._answers = oracle.consult(
            self._place, self._project, recording, JudgeSettings(), further=False
        )
        self._bench = Bench(self._place, self._project, MeasureSettings(measure_seconds=20.0))
        self._baseline = suite.baseline(
            self._copy(Patch(())),
            self._project,
            ProjectSettings(),
            scratch=fresh(directory / "tests"),
            targets=[code.functions[TARGET]],
            judge=JudgeSettings(),
        )

    def judge(self, stage: str, patch: Patch) -> tuple[bool, str]:
        """Return whether a stage lets a candidate pass, and what it says."""
        if stage == "recorded calls":
            return _said(
                oracle.check(
                    self._place, self._project, self._answers, texts(patch), JudgeSettings()
                )
            )
        if stage == "tests":
            place, out = self._copy(patch), fresh(self._directory / "tests")
            return _said(suite.check_suite(place, self._project, self._baseline, scratch=out))
        found = self._bench.measure(self._recording, texts(patch), alpha=0.01, seed=0)
        return found.reason is None, str(found.reason.code) if found.reason else "faster"

    def _copy(self, patch: Patch) -> Place:
        return with_tree(self._place, patched_copy(self._place.tree, self._directory / "w", patch))


def patch(body: str) -> Patch:
    """Return the original with a harmful first line and the good rewrite after it."""
    head, _, _ = MODULE.partition("    out = []")
    return Patch((FileChange("mod.py", MODULE.encode(), f"{head}    {body}\n{_GOOD}".encode()),))


def try_all(
    court: Court, faults: dict[str, str], stages: tuple[str, ...] = STAGES
) -> Iterator[Seen]:
    """Let each fault happen in each stage."""
    for fault, body in faults.items():
        for stage in stages:
            before, started = _processes(), time.monotonic()
            passed, verdict = court.judge(stage, patch(body))
            seconds = time.monotonic() - started
            left = tuple(sorted(_processes() - before))
            yield Seen(fault, stage, verdict, passed, seconds, left)


def _said(found: CheckResult) -> tuple[bool, str]:
    return found.same is True, str(found.reason.code) if found.reason else "same"


def _prefixes() -> tuple[Path, ...]:
    return tuple({Path(sys.prefix), Path(sys.base_prefix)})


def _processes() -> set[str]:
    """List the processes below this one that still run."""
    found: set[str] = set()
    below: Callable[[int], None]

    def below(pid: int) -> None:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found.add(child)
                below(int(child))

    below(os.getpid())
    return found
