"""A run's benchmarks end up as one commit on its branch, and nowhere else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

from codeopt.adapters.git_repository import GitRepository
from codeopt.cli import wiring
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, Decision, Recording
from codeopt.model.run import RunRecord
from codeopt.pipeline import prepare
from codeopt.pipeline.emission import Emission
from tests.support import values
from tests.support.command import git, outside, picture, repository

MODULE = """class Box:
    def size(self):
        return 1


def total(numbers, start=0):
    return sum(numbers, start)


def numbers(count):
    yield from range(count)
"""
WORK = """from mod import Box, numbers, total

for size in range(9):
    total(list(numbers(size)), start=size)
Box().size()
"""
NAMES = ("total", "numbers", "Box.size")


def last(steps: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def test_plain_calls_become_a_benchmark_and_others_are_named(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"mod.py": MODULE, "work.py": WORK})
    found = GitRepository(root)
    head = found.resolve("HEAD")
    settings = wiring.load_settings(root, {"bench": "work.py"})
    tools = wiring.instruments(found, settings, tmp_path / "first", start=root)
    setting = last(prepare.arrange(tools, head, tmp_path / "first"))
    code = last(prepare.explore(tools, setting))
    targets = tuple(FunctionId("mod.py", name) for name in NAMES)
    recordings: tuple[Recording, ...] = last(prepare.listen(tools, setting, code, targets))
    attempts = tuple(
        Attempt(str(t), t, "catalogue", "t", Decision(True), commit="c" * 40) for t in targets
    )
    meta = values.meta(commit=head)
    record = RunRecord(meta, recordings=recordings, attempts=attempts)
    tools = wiring.instruments(found, settings, tmp_path / "second", start=root)
    assert last(Emission(tools, found, record, tmp_path / "second").run()) == ()  # no branch
    git(root, "branch", meta.branch)
    before = picture(root)
    emission = Emission(tools, found, record, tmp_path / "second")
    assert last(emission.run()) == (
        "benchmarks/test_speed_of_mod_total.py guards mod.py::total with 5 recorded calls",
        "no benchmark of mod.py::numbers: it is no plain function",
        "no benchmark of mod.py::Box.size: no recorded call has arguments that are plain literals",
    )
    assert picture(root) == before
    assert git(root, "diff", "--name-status", f"{head}..{meta.branch}").split() == [
        "A",
        "benchmarks/test_speed_of_mod_total.py",
    ]
    tip = found.branch(meta.branch)
    last(Emission(tools, found, record, tmp_path / "third").run())
    assert found.branch(meta.branch) == tip  # nothing new
    git(root, "checkout", "-q", meta.branch)
    words = [sys.executable, "-m", "pytest", "-q", "benchmarks"]
    done = subprocess.run(
        words, cwd=root, env=outside(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout
    assert "test_total" in done.stdout
