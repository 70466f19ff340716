"""Real measurements through a real sandbox, with effects too large to be missed."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.config import MeasureSettings
from codeopt.measure.bench import judge_control
from codeopt.measure.confirming import Confirmed
from codeopt.measure.decide import decide
from codeopt.model.evidence import Check, CheckResult, Control, Interval, Verdict
from codeopt.model.machine import Noise
from codeopt.model.reasons import Code
from codeopt.ports import Limits
from tests.measure.projects import Small, make

SLOW = """
def f(xs):
    out = []
    for x in xs:
        if x not in out:
            out.append(x)
    return out
"""
FAST = """
def f(xs):
    return list(dict.fromkeys(xs))
"""
WORK = """
def f(n):
    total = 0
    for k in range(300):
        total += k * n % 7
    return total
"""
ODD_CALLS = """
_calls = []

def f(n):
    _calls.append(None)
    if len(_calls) > 20:
        return 0
    total = 0
    for k in range(300):
        total += k * n % 7
    return total
"""
MEMO = """
_memo = {}

def f(n):
    if n not in _memo:
        total = 0
        for k in range(300):
            total += k * n % 7
        _memo[n] = total
    return _memo[n]
"""
STOLEN_TIME = """
import sys
import time

_real = time.thread_time_ns
_stolen = [0]

def _patch():
    loops = sys.modules["_codeopt_harness.loops"]
    loops.CPU = lambda: _real() - _stolen[0]

_patch()

def f(n):
    started = _real()
    total = 0
    for k in range(300):
        total += k * n % 7
    _stolen[0] += _real() - started
    return total
"""
NO_GARBAGE = """
import gc

def f(n):
    gc.disable()
    base = sum([k * n % 7 for k in range(7)])
    return base * 42 + sum([k * n % 7 for k in range(6)])
"""
PREPARED = """
_table = [sum(k * n % 7 for k in range(300)) for n in range(4000)]

def f(n):
    return _table[n]
"""
BROKEN = """
def f(n):
    import os
    os._exit(3)
