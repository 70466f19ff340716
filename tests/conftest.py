"""What all tests need, whoever starts them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

RUNS = "tests/e2e"
STOPS = tuple(f"{RUNS}/test_{name}.py" for name in ("stops", "bad_input", "fleet", "dask"))


def pytest_configure() -> None:
    """Let Ctrl-C reach the processes that tests start.

    A shell starts what runs in its background with SIGINT ignored, and that is inherited.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def own_lock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests from waiting for measurements of other programs, and of other workers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start one worker more than there are cores: tests of what children do mostly wait."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give workers a file at a time, and to two of them first all whole runs.

    Whole runs measure, so they come one by one; beside them are those that are stopped or fail.
    """
    from xdist.scheduler import LoadFileScheduling

    class RunsOneByOne(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(STOPS):
                return f"{RUNS} stopped"
            return RUNS if nodeid.startswith(f"{RUNS}/") else super()._split_scope(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            for scope in (f"{RUNS} stopped", RUNS):
                if scope in self.workqueue:
                    self.workqueue.move_to_end(scope, last=False)
            super()._assign_work_unit(node)

    return RunsOneByOne(config, log)
