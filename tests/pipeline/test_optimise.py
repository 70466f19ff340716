"""One target ends in at most one commit, whatever is proposed and whenever it is cut short."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codeopt.memory import Memory
from codeopt.model.candidate import FunctionSource
from codeopt.model.errors import ModelError
from codeopt.model.events import Judged, Kept, TargetFinished
from codeopt.model.evidence import Attempt, Spend
from codeopt.model.reasons import Code
from codeopt.model.review import Choice, Opinion
from codeopt.pipeline.attempts import KeptPatch, is_confirmed
from codeopt.pipeline.known import is_done
from codeopt.pipeline.optimise import Optimiser
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


def test_a_round_is_verified_at_once_and_decided_in_turn(tmp_path: Path) -> None:
    bodies = ("x + 0", "wrong", "x | 0", "x * 1")
    logs, found = [], []
    for workers in (1, 2):
        stage = Stage.build(tmp_path / str(workers))
        stage.workers = workers
        together = [Proposal(rewrite(body), goes_on=body != "x | 0") for body in bodies]
        judge = ToldJudge(SPEEDS)
        run(stage.optimiser(Told([*together]), judge))
        attempts = stage.ledger.all("attempt", Attempt)
        found.append([replace(each, commit="", spend=Spend()) for each in attempts])
        logs.append(judge.log)
    assert found[0] == found[1]
    one, two = ([line for line in log if "foresee" not in line] for log in logs)
    round_ = ["foresee x + 0", "foresee wrong", "foresee x | 0"]
    assert sorted(logs[1][:3]) == sorted(round_), "before anything of the round is measured"
    assert [line.replace("settle", "behaviour") for line in two] == one
    assert "behaviour x * 1" in two, "it may depend on what was found before"


def test_equal_code_of_a_round_is_verified_once(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    stage.workers = 2
    bodies = ("x * 1", "x * 1", "x - 0", "x * 1")
    judge = ToldJudge(SPEEDS)
    run(stage.optimiser(Told([Proposal(rewrite(body), goes_on=True) for body in bodies]), judge))
    assert sorted(judge.log[:2]) == ["foresee x * 1", "foresee x - 0"]
    assert sum(line.startswith("foresee") for line in judge.log) == 2
    codes = [each.decision.reason for each in stage.ledger.all("attempt", Attempt)]
    assert [reason and str(reason.code) for reason in codes] == [
        None,
        "duplicate",
        "superseded",
        "duplicate",
    ]


def test_what_is_timed_inside_the_workload_has_a_control_of_its_own(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    judge = ToldJudge(SPEEDS)
    optimiser = stage.optimiser(Told(proposals("x + 0", "x * 1")), judge)
    list(optimiser.optimise(case(inside=True)))
    assert reasons(stage) == {"x + 0": "superseded", "x * 1": "kept"}
    assert judge.log.count("control f") == 1
    assert stage.ledger.record().control_inside is not None
    (tmp_path / "noisy").mkdir()
    noisy = Stage.build(tmp_path / "noisy")
    loud = noisy.optimiser(Told(proposals("x * 1")), ToldJudge(SPEEDS, loud=True))
    list(loud.optimise(case(inside=True)))
    assert reasons(noisy) == {"x * 1": "control-failed"}


def test_what_cannot_be_compared_is_timed_and_not_kept(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    judge = ToldJudge(SPEEDS, unknown=("x * 1",))
    list(stage.optimiser(Told(proposals("x * 1")), judge).optimise(case(inside=True)))
    (attempt,) = stage.ledger.all("attempt", Attempt)
    assert attempt.decision.reason is not None
    assert attempt.decision.reason.code is Code.UNVERIFIED
    assert "it would be 2.00× faster" in attempt.decision.reason.text


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


@pytest.mark.parametrize("red", [(), ("x * 1",)])
def test_what_gains_nothing_is_not_committed(red: tuple[str, ...], tmp_path: Path) -> None:
    """Here only layout gains nothing; what is left of the rewrite is judged and tested anew."""
    stage = Stage.build(tmp_path)
    source = FunctionSource(F, "def f( x ):\n    return x * 1\n")
    whole = replace(rewrite("x * 1"), functions=(source,))
    judge = ToldJudge(SPEEDS, red=red)
    run(stage.optimiser(Told([Proposal(whole)]), judge))
    found = {
        str(a.decision.reason.code) if a.decision.reason else a.diff: a for a in attempts(stage)
    }
    if red:  # the whole is tested, too, before it is given up
        assert [line for line in judge.log if line.startswith("tests")] == ["tests x * 1"] * 2
        assert set(found) == {"tests-failed"}
    else:
        (kept,) = (a for a in attempts(stage) if a.commit)
        assert "-    return x\n+    return x * 1\n" in kept.diff
        assert "( x )" not in kept.diff
        assert "superseded" in found
    assert judge.log.count("speed x * 1 0") == judge.log.count("speed x * 1 1") == 1


def attempts(stage: Stage) -> tuple[Attempt, ...]:
    return stage.ledger.all("attempt", Attempt)


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
    assert is_done(again.tools, F)
    assert not is_done(again.tools, G)


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


def test_what_worked_and_what_did_not_is_remembered(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    memory = Memory(tmp_path / "memory")
    offered = proposals("x * 1", "wrong", "x + 0")
    optimiser = stage.optimiser(Told([*map(by_model, offered)]), ToldJudge(SPEEDS))
    optimiser.tools = replace(optimiser.tools, memory=memory)
    run(optimiser)
    before = "def f(x):\n    return x\n"
    recalled = memory.recall(F, before)
    assert [(e.before, e.technique, e.gain) for e in recalled.examples] == [(before, "x * 1", 2.0)]
    assert [each.technique for each in recalled.rejected] == ["wrong"]
    again = Stage.build(tmp_path / "again").optimiser(Told([]), ToldJudge(SPEEDS))
    again.tools = replace(again.tools, memory=memory)
    begun = again._begin(case(), [], 0)
    assignment = again._assignment(begun)
    assert assignment.examples == recalled.examples
    assert assignment.history == recalled.rejected
    memory.learn(F, before, [replace(recalled.rejected[0], technique="later")])
    assert again._assignment(begun).history == recalled.rejected  # as journalled


def by_model(proposal: Proposal | Exception) -> Proposal:
    """Let a candidate be a model's."""
    assert isinstance(proposal, Proposal)
    assert proposal.candidate is not None
    origin = replace(proposal.candidate.origin, model="m")
    return Proposal(replace(proposal.candidate, origin=origin))