"""


def lists(directory: Path) -> Small:
    rng = random.Random(1)
    inputs = [([rng.randrange(90) for _ in range(rng.randrange(40, 90))],) for _ in range(40)]
    return make(directory, SLOW, inputs, groups=["even", "odd"] * 20)


def work(directory: Path, count: int = 1) -> Small:
    return make(directory, WORK, [(n,) for n in range(60)], count=count)


def test_a_faster_function_is_confirmed_on_held_out_calls(tmp_path: Path) -> None:
    found = lists(tmp_path / "p").measure(FAST)
    assert found.reason is None
    assert found.speedup is not None
    assert found.speedup.low > 1.3
    assert 1.05 < found.bound <= found.speedup.estimate
    assert len(found.ratios) == found.speedup.pairs
    assert {each.label: each.calls for each in found.classes} == {"even": 10, "odd": 10}
    assert all(each.speedup.low > 1 for each in found.classes)
    assert found.memory_bytes is not None
    assert found.fingerprint is not None
    assert found.fingerprint.cores >= 1


def test_a_slower_function_is_refused_in_screening(tmp_path: Path) -> None:
    rng = random.Random(1)
    inputs = [([rng.randrange(90) for _ in range(60)],) for _ in range(20)]
    found = make(tmp_path / "p", FAST, inputs).measure(SLOW)
    assert found.reason is not None
    assert found.reason.code is Code.SLOWER
    assert found.speedup is None


def test_what_never_ends_is_told_from_what_is_too_long(tmp_path: Path) -> None:
    small = work(tmp_path / "p")
    place = replace(small.place, limits=Limits(cpu_seconds=2.0))
    endless = "def f(n):\n    while True:\n        pass\n"
    found = replace(small, place=place).measure(endless, measure_seconds=0.5)
    assert found.reason is not None
    assert found.reason.code is Code.TIMEOUT


def test_identical_code_is_not_faster(tmp_path: Path) -> None:
    project = work(tmp_path / "p")
    found = project.measure(WORK)
    assert found.reason is not None
    assert found.bound < 1.05


def test_the_control_claims_nothing(tmp_path: Path) -> None:
    project = work(tmp_path / "p")
    control = project.bench().control(project.recording)
    assert control.ok
    assert control.speedup.pairs >= 7
    assert control.noise is not None
    assert control.noise.between > 0


@pytest.mark.parametrize(
    ("centre", "ok"), [(0.0, True), (0.015, True), (0.04, False), (-0.04, False)]
)
def test_a_control_that_shows_a_difference_fails(centre: float, ok: bool) -> None:
    values = tuple(centre + 0.001 * (k - 4) for k in range(9))
    found = judge_control(Confirmed("cpu", values, 0.0, (), None, None))
    assert found.ok is ok
    assert found.claims is ok


def test_a_control_without_a_pair_fails() -> None:
    assert not judge_control(Confirmed("cpu", (), 0.0, (), None, None)).ok


def test_what_a_control_told_of_the_noise_is_taken_over(tmp_path: Path) -> None:
    control = Control(Interval(1.0, 0.99, 1.01, 9), True, noise=Noise(0.01, 0.07, 0.02, 1.2))
    bench = work(tmp_path / "p").bench()
    bench.remember(control)
    assert bench.between == 0.07
    bench.remember(replace(control, noise=None))
    assert bench.between == 0.07


def test_a_memo_gains_nothing_but_what_repetition_gives(tmp_path: Path) -> None:
    distinct = work(tmp_path / "distinct").measure(MEMO)
    assert distinct.speedup is not None, "screening repeats inputs, so a memo passes it"
    assert distinct.screened.low > 3
    assert distinct.bound < 1.05
    assert distinct.reason is not None
    repeated = make(tmp_path / "repeated", WORK, [(n % 20,) for n in range(200)])
    found = repeated.measure(MEMO)
    assert found.speedup is not None
    assert 1.3 < found.speedup.estimate < 10.5, "each input is made 10 times: one in ten is paid"


def test_a_table_built_at_import_is_paid_for(tmp_path: Path) -> None:
    few = work(tmp_path / "few").measure(PREPARED)
    assert few.bound < 1
    many = work(tmp_path / "many", count=100_000).measure(PREPARED)
    assert many.bound > 1.5


def test_wrong_outcomes_while_timed_are_caught(tmp_path: Path) -> None:
    found = work(tmp_path / "p").measure(ODD_CALLS)
    assert found.reason is not None
    assert found.reason.code is Code.RESULT


def test_a_patched_clock_gains_nothing(tmp_path: Path) -> None:
    found = work(tmp_path / "p").measure(STOLEN_TIME)
    assert found.screened.low > 2, "inside one process it looks fast"
    assert found.reason is not None
    assert found.reason.code is Code.CLOCK_DISAGREES


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_stopped_garbage_collector_is_reported(tmp_path: Path) -> None:
    found = work(tmp_path / "p").measure(NO_GARBAGE)
    assert found.reason is not None
    assert found.reason.code is Code.GLOBAL_STATE
    assert "garbage collection" in found.reason.text


def test_a_candidate_that_ends_the_process_is_a_crash(tmp_path: Path) -> None:
    found = work(tmp_path / "p").measure(BROKEN)
    assert found.reason is not None
    assert found.reason.code is Code.CRASH


MUTATING = """
def f(xs):
    found = []
    while xs:
        found.append(xs.pop(0) * 2)
    return found
"""
CLASSES = """
class Base:
    def name(self):
        return "base"

class Box(Base):
    def __init__(self, xs):
        self.__xs = xs
        self.calls = 0

    def work(self, n):
        self.calls += 1
        name = super().name()
        %s
"""
METHOD_SLOW = """found = [x for x in self.__xs]
        found.sort()
        found = [y for y in sorted(found) for _ in range(2)]
        return name, [x for x in found if x > n][:1]"""
METHOD_FAST = """return name, sorted(x for x in self.__xs if x > n)[:1]"""
ASYNC_SLOW = """
import asyncio

async def f(n):
    total = 0
    for k in range(3000):
        total += k * n % 7
    await asyncio.sleep(0)
    return total
"""
ASYNC_FAST = """
import asyncio

