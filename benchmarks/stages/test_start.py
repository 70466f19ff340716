"""What it costs to start codeopt, beside what it costs to start Python."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

PYTHON = (sys.executable, "-c", "pass")
CODEOPT = (sys.executable, "-m", "codeopt")
WAYS = {
    "python": (PYTHON, {}),
    "codeopt --version": ((*CODEOPT, "--version"), {}),
    "codeopt --help": ((*CODEOPT, "--help"), {}),
    "codeopt run --help": ((*CODEOPT, "run", "--help"), {}),
    "completion of codeopt run --max-": (
        CODEOPT,
        {
            "_CODEOPT_COMPLETE": "complete_bash",
            "COMP_WORDS": "codeopt run --max-",
            "COMP_CWORD": "2",
        },
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_start(benchmark: Any, way: str) -> None:
    command, more = WAYS[way]
    benchmark.group = "start-up"
    benchmark.extra_info.update(way=way)
    words = {"env": {**os.environ, **more}, "check": True, "capture_output": True}
    benchmark.pedantic(subprocess.run, (command,), words, rounds=7, warmup_rounds=1)
