"""One target ends in at most one commit, whatever is proposed and whenever it is cut short."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.model.errors import ModelError
from codeopt.model.events import Judged, Kept, TargetFinished
from codeopt.model.evidence import Attempt, Spend
from codeopt.model.reasons import Code
from codeopt.model.review import Choice, Opinion
from codeopt.pipeline.optimise import KeptPatch, Optimiser, is_confirmed
from codeopt.pipeline.run import Pipeline
from codeopt.ports import Proposal
from codeopt.propose.briefing import history
from tests.pipeline.stage import F, G, Stage, Told, ToldJudge, case, no_code, rewrite
from tests.support import values
from tests.support.command import git, picture

SPEEDS = {"x + 0": 1.2, "x * 1": 2.0, "x | 0": 1.0, "x - 0": 1.5}


def proposals(*bodies: str) -> list[Proposal | Exception]:
    return [Proposal(rewrite(body)) for body in bodies]


def reasons(stage: Stage) -> dict[str, str]:
    found = {}
    for attempt in stage.ledger.all("attempt", Attempt):
        reason = attempt.decision.reason
        found[attempt.technique] = str(reason.code) if reason else "kept" if attempt.commit else "?"
    return found


def run(optimiser: Optimiser) -> list[object]:
    return list(optimiser.optimise(case()))


def test_the_fastest_that_passes_the_tests_is_kept(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    before = picture(stage.root)
    told = Told([*proposals("x + 0", "x * 1", "wrong", "x | 0", "x - 0"), no_code()])
    judge = ToldJudge(SPEEDS, red=("x * 1",))
    optimiser = stage.optimiser(told, judge)
    events = run(optimiser)
    assert reasons(stage) == {
        "x + 0": "superseded",
        "x * 1": "tests-failed",
        "wrong": "result-differs",
        "x | 0": "not-faster",
        "x - 0": "kept",
        "t": "empty-answer",
    }
    (kept,) = [each for each in events if isinstance(each, Kept)]
    assert git(stage.root, "show", f"{kept.branch}:mod.py").startswith(
        "def f(x):\n    return x - 0"
    )
    assert optimiser.tip == kept.attempt.commit
    tree = optimiser.ground.setting.place.tree
    assert "x - 0" in (tree / "mod.py").read_text()
    assert picture(stage.root) == before
    observed = [attempt.technique for attempt in told.observed]
    assert observed == ["x + 0", "x * 1", "wrong", "x | 0", "x - 0", "t"]
    assert isinstance(events[-1], TargetFinished)
    assert events[-1].kept
    # the error budget counts what was confirmed, and nothing that was not
    assert [line for line in judge.log if line.startswith("speed")] == [
        "speed x + 0 0",
        "speed x * 1 1",
        "speed x | 0 2",
        "speed x - 0 3",
    ]


def test_nothing_kept_leaves_no_branch(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    events = run(stage.optimiser(Told(proposals("wrong", "x | 0")), ToldJudge(SPEEDS)))
    assert git(stage.root, "branch", "--list", "codeopt/*") == ""
    (end,) = [each for each in events if isinstance(each, TargetFinished)]
    assert (end.kept, end.tried, end.why) == (False, 2, "1 result-differs, 1 not-faster")


def test_equal_code_is_judged_once(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    judge = ToldJudge(SPEEDS)
    events = run(stage.optimiser(Told(proposals("x | 0", "x | 0")), judge))
    assert judge.log == ["behaviour x | 0", "speed x | 0 0"]
    judged = [each.attempt for each in events if isinstance(each, Judged)]
    assert judged[1].decision.reason
    assert judged[1].decision.reason.code is Code.DUPLICATE


def test_what_a_person_rejected_is_not_judged_again_and_the_remark_is_handed_on(
    tmp_path: Path,
) -> None:
    stage = Stage.build(tmp_path)
    candidate = rewrite("x * 1")
    refused = Opinion(F, candidate.digest, Choice.REJECTED, "say x + x", "told", "x * 1")
    elsewhere = Opinion(G, rewrite("x - 0").digest, Choice.REJECTED)
    told, judge = Told(proposals("x * 1", "x - 0")), ToldJudge(SPEEDS)
    optimiser = stage.optimiser(told, judge)
    optimiser.tools = replace(optimiser.tools, refused=(refused, elsewhere))
    run(optimiser)
    assert reasons(stage) == {"x * 1": "rejected-by-a-person", "x - 0": "kept"}
    assert not [line for line in judge.log if "x * 1" in line]
    (assignment,) = told.assignments
    assert history(assignment.history) == "- x * 1: a person rejected this rewrite: say x + x"


def test_a_candidate_that_does_not_fit_is_a_reason(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    run(stage.optimiser(Told(proposals("(")), ToldJudge(SPEEDS)))
    assert list(reasons(stage).values()) == ["unparsable"]


def test_no_new_candidate_after_the_deadline(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    told = Told(proposals("x * 1", "x + 0"))
    run(stage.optimiser(told, ToldJudge(SPEEDS), deadline=0.0))
    assert reasons(stage) == {"x * 1": "kept"}


def test_a_model_that_gives_out_loses_nothing(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    told = Told([*proposals("x * 1"), ModelError("the key was refused", hint="set it")])
    optimiser = stage.optimiser(told, ToldJudge(SPEEDS))
    run(optimiser)
    assert reasons(stage) == {"x * 1": "kept"}
    assert isinstance(optimiser.failure, ModelError)


def test_a_bug_in_a_strategy_is_not_swallowed(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    with pytest.raises(ZeroDivisionError):
        run(stage.optimiser(Told([ZeroDivisionError()]), ToldJudge(SPEEDS)))


STEPS = [
    f"{what} {body}"
    for body in ("x + 0", "x * 1", "x - 0")
    for what in ("behaviour", "speed", "tests", "workload")
    if f"{what} {body}" not in ("tests x + 0", "workload x + 0", "workload x * 1")
]


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_costs_no_finished_work(step: str, tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    offered = [Proposal(each.candidate, spend=Spend(0.5, 1, 1, 1)) for each in PAID]
    red = ("x * 1",)
    first = ToldJudge(SPEEDS, red=red, killed_at=step)
    with pytest.raises(KeyboardInterrupt):
        run(stage.optimiser(Told(list(offered)), first))
    second = ToldJudge(SPEEDS, red=red)
    told = Told(list(offered))
    # what is found in the journal was paid for before
    run(stage.optimiser(told, second, confirmations=_confirmed(stage)))
    assert reasons(stage) == {"x + 0": "superseded", "x * 1": "tests-failed", "x - 0": "kept"}
    done = first.log[:-1]
    repeated = {line.rpartition(" ")[0] if "speed" in line else line for line in done}
    again = {line.rpartition(" ")[0] if "speed" in line else line for line in second.log}
    assert not {each for each in repeated & again if each.startswith("speed")}
    assert stage.ledger.record().spend == Spend(1.5, 3, 3, 3)
    measured = [line.split()[-1] for line in [*done, *second.log] if line.startswith("speed")]
    assert measured == ["0", "1", "2"]


PAID = [p for p in proposals("x + 0", "x * 1", "x - 0") if isinstance(p, Proposal)]


def _confirmed(stage: Stage) -> int:
    return sum(map(is_confirmed, stage.ledger.all("judged", Attempt)))


@pytest.mark.parametrize("published", [True, False])
def test_a_kill_around_the_commit_is_made_good(published: bool, tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    optimiser = stage.optimiser(Told(proposals("x * 1")), ToldJudge(SPEEDS))
    run(optimiser)
    if not published:
        git(stage.root, "update-ref", "-d", f"refs/heads/{optimiser.meta.branch}")
    again = stage.optimiser(Told([]), ToldJudge(SPEEDS))
    pipeline = Pipeline(again.tools, again.meta, resumed=True)
    assert pipeline._restore(again.ground.setting) == optimiser.tip
    assert git(stage.root, "rev-parse", optimiser.meta.branch).strip() == optimiser.tip
    assert "x * 1" in (again.ground.setting.place.tree / "mod.py").read_text()
    assert pipeline._is_done(F)
    assert not pipeline._is_done(G)


def test_a_second_target_builds_on_the_first(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    told = Told(proposals("x * 1"))
    optimiser = stage.optimiser(told, ToldJudge({"x * 1": 2.0, "x + 0": 2.0}))
    run(optimiser)
    told.proposals = [Proposal(rewrite("x + 0", G))]
    optimiser.judge.speeds.pop("x * 1")  # type: ignore[attr-defined]
    list(optimiser.optimise(case(G)))
    text = git(stage.root, "show", f"{optimiser.meta.branch}:mod.py")
    assert "return x * 1" in text
    assert "return x + 0" in text
    commits = git(stage.root, "rev-list", f"main..{optimiser.meta.branch}").split()
    assert len(commits) == 2
    kept = stage.ledger.all("kept", KeptPatch)
    assert [each.parent for each in kept] == [values.meta(commit=kept[0].parent).commit, commits[1]]
