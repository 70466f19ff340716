"""What a call changes in another module of the project is seen, where its module names that."""

from __future__ import annotations

from pathlib import Path

from .inside import every_python, run

METRICS = """
COUNTS = {}
LAST = None
_CACHE = {}
class Meter:
    total = 0
def hit(name):
    COUNTS[name] = COUNTS.get(name, 0) + 1
def keep(name):
    _CACHE[name] = name
"""
WATCH = """
import sys
sys.path.insert(0, "")
from _codeopt_harness.state import State
import rows, metrics, apart
state = State(rows)
for change in ("pass", "metrics.hit('a')", "metrics.LAST = 1", "metrics.Meter.total += 1",
               "metrics.keep('a')", "apart.SEEN.append(1)", "metrics.COUNTS.clear()"):
    exec(change)
    print(",".join(sorted(state.changes())))
"""


@every_python
def test_public_globals_of_modules_that_are_named(python: str, tmp_path: Path) -> None:
    (tmp_path / "metrics.py").write_text(METRICS)
    (tmp_path / "apart.py").write_text("SEEN = []\n")
    (tmp_path / "rows.py").write_text("import json\nfrom metrics import hit\n")
    counts, last, meter = "metrics.COUNTS", "metrics.LAST", "metrics.Meter"
    assert run(WATCH, python, cwd=tmp_path).split("\n")[:-1] == [
        "",
        counts,
        f"{counts},{last}",
        f"{counts},{last},{meter}",
        f"{counts},{last},{meter}",
        f"{counts},{last},{meter}",
        f"{last},{meter}",
    ]
