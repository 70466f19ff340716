"""What is found about a candidate for the next attempt: its hot lines and its slowest inputs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from codeopt.measure.lines import Insight, hot_lines, look_inside, slowest
from codeopt.model.evidence import HotLine, InputClass
from tests.harness import inside
from tests.measure.projects import make

TEXT = "import time\n\ndef f(n):\n    if n:\n        time.sleep(0.01)\n    return n\n"
CLASSES = (InputClass("a", "n: 0", (0, 1)), InputClass("b", "n: 1", (2,)))


def test_a_candidate_in_a_real_process(tmp_path: Path) -> None:
    small = make(tmp_path / "p", "def f(n):\n    return n\n", [(0,), (0,), (1,)])
    recording = replace(small.recording, classes=CLASSES)
    found = look_inside(small.place, small.project, recording, {"mod.py": TEXT})
    assert found.slowest == "n: 1"
    # a starved machine gives too few samples, and then nothing is said
    assert [line.text for line in found.lines[:1]] in ([], ["        time.sleep(0.01)"])


def test_a_candidate_that_breaks_down_gives_nothing(tmp_path: Path) -> None:
    small = make(tmp_path / "p", "def f(n):\n    return n\n", [(0,)])
    broken = {"mod.py": "raise ValueError\n"}
    assert look_inside(small.place, small.project, small.recording, broken) == Insight()


def test_samples_become_lines() -> None:
    found = hot_lines("a\n  b \nc", {2: 30, 1: 10, 9: 10})
    assert found == (HotLine("  b", 0.6), HotLine("a", 0.2))
    assert hot_lines("a\nb", {1: 19}) == ()


def test_the_slowest_class_is_the_one_with_the_longest_calls() -> None:
    assert slowest(CLASSES, {0: 5, 1: 9, 2: 6}) == "n: 0"
    assert slowest(CLASSES, {0: 5, 1: 5, 2: 6}) == "n: 1"
    assert slowest(CLASSES, {0: 9}) == ""


@inside.every_python
def test_the_innermost_frame_of_the_file_counts(python: str) -> None:
    printed = inside.run(
        """
        import sys
        from _codeopt_harness import lines

        source = "def outer(call):\\n    inner(call)\\n\\ndef inner(call):\\n    call()\\n"
        space = {}
        exec(compile(source, "target.py", "exec"), space)
        sampler = lines.Sampler("target.py")
        space["outer"](lambda: sampler.sample(0, sys._getframe()))
        sampler.active = True
        space["outer"](lambda: sampler.sample(0, sys._getframe()))
        sampler.sample(0, sys._getframe())
        print(sampler.samples)
        """,
        python,
    )
    assert printed == "{5: 1}\n"
