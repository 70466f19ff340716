"""The runs that are recorded in ``benchmarks/record.tar.xz`` come out again, byte for byte."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.recorded import ARCHIVE, JOURNAL, ledger_of, opened, pack
from benchmarks.replaying import NotRecorded, renew, replay
from benchmarks.standings import FORBIDDEN, RIGHT, STRATEGIES, UNREADABLE, WRONG, met
from fixtures import plant

RUNS = (
    *(("loglens", "busiest", strategy) for strategy in STRATEGIES),
    *(("almanac", "coldest", strategy) for strategy in ("trace", "decompose")),
)
PROMPTS = Path(__file__).resolve().parents[2] / "prompts"
ANEW = "a prompt was changed? python benchmarks/strategies.py --renew"


@pytest.fixture(scope="module")
def record() -> Iterator[Path]:
    with opened(ARCHIVE) as found:
        yield found


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("roots")
    return {name: plant(name, place / name) for name in ("almanac", "loglens")}


@pytest.mark.parametrize(("project", "name", "strategy"), RUNS)
def test_a_recorded_run_comes_out_again(
    record: Path, roots: dict[str, Path], project: str, name: str, strategy: str
) -> None:
    size, prompts, differences = replay(roots[project], record / name / strategy)
    assert not differences, (ANEW, differences[:3])
    assert size > 1_000
    assert bool(prompts) == (strategy != "catalogue")


def test_every_strategy_that_asks_meets_right_wrong_and_unparsable_answers(record: Path) -> None:
    places = sorted(record.glob("*/*"))
    assert len(places) == 14 * len(STRATEGIES)
    for strategy in STRATEGIES[1:]:
        found = [met(ledger_of(place).record()) for place in places if place.name == strategy]
        for kind in (RIGHT, WRONG, UNREADABLE):
            assert sum(each[kind] for each in found) >= 2, (strategy, kind)
    assert FORBIDDEN not in met(ledger_of(record / "busiest" / "refine").record())


def changed(place: Path, to: Path, edit: Callable[[str], str]) -> Path:
    """Copy a record with its journal edited line by line."""
    shutil.copytree(place, to)
    lines = (to / JOURNAL).read_text("utf-8").splitlines()
    (to / JOURNAL).write_text("".join(f"{edit(line)}\n" for line in lines), "utf-8")
    return to


def test_a_prompt_that_is_worded_otherwise_is_told_and_recorded_anew(
    record: Path, tmp_path: Path
) -> None:
    root = plant("loglens", tmp_path / "loglens")
    (root / "own").mkdir()
    for role in ("rewrite", "refine"):
        text = (PROMPTS / f"{role}.md").read_text("utf-8")
        (root / "own" / f"{role}.md").write_text(text.replace("functions faster", "code faster"))
    own = '\\"prompts\\": \\"own\\"'
    place = changed(
        record / "busiest" / "refine",
        tmp_path / "old",
        lambda line: line.replace('\\"prompts\\": \\"\\"', own),
    )
    differences = replay(root, place)[2]
    assert any("make Python code faster" in each for each in differences)
    renew(root, place, tmp_path / "new")
    size, prompts, differences = replay(root, tmp_path / "new")
    assert (prompts > 2, size > 1_000, differences) == (True, True, [])


def test_what_was_not_found_out_is_not_made_up(
    record: Path, roots: dict[str, Path], tmp_path: Path
) -> None:
    place = record / "busiest" / "refine"
    another = changed(place, tmp_path / "old", lambda line: line.replace("Counter", "counter"))
    assert replay(roots["loglens"], another)[2]
    with pytest.raises(NotRecorded, match="a candidate that was not judged"):
        renew(roots["loglens"], another, tmp_path / "new")


def test_an_archive_is_made_of_what_is_in_it_and_nothing_else(record: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        copy = tmp_path / name / "busiest" / "catalogue"
        shutil.copytree(record / "busiest" / "catalogue", copy)
        os.utime(copy / JOURNAL, (len(name) * 1_000, ord(name[0])))
        pack(tmp_path / name, tmp_path / f"{name}.tar.xz")
    assert (tmp_path / "one.tar.xz").read_bytes() == (tmp_path / "two.tar.xz").read_bytes()
    with opened(tmp_path / "one.tar.xz") as found:
        assert ledger_of(found / "busiest" / "catalogue").record().profile is not None
