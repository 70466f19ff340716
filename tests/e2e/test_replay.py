"""A run with recorded answers needs no model, and ends with the same patches every time."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.recorded import keep
from benchmarks.replaying import replay
from codeopt.cli import wiring
from fixtures import HERE, plant
from tests.support.command import codeopt, git, picture

REPLIES = HERE / "loglens" / "replies"  # written by hand, see its README
QUICK = ("--profile-seconds", "2", "--workload-seconds", "2", "--samples", "2")
# which parts of a rewrite gain nothing is a question of time
ALIKE = ("--without", "simplify")


def run(root: Path, home: Path) -> tuple[dict[str, str], dict[str, str]]:
    done = codeopt(
        *("run", "-C", str(root), "src/loglens/report.py::running_bytes", "--json", *QUICK, *ALIKE),
        *("--strategy", "best-of-n", "--model", f"replay:{REPLIES}"),
        home=home,
    )
    assert done.code == 0, done.err
    document = done.document
    assert document["cost"]["calls"] == 2
    kept = {each["target"]: each["diff"] for each in document["kept"]}
    return kept, {each["target"]: each["reason"]["code"] for each in document["rejected"]}


def goes_through_again(root: Path, place: Path) -> None:
    """Replay the latest run from its record alone, then with one answer changed by a space."""
    keep(wiring.open_store(wiring.open_repository(root)).find(), place)
    shutil.copytree(REPLIES, place, dirs_exist_ok=True)  # a replay records no answers of its own
    size, prompts, differences = replay(root, place)
    assert (prompts, differences) == (2, [])
    assert size > 10_000
    for file in place.glob("*.json"):
        file.write_text(file.read_text("utf-8").replace("accumulate(", "accumulate( "), "utf-8")
    assert replay(root, place)[2]


def test_recorded_answers_are_judged_alike_every_time(tmp_path: Path) -> None:
    root = plant("loglens", tmp_path / "loglens")
    before = picture(root)
    first = run(root, tmp_path)
    goes_through_again(root, tmp_path / "record")
    assert run(root, tmp_path) == first
    kept, rejected = first
    target = "src/loglens/report.py::running_bytes"
    assert "accumulate" in kept[target]
    assert rejected == {target: "result-differs"}
    assert picture(root) == before
    branches = git(root, "branch", "--list", "codeopt/*").split()
    assert len(branches) == 2
    trees = {git(root, "rev-parse", f"{branch}^{{tree}}") for branch in branches}
    assert len(trees) == 1
