"""Settings that a call leaves behind are named; those that come with an import are not."""

from __future__ import annotations

from pathlib import Path

from .inside import every_python, run

WATCH = """
import warnings
from _codeopt_harness.surroundings import Surroundings
for change in ("sorted([])", "warnings.simplefilter('ignore')",
               "import colorsys; warnings.simplefilter('ignore')"):
    with warnings.catch_warnings():
        seen = Surroundings()
        exec(change)
        print(",".join(seen.restore()))
"""


@every_python
def test_settings_that_are_left_behind(python: str, tmp_path: Path) -> None:
    assert run(WATCH, python, cwd=tmp_path).split("\n") == ["", "warnings.filters", "", ""]
