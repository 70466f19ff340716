"""Given the same answers and verdicts, all strategies ask and propose the same, byte for byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.propose.asked import STRATEGIES

ROOT = Path(__file__).parents[2]


def told(*seeds: str) -> list[list[str]]:
    command = [sys.executable, "-m", "tests.propose.asked"]
    with ExitStack() as stack:
        children = [
            stack.enter_context(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env={**os.environ, "PYTHONHASHSEED": seed},
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for seed in seeds
        ]
        found = [each.communicate()[0].splitlines() for each in children]
    assert [each.returncode for each in children] == [0] * len(seeds)
    return found


def test_in_another_process_they_ask_and_propose_the_same() -> None:
    first, second = told("1", "2")
    assert first == second
    found = [json.loads(line) for line in first]
    for name in STRATEGIES:
        own = [each for each in found if each["strategy"] == name]
        assert len(own) == (3 if name == "auto" else 12), name
        made = [text for each in own for text in each["made"]]
        assert sum("def " in text for text in made) >= 8, name
        # among the answers that each strategy of a model is told there are some without code
        assert any(text.endswith(": unparsable") for text in made) == (name != "catalogue"), name
        assert any(each["asked"] for each in own) == (name != "catalogue"), name