async def f(n):
    total = sum(k * n % 7 for k in range(7)) * (3000 // 7)
    total += sum(k * n % 7 for k in range(3000 // 7 * 7, 3000))
    await asyncio.sleep(0)
    return total
"""
GENERATOR_SLOW = """
def f(n):
    for k in range(100):
        yield sum(j * n % 7 for j in range(20)) + k
"""
GENERATOR_FAST = """
def f(n):
    total = sum(j * n % 7 for j in range(20))
    for k in range(100):
        yield total + k
"""


def test_an_argument_that_is_used_up_is_renewed_for_each_call(tmp_path: Path) -> None:
    inputs = [(list(range(n, n + 200)),) for n in range(30)]
    found = make(tmp_path / "p", MUTATING, inputs).measure(
        "def f(xs):\n    found = [x * 2 for x in xs]\n    del xs[:]\n    return found\n"
    )
    assert found.reason is None
    assert found.screened.low > 1.3


def test_methods_with_super_and_mangled_names(tmp_path: Path) -> None:
    source = CLASSES % METHOD_SLOW
    directory = tmp_path / "p"
    project = make(directory, source, [(1,)], function="Box.work")
    rows = _instances(directory)
    record(project, rows)
    found = project.measure(CLASSES % METHOD_FAST)
    assert found.reason is None
    assert found.screened.low > 1.3


def test_generators_are_timed_to_their_end(tmp_path: Path) -> None:
    inputs = [(n,) for n in range(30)]
    found = make(tmp_path / "p", GENERATOR_SLOW, inputs).measure(GENERATOR_FAST)
    assert found.reason is None
    assert found.screened.low > 2


def test_coroutines_are_timed_on_a_loop(tmp_path: Path) -> None:
    inputs = [(n,) for n in range(30)]
    found = make(tmp_path / "p", ASYNC_SLOW, inputs).measure(ASYNC_FAST)
    assert found.reason is None
    assert found.speedup is not None
    assert found.speedup.low > 2


def _instances(directory: Path) -> list[bytes]:
    """Pickle calls with instances of the project's class, made where the class is."""
    import subprocess

    script = (
        "import pickle, sys, random; import mod\n"
        "r = random.Random(2)\n"
        "for n in range(30):\n"
        "    box = mod.Box([r.randrange(999) for _ in range(150)])\n"
        "    print(pickle.dumps(((box, n), {})).hex())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=directory, capture_output=True, text=True, check=True
    )
    return [bytes.fromhex(line) for line in done.stdout.split()]


def record(project: Small, blobs: list[bytes]) -> None:
    """Replace the recording of a project."""
    from codeopt.harness import calls as call_file

    header = {"target": "Box.work", "module": "mod", "path": "mod.py", "sys_path": []}
    metadata = {"count": 1, "size": 1, "group": "", "outcome": None}
    rows = [({**metadata, "order": n}, blob) for n, blob in enumerate(blobs)]
    call_file.write(project.recording.file, header, rows)


WAITING = """
import time

def f(n):
    time.sleep(%s)
    return n
"""
TWO_WAYS = """
def f(n):
    work = %s if n %% 2 else %s
    total = 0
    for k in range(work):
        total += k * n %% 7
    return n
"""
GREEDY = """
def f(n):
    kept = bytearray(%d)
    total = 0
    for k in range(%d):
        total += k * n %% 7
    return n
"""


def test_waiting_is_timed_by_the_wall(tmp_path: Path) -> None:
    inputs = [(n,) for n in range(30)]
    found = make(tmp_path / "p", WAITING % 0.004, inputs).measure(WAITING % 0.001)
    assert found.clock == "wall"
    assert found.reason is None
    assert found.speedup is not None
    assert found.speedup.low > 1.5


def test_a_class_of_inputs_that_gets_slower_is_shown(tmp_path: Path) -> None:
    inputs = [(n,) for n in range(40)]
    groups = ["even", "odd"] * 20
    project = make(tmp_path / "p", TWO_WAYS % (300, 3000), inputs, groups=groups)
    found = project.measure(TWO_WAYS % (900, 300))
    assert found.reason is None
    speeds = {each.label: each.speedup for each in found.classes}
    assert speeds["even"].low > 2
    assert speeds["odd"].high < 0.95


def test_peak_memory_is_measured_for_what_is_faster(tmp_path: Path) -> None:
    inputs = [(n,) for n in range(20)]
    found = make(tmp_path / "p", GREEDY % (10, 9000), inputs).measure(GREEDY % (2_000_000, 100))
    assert found.memory_bytes is not None
    before, after = found.memory_bytes
    assert after > before + 1_500_000


SAME = Verdict((CheckResult(Check.GATE, True), CheckResult(Check.ORACLE, True, 4)))
CROWD = """
import asyncio

async def f(n):
    for k in range(%s):
        n * k
    await asyncio.sleep(0)
    return n
"""


def test_a_coroutine_is_timed_alone_and_in_a_crowd(tmp_path: Path) -> None:
    project = make(tmp_path / "p", CROWD % 3000, [(k,) for k in range(4)])
    found = project.measure(CROWD % 300)
    assert found.reason is None
    assert found.concurrent is not None
    assert found.concurrent.in_flight >= 8
    assert found.concurrent.latency.low > 1
    assert found.concurrent.throughput.low > 1
    assert decide(SAME, found, MeasureSettings(), None).keep


def test_latency_bought_with_throughput_is_refused(tmp_path: Path) -> None:
    project = make(tmp_path / "p", CROWD % 3000, [(k,) for k in range(4)])
    found = project.measure(CROWD % "300 if len(asyncio.all_tasks()) < 3 else 30000")
    assert found.concurrent is not None
    assert found.concurrent.latency.low > 1
    assert found.concurrent.throughput.high < 1
    reason = decide(SAME, found, MeasureSettings(), None).reason
    assert reason is not None
    assert "throughput gets worse" in reason.text
