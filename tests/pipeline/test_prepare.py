"""What is worth optimising is chosen by heat and by name; what is known is not found out again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.config import RunSettings
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.errors import NoTargetsError, UsageError
from codeopt.model.events import Noted, Profiled, Recorded, StageFinished, StageStarted
from codeopt.model.events import Stage as Name
from codeopt.model.evidence import Hotspot, Profile
from codeopt.pipeline import prepare
from codeopt.pipeline.tools import Tools
from tests.pipeline.stage import F, G, Stage, Told, ToldJudge
from tests.support import values

INNER = FunctionId("mod.py", "f.<locals>.inner")
TEST = FunctionId("test_mod.py", "test_f")


def heat(**shares: float) -> Profile:
    """Return a profile in which functions have these shares of the workload."""
    names = {"f": F, "g": G, "inner": INNER, "test": TEST}
    spots = [
        Hotspot(names[name], 0, 0, share, share, 9, (), 0, share) for name, share in shares.items()
    ]
    return Profile(values.WORKLOAD, tuple(spots), 1.0, 9, 0.002)


@pytest.fixture
def known(tmp_path: Path) -> tuple[Tools, CodeMap]:
    stage = Stage.build(tmp_path)
    optimiser = stage.optimiser(Told([]), ToldJudge({}))
    return optimiser.tools, optimiser.ground.code


@pytest.mark.parametrize(
    ("shares", "texts", "expected"),
    [
        ({"f": 0.2, "g": 0.7}, (), [G, F]),
        ({"f": 0.2, "g": 0.001}, (), [F]),
        ({"f": 0.2, "test": 0.8}, (), [F]),
        ({"inner": 0.6, "g": 0.3}, (), [F, G]),
        ({"f": 0.2, "inner": 0.2, "g": 0.3}, (), [F, G]),
        ({"g": 0.7}, ("mod.py::f",), [F]),
        ({"g": 0.7, "f": 0.1}, ("mod.py::f",), [F]),
        ({"g": 0.7, "f": 0.1}, ("mod.py",), [G, F]),
        ({}, ("mod.py::g", "mod.py::f"), [G, F]),
    ],
)
def test_choose(
    known: tuple[Tools, CodeMap],
    shares: dict[str, float],
    texts: tuple[str, ...],
    expected: list[FunctionId],
) -> None:
    tools, code = known
    assert list(prepare.choose(tools, code, heat(**shares), texts)) == expected


def test_the_number_of_targets_is_bounded_but_named_ones_are_all_taken(
    known: tuple[Tools, CodeMap],
) -> None:
    tools, code = known
    settings = replace(tools.settings, run=RunSettings(max_targets=1))
    tools = replace(tools, settings=settings)
    hot = heat(f=0.5, g=0.4)
    assert list(prepare.choose(tools, code, hot, ())) == [F]
    assert list(prepare.choose(tools, code, hot, ("mod.py::g", "mod.py::f"))) == [F, G]


def test_nothing_hot_is_said_with_a_way_out(known: tuple[Tools, CodeMap]) -> None:
    tools, code = known
    with pytest.raises(NoTargetsError, match="measurable part") as caught:
        prepare.choose(tools, code, heat(test=1.0), ())
    assert "--bench" in caught.value.hint
    with pytest.raises(UsageError, match="h"):
        prepare.choose(tools, code, heat(f=1.0), ("mod.py::h",))


def test_a_stage_speaks_at_both_ends() -> None:
    steps = prepare.stage(Name.PROFILE, lambda: 7, lambda found: f"found {found}")
    assert next(steps) == StageStarted(Name.PROFILE)
    ended = next(steps)
    assert isinstance(ended, StageFinished)
    assert (ended.stage, ended.detail) == (Name.PROFILE, "found 7")
    with pytest.raises(StopIteration) as stop:
        next(steps)
    assert stop.value.value == 7


def test_what_is_in_the_journal_is_not_found_out_again(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    optimiser = stage.optimiser(Told([]), ToldJudge({}))
    ground, tools = optimiser.ground, optimiser.tools  # its workload would fail: there are no tests
    stage.ledger.put("profile", "", heat(f=1.0))
    stage.ledger.put("baseline", "", values.baseline())
    stage.ledger.put("recordings", "", list(values.record().recordings))
    events = list(prepare.rank(tools, ground.setting, ground.code))
    assert [each.profile for each in events if isinstance(each, Profiled)] == [heat(f=1.0)]
    events = list(prepare.learn(tools, ground.setting, ground.code, (F,)))
    assert not [each for each in events if isinstance(each, Noted)]
    events = list(prepare.listen(tools, ground.setting, ground.code, (F,)))
    (recorded,) = [each.recording for each in events if isinstance(each, Recorded)]
    assert recorded == values.record().recordings[0]
