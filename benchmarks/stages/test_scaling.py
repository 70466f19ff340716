"""Time each stage at several sizes, and measure its memory in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scaling import PATHS, STAGES, Stage

ROUNDS = 2
CASES = [(name, size) for name, stage in STAGES.items() for size in stage.sizes]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Stage, int], Path]:
    """Plant each size once for all stages that share it."""
    known: dict[tuple[object, int], Path] = {}

    def plant(stage: Stage, size: int) -> Path:
        key = (stage.plant, size)
        if key not in known:
            place = tmp_path_factory.mktemp("planted") / "place"
            stage.plant(place, size)
            known[key] = place
        return known[key]

    return plant


@pytest.mark.parametrize(("name", "size"), CASES, ids=lambda each: str(each))
def test_stage(benchmark: Any, planted: Callable[[Stage, int], Path], name: str, size: int) -> None:
    stage = STAGES[name]
    place = planted(stage, size)
    benchmark.group = name
    benchmark.pedantic(stage.ready(place), rounds=ROUNDS, iterations=1)
    command = [sys.executable, str(Path(__file__).with_name("scaling.py")), name, str(place)]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(PATHS)}
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=paths).stdout
    benchmark.extra_info.update(size=size, unit=stage.unit, peak=float(told))
