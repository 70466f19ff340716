"""Calls are named by how they end: by type and value, with exceptions and effects."""

from __future__ import annotations

from pathlib import Path

from codeopt.verify.outcomes import outcomes
from tests.verify.judging import record_module

LIB = "def f(xs):\n    if not xs:\n        raise ValueError('nothing')\n    return len(xs)\n"
WORK = """
for xs in ([1], [1, 2], []):
    try:
        f(xs)
    except ValueError:
        pass
"""


def test_equal_names_mean_equal_ends(tmp_path: Path) -> None:
    bench = record_module(tmp_path / "repo", LIB, WORK)

    def of(text: str) -> tuple[str | None, ...]:
        return outcomes(bench.place, bench.project, bench.recording, {"lib.py": text})

    original = of(LIB)
    assert len(set(original)) == 3
    assert None not in original
    assert of(LIB.replace("len(xs)", "sum(1 for _ in xs)")) == original
    typed = of(LIB.replace("len(xs)", "float(len(xs))"))
    assert [a == b for a, b in zip(original, typed, strict=True)] == [False, False, True]
    raised = of(LIB.replace("ValueError", "KeyError"))
    assert [a == b for a, b in zip(original, raised, strict=True)] == [True, True, False]
    changed = of(LIB.replace("return", "xs.append(0)\n    return len(xs) - 1 or"))
    assert original[0] not in changed
    endless = of(LIB.replace("return", "import time\n    time.sleep(60)\n    return"))
    assert endless[0] is None
