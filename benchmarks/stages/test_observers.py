"""What it costs the project's own code to be profiled and to be recorded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import profile_overhead
import pytest
import record_overhead

WAYS = ("plain", "codeopt, from inside", "codeopt, from outside", "cProfile")


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> profile_overhead.Suite:
    return profile_overhead.Suite(tmp_path_factory.mktemp("suite").resolve(), Path(sys.executable))


@pytest.mark.parametrize("way", WAYS)
def test_profile(benchmark: Any, suite: profile_overhead.Suite, way: str) -> None:
    """The process as a whole; what the tests alone take is beside it."""
    benchmark.group = "profile"
    seconds: list[float] = []
    benchmark.pedantic(lambda: seconds.append(suite.run(way)[0]), rounds=5)
    benchmark.extra_info.update(way=way, tests=sorted(seconds)[len(seconds) // 2])


@pytest.mark.parametrize("recorded", [False, True], ids=["plain", "recorded"])
def test_record(benchmark: Any, recorded: bool) -> None:
    benchmark.group = "record"
    nanoseconds: list[float] = []
    arguments = (sys.executable, recorded)
    benchmark.pedantic(lambda: nanoseconds.append(record_overhead.measure(*arguments)), rounds=3)
    way = "recorded" if recorded else "plain"
    benchmark.extra_info.update(way=way, nanoseconds=min(nanoseconds))
