"""One suite for every executor."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from codeopt.adapters.local_executor import LocalExecutor
from codeopt.ports import Executor

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=[1, 3], ids=["one worker", "three workers"])
def executor(request: pytest.FixtureRequest) -> Executor:
    return LocalExecutor(request.param)


def test_results_come_in_the_order_of_the_items(executor: Executor) -> None:
    def job(number: int) -> int:
        time.sleep(0.02 if number % 3 == 0 else 0)
        return number * number

    assert list(executor.map(job, range(20))) == [n * n for n in range(20)]


def test_no_items(executor: Executor) -> None:
    assert list(executor.map(str, [])) == []


def test_an_exception_comes_in_its_place(executor: Executor) -> None:
    results = executor.map(lambda n: 1 // (2 - n), range(5))
    assert next(results) == 0
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_no_job_starts_after_an_exception(executor: Executor) -> None:
    started = []

    def job(number: int) -> None:
        started.append(number)
        raise ValueError(number)

    with pytest.raises(ValueError, match="0"):
        list(executor.map(job, range(1000)))
    time.sleep(0.05)
    assert len(started) <= 2 * executor.workers + 1


def test_no_job_starts_after_the_caller_stopped(executor: Executor) -> None:
    started: list[int] = []
    results = executor.map(started.append, range(1000))
    next(results)
    assert isinstance(results, Iterator)
    results.close()  # type: ignore[attr-defined]
    time.sleep(0.05)
    assert len(started) <= 2 * executor.workers + 1


def test_items_are_taken_as_they_are_needed(executor: Executor) -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    next(executor.map(str, items()))
    assert len(taken) <= 2 * executor.workers + 1


def test_as_many_jobs_run_at_a_time_as_there_are_workers(executor: Executor) -> None:
    together = threading.Barrier(executor.workers, timeout=20)
    count = 4 * executor.workers
    assert len(list(executor.map(lambda _: together.wait(), range(count)))) == count


def test_needs_a_worker() -> None:
    with pytest.raises(ValueError, match="worker"):
        LocalExecutor(0)


def test_ctrl_c_does_not_wait_for_jobs() -> None:
    code = (
        "import time\n"
        "from codeopt.adapters.local_executor import LocalExecutor\n"
        "print('ready', flush=True)\n"
        "list(LocalExecutor(2).map(lambda _: time.sleep(600), range(5)))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert b"KeyboardInterrupt" in error
