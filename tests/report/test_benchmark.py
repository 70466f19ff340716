"""What pytest-benchmark itself reads of a run, and a guard that it runs."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, ClassSpeed, Interval
from codeopt.model.run import RunRecord
from codeopt.report import benchmark
from tests.support import values
from tests.support.command import outside

RATIOS = (1.4, 1.42, 1.44, 1.5)


def timed(seconds: float | None = 0.002) -> RunRecord:
    """Return a run with one kept patch whose calls took some seconds."""
    known = values.record()
    (kept,) = known.kept
    assert kept.measurement is not None
    classes = (
        ClassSpeed("few", 3, Interval(1.4, 1.3, 1.5, 4), seconds),
        ClassSpeed("many", 1, Interval(1.4, 1.3, 1.5, 4), None if seconds is None else 0.010),
    )
    measured = replace(kept.measurement, classes=classes, ratios=RATIOS)
    attempt = replace(kept, measurement=measured)
    others: tuple[Attempt, ...] = tuple(each for each in known.attempts if each is not kept)
    return replace(known, attempts=(attempt, *others))


def test_the_figures_are_those_of_the_run() -> None:
    first, second = benchmark.storage(timed())["benchmarks"]
    assert (first["group"], first["group"]) == (str(values.TARGET), second["group"])
    assert [first["param"], second["param"]] == ["original", "optimised"]
    mean = (3 * 0.002 + 0.010) / 4
    assert first["stats"]["mean"] == pytest.approx(mean)
    assert second["stats"]["data"] == pytest.approx([mean / ratio for ratio in RATIOS])
    assert second["stats"]["median"] == pytest.approx(mean / 1.43, rel=1e-3)
    assert (first["stats"]["rounds"], second["stats"]["rounds"]) == (1, 4)
    assert benchmark.storage(timed(None))["benchmarks"] == []  # no call was timed alone


def test_its_own_compare_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "0001_run.json"
    file.write_text(json.dumps(benchmark.storage(timed()), indent=4))
    words = [sys.executable, "-m", "pytest_benchmark", "compare", str(file), "--csv=out.csv"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"benchmark '{values.TARGET}'" in done.stdout
    assert "Box.size[original]" in done.stdout
    assert "Box.size[optimised]" in done.stdout
    rows = (tmp_path / "out.csv").read_text().splitlines()
    assert len(rows) == 3


def test_a_guard_is_a_test_that_pytest_benchmark_runs(tmp_path: Path) -> None:
    calls = [((["b", "a"],), {}), (([],), {"most": 3})]
    text = benchmark.guard_file(FunctionId("pkg/mod.py", "take"), "pkg.mod", calls)
    file = tmp_path / benchmark.path_of(FunctionId("pkg/mod.py", "take"), "pkg.mod")
    assert file.name == "test_speed_of_pkg_mod_take.py"
    source = "def take(items, most=1):\n    while items and most:\n        items.pop()\n"
    for path, content in ((tmp_path / "pkg" / "mod.py", source), (file, text)):
        path.parent.mkdir()
        path.write_text(content)
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--benchmark-json=out.json",
        "-p",
        "no:cacheprovider",
    ]
    words.append(str(file))
    done = subprocess.run(
        words, cwd=tmp_path, env=outside(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout
    (found,) = json.loads((tmp_path / "out.json").read_text())["benchmarks"]
    assert found["name"] == "test_take"
    assert found["stats"]["rounds"] == 200
