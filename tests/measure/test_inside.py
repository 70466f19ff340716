"""Timing inside the workload: what follows from readings, and real runs of it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.measure.confirming import Rules
from codeopt.measure.inside import (
    Reading,
    Versions,
    clock_of,
    differences,
    measure_inside,
    read_run,
    unseen_outside,
)
from codeopt.measure.runs import Run
from codeopt.model.evidence import Timed
from codeopt.model.project import Workload, WorkloadKind
from codeopt.model.reasons import Code
from codeopt.worker import WorkerFailed
from codeopt.workload import with_tree
from tests.measure.projects import make

OLD = Reading(10, 1.0, 1.1, 2.0, 2.2, 100, "function")
NEW = Reading(10, 0.5, 0.6, 1.5, 1.7, 100, "function")


def seen(calls: int, cpu: int, kind: str = "function") -> dict[str, object]:
    return {"calls": calls, "cpu": cpu, "wall": cpu, "waiting": 5, "kind": kind, "missing": ""}


def test_processes_of_a_run_add_up() -> None:
    run = Run(3.0, 4.0, 5, (), (seen(0, 0, ""), seen(2, 10**9), seen(1, 10**9)))
    assert read_run(run) == Reading(3, 2.0, 2.0, 3.0, 4.0, 5, "function", 1.5e-8)


@pytest.mark.parametrize("rows", [(), (seen(0, 0),), ({"calls": "many"},), (7,)])
def test_a_run_that_shows_nothing_is_a_failure(rows: tuple[object, ...]) -> None:
    with pytest.raises(WorkerFailed, match=r"call of the target|makes no sense"):
        read_run(Run(1.0, 1.0, 0, (), rows))


def test_the_ratio_is_of_a_call() -> None:
    twice = replace(OLD, calls=20, cpu=2.0)
    assert differences([(OLD, twice), (OLD, NEW)], "cpu") == [0.0, pytest.approx(math.log(2))]


def test_only_waiting_of_its_own_will_calls_for_wall_time() -> None:
    pushed = replace(OLD, wall=9.0)
    assert clock_of([(pushed, pushed)] * 3) == "cpu"
    tiny = replace(NEW, cpu=0.0, wall=0.001, waiting=0.001)
    assert clock_of([(OLD, tiny)] * 3) == "cpu"
    waiting = replace(NEW, cpu=0.1, waiting=0.5)
    assert clock_of([(OLD, waiting)] * 3) == "wall"


def test_what_is_saved_must_be_missing_outside() -> None:
    assert unseen_outside([(OLD, NEW)] * 12, "cpu") is None
    moved = replace(NEW, whole_cpu=2.0)
    reason = unseen_outside([(OLD, moved)] * 12, "cpu")
    assert reason is not None
    assert reason.code is Code.CLOCK_DISAGREES
    assert "500.0 ms less, the whole run only 0.0 ms" in reason.text
    noisy = [(OLD, replace(NEW, whole_cpu=1.4 + 0.1 * (k % 8))) for k in range(12)]
    assert unseen_outside(noisy, "cpu") is None


SOURCE = """
import atexit, socket
def f(end, count):
    total = 0
    for byte in end.recv(count):
        for k in range({rounds}):
            total += byte * k
    return total
"""
WORK = """
import socket, mod
one, two = socket.socketpair()
for _ in range(20):
    one.sendall(b"x" * 50)
    mod.f(two, 50)
"""
RULES = Rules(math.log(1.05), 0.05, 120.0)


def versions(tmp_path: Path, before: str, after: str, work: str = WORK) -> Versions:
    old = make(tmp_path / "old", before, [(1,)])
    new = make(tmp_path / "new", after, [(1,)])
    for small in (old, new):
        (small.place.tree / "work.py").write_text(work)
    script = Workload(WorkloadKind.SCRIPT, ("{python}", "work.py"), "work.py")
    project = replace(old.project, workload=script)
    place = with_tree(old.place, new.project.tree)
    return Versions(old.place, place, project, old.recording.target)


def test_a_target_on_a_socket(tmp_path: Path) -> None:
    both = versions(tmp_path, SOURCE.format(rounds=900), SOURCE.format(rounds=150))
    found = measure_inside(both, RULES)
    assert found.reason is None
    assert found.timed is Timed.WORKLOAD
    assert found.speedup is not None
    assert found.bound > 1.5
    assert found.memory_bytes is not None


def test_work_that_moves_to_the_end_of_the_process_gains_nothing(tmp_path: Path) -> None:
    before = SOURCE.format(rounds=900)
    after = before.replace(
        "def f(end, count):",
        "def f(end, count):\n    data = end.recv(count)\n    atexit.register(g, data)\n"
        "    return sum(data) * 404550\ndef g(data):",
    ).replace("end.recv(count)\n    total", "data\n    total")
    after = after.replace("for byte in end.recv(count):", "for byte in data:")
    found = measure_inside(versions(tmp_path, before, after), RULES)
    assert found.reason is not None
    assert found.reason.code is Code.CLOCK_DISAGREES


def test_a_workload_that_does_not_call_it_is_told(tmp_path: Path) -> None:
    both = versions(tmp_path, SOURCE.format(rounds=9), SOURCE.format(rounds=9), "import mod")
    found = measure_inside(both, RULES)
    assert found.reason is not None
    assert "without a call of the target" in found.reason.text
