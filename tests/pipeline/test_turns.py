"""Targets take turns by what their next call promises, and a run that goes on takes the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from codeopt.config import Settings, change
from codeopt.model.candidate import Candidate, FunctionSource, Origin, Patch
from codeopt.model.code import FunctionId
from codeopt.model.errors import ModelError
from codeopt.model.events import Event, Kept, Noted, TargetFinished, TargetStarted
from codeopt.model.evidence import Attempt, Spend
from codeopt.pipeline.attempts import KeptPatch
from codeopt.pipeline.examine import Examination
from codeopt.pipeline.optimise import Optimiser
from codeopt.pipeline.rota import Paused, Rota, Visit
from codeopt.pipeline.run import Pipeline
from codeopt.pipeline.turns import Turns
from codeopt.ports import Assignment, Proposal
from codeopt.propose.digest import candidate_digest
from tests.pipeline.stage import SOURCE, F, G, Stage, ToldJudge, case, rewrite
from tests.support import values
from tests.support.command import git

SPEEDS = {"x + 0": 1.2, "x * 1": 2.0, "x - 0": 1.5, "x | 0": 1.1}
Step = tuple[float, str | Candidate]


@dataclass
class Promising:
    """Promise something before each rewrite; ``asked`` is what each was told when it was made."""

    steps: dict[FunctionId, list[Step]]
    asked: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    name: str = "promising"
    fails_at: str = ""

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        target = assignment.target.id
        for promise, body in self.steps[target]:
            yield Proposal(None, promise=promise, elsewhere=0.4)
            source = assignment.sources["mod.py"].decode()
            made = rewrite(body, target) if isinstance(body, str) else body
            self.asked.append((made.origin.technique, source, tuple(sorted(self.known))))
            if body == self.fails_at:
                raise ModelError("it cannot be used any more")
            yield Proposal(made, spend=Spend(0.5, 1, 1, 1))

    known: set[str] = field(default_factory=set)

    def observe(self, attempt: Attempt) -> None:
        self.known.add(attempt.technique)

    def fresh(self) -> Promising:
        """Return what makes proposals for one target, as a strategy is made for each."""
        return replace(self, known=set())


# f and g begin alike; then f promises little, g is worked on to its end, and f comes last
STEPS: dict[FunctionId, list[Step]] = {
    F: [(0.4, "x + 0"), (0.1, "x * 1")],
    G: [(0.4, "x - 0"), (0.2, "x | 0")],
}


def optimiser(stage: Stage, told: Promising, judge: ToldJudge, **more: float) -> Optimiser:
    made = stage.optimiser(told, judge, **more)
    plain = change(Settings(), {"without": ("simplify",)})
    made.tools = replace(made.tools, strategy=told.fresh, settings=plain)
    return made


def take(made: Optimiser) -> list[Event]:
    return list(Turns(made, {F: case(F), G: case(G)}, (F, G)).take())


def test_the_next_call_is_for_the_target_that_promises_most(tmp_path: Path) -> None:
    stage, told, judge = Stage.build(tmp_path), Promising(STEPS), ToldJudge(SPEEDS)
    made = optimiser(stage, told, judge)
    events = take(made)
    assert [body for body, *_ in told.asked] == ["x + 0", "x - 0", "x | 0", "x * 1"]
    # what was found on one target is known on the other from its next visit on
    assert [known for *_, known in told.asked] == [
        (),
        ("x + 0",),
        ("x + 0", "x - 0"),
        ("x + 0", "x - 0", "x | 0"),
    ]
    started = [(e.target, e.again) for e in events if isinstance(e, TargetStarted)]
    assert started == [(F, False), (G, False), (F, True)]
    finished = [(e.target, e.tried, e.kept) for e in events if isinstance(e, TargetFinished)]
    assert finished == [(G, 2, True), (F, 2, True)]
    visits = stage.ledger.all("visit", Visit)
    assert visits[2].promises == ((F, 0.1), (G, 0.4)), "g is expected to begin as f did"
    text = git(stage.root, "show", f"{made.meta.branch}:mod.py")
    assert text == "def f(x):\n    return x * 1\n\n\ndef g(x):\n    return x - 0\n"


def test_what_was_judged_before_another_patch_was_kept_is_judged_again(tmp_path: Path) -> None:
    stage, judge = Stage.build(tmp_path), ToldJudge(SPEEDS)
    steps = {F: [(0.4, "x * 1"), (0.1, "x + 0")], G: [(0.4, "x - 0")]}
    take(optimiser(stage, Promising(steps), judge))
    log = [line.rpartition(" ")[0] if "speed" in line else line for line in judge.log]
    assert log.count("behaviour x * 1") == log.count("speed x * 1") == 2
    (first, second) = stage.ledger.all("kept", KeptPatch)
    assert b"return x - 0" in first.patch.files[0].after
    assert second.patch.files[0].before == first.patch.files[0].after
    assert b"return x * 1" in second.patch.files[0].after


def test_a_question_is_about_the_files_as_its_target_was_begun_with(tmp_path: Path) -> None:
    told = Promising({F: [(0.4, "x + 0"), (0.1, "x * 1")], G: [(0.4, "x - 0")]})
    take(optimiser(Stage.build(tmp_path), told, ToldJudge(SPEEDS)))
    assert [(body, "x - 0" in source) for body, source, _ in told.asked] == [
        ("x + 0", False),
        ("x - 0", False),
        ("x * 1", False),
    ]


def test_drafts_are_made_for_the_files_as_their_target_was_begun_with(tmp_path: Path) -> None:
    made = optimiser(Stage.build(tmp_path), Promising(STEPS), ToldJudge(SPEEDS))
    take(made)
    made.visit = Visit(F, known=0, kept=0)
    examiner = made._assignment(made._begin(case(), [], 0)).examiner
    assert isinstance(examiner, Examination)
    draft = examiner.patch(rewrite("x | 0"))
    assert isinstance(draft, Patch)
    assert draft.files[0].before.decode() == SOURCE


KILLS = [
    f"{what} {body}"
    for body in ("x + 0", "x - 0", "x | 0", "x * 1")
    for what in ("behaviour", "speed", "tests", "workload")
    if f"{what} {body}" not in ("tests x + 0", "workload x + 0", "tests x | 0", "workload x | 0")
]


@pytest.mark.parametrize("step", KILLS)
def test_a_run_that_goes_on_asks_and_decides_the_same(step: str, tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole, straight = Stage.build(tmp_path / "whole"), Promising(STEPS)
    take(optimiser(whole, straight, ToldJudge(SPEEDS)))
    stage, first, second = Stage.build(tmp_path), Promising(STEPS), Promising(STEPS)
    with pytest.raises(KeyboardInterrupt):
        take(optimiser(stage, first, ToldJudge(SPEEDS, killed_at=step)))
    again = optimiser(stage, second, ToldJudge(SPEEDS))
    again.tip = Pipeline(again.tools, again.meta, resumed=True)._restore(again.ground.setting)
    take(again)
    # each question is one that was asked, or would have been asked, in the same words
    assert set(first.asked) | set(second.asked) == set(straight.asked)
    for kind in ("visit", "spend"):
        assert stage.ledger.keys(kind) == whole.ledger.keys(kind)
    assert stage.ledger.all("visit", Visit) == whole.ledger.all("visit", Visit)
    assert outcome(stage) == outcome(whole)
    assert stage.ledger.record().spend == Spend(2.0, 4, 4, 4)


def outcome(stage: Stage) -> list[tuple[str, str, str]]:
    attempts = stage.ledger.all("attempt", Attempt)
    reasons = (each.decision.reason for each in attempts)
    codes = (str(reason.code) if reason else "kept" for reason in reasons)
    return [(a.technique, a.diff, code) for a, code in zip(attempts, codes, strict=True)]


def test_when_time_is_up_what_passed_is_kept_and_nothing_is_begun(tmp_path: Path) -> None:
    stage, told, judge = Stage.build(tmp_path), Promising(STEPS), ToldJudge(SPEEDS)
    made = optimiser(stage, told, judge)
    events = []
    for event in Turns(made, {F: case(F), G: case(G)}, (F, G)).take():
        events.append(event)
        if isinstance(event, TargetStarted) and event.target == G:
            made.deadline = 0.0
    assert [body for body, *_ in told.asked] == ["x + 0"]
    assert [e.attempt.technique for e in events if isinstance(e, Kept)] == ["x + 0"]
    late = optimiser(Stage.build(tmp_path / "late"), Promising(STEPS), judge, deadline=0.0)
    assert take(late) == [Noted("time is up; 2 targets were not tried")]


def test_a_model_that_gives_out_ends_the_run_with_what_passed(tmp_path: Path) -> None:
    stage, told = Stage.build(tmp_path), Promising(STEPS, fails_at="x - 0")
    made = optimiser(stage, told, ToldJudge(SPEEDS))
    with pytest.raises(ModelError):
        take(made)
    assert [body for body, *_ in told.asked] == ["x + 0", "x - 0"]
    kept = [each for each in stage.ledger.all("attempt", Attempt) if each.commit]
    assert [each.technique for each in kept] == ["x + 0"]
    assert not stage.ledger.keys("done"), "another start asks again"


def together(target: FunctionId, model: str = "m", **bodies: str) -> Candidate:
    """Return a candidate that rewrites several functions."""
    functions = tuple(
        FunctionSource(FunctionId("mod.py", name), f"def {name}(x):\n    return {body}\n")
        for name, body in bodies.items()
    )
    origin = Origin("told", " ".join(bodies.values()), model=model)
    return Candidate(candidate_digest(functions), target, functions, origin=origin)


def test_a_target_that_was_rewritten_along_with_another_is_left(tmp_path: Path) -> None:
    stage, judge = Stage.build(tmp_path), ToldJudge(SPEEDS)
    both = together(G, g="x - 0", f="x ** 1")
    told = Promising({F: [(0.4, "x + 0"), (0.1, "x * 1")], G: [(0.4, both)]})
    *_, started, finished = take(optimiser(stage, told, judge))
    assert len(told.asked) == 2
    assert outcome(stage)[0][0::2] == ("x + 0", "superseded")
    assert (started, finished) == (
        TargetStarted(F, 1, 2, 0.0, again=True),
        TargetFinished(F, 1, False, "it was rewritten together with another function"),
    )
    # a kill may come after the patch is kept and before that is journalled
    key = stage.ledger.keys("attempt")[0]
    passed = stage.ledger.get("judged", key, Attempt)
    stage.ledger.put("attempt", key, passed)
    take(optimiser(stage, told, judge))
    assert outcome(stage)[0][0::2] == ("x + 0", "superseded")


def test_a_rewrite_of_several_functions_undoes_no_patch(tmp_path: Path) -> None:
    stage, judge = Stage.build(tmp_path), ToldJudge(SPEEDS)
    both = together(F, f="x * 1", g="x | 0")
    told = Promising({F: [(0.4, "x + 0"), (0.1, both)], G: [(0.4, "x - 0")]})
    made = optimiser(stage, told, judge)
    take(made)
    assert [code for *_, code in outcome(stage)] == ["kept", "kept", "superseded"]
    text = git(stage.root, "show", f"{made.meta.branch}:mod.py")
    assert "return x + 0" in text
    assert "return x - 0" in text


def test_what_had_passed_before_another_patch_undoes_none_either(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    both = together(F, f="x * 1", g="x | 0")
    told = Promising({F: [(0.4, both), (0.1, "x + 0")], G: [(0.4, "x - 0")]})
    take(optimiser(stage, told, ToldJudge(SPEEDS)))
    assert [each[::2] for each in outcome(stage)] == [
        ("x * 1 x | 0", "superseded"),
        ("x - 0", "kept"),
        ("x + 0", "kept"),
    ]


def test_a_rewrite_of_the_catalogue_ends_no_other_target(tmp_path: Path) -> None:
    stage, both = Stage.build(tmp_path), together(F, model="", f="x * 1", g="x - 0")
    told = Promising({F: [(0.4, both)], G: [(0.1, "x | 0")]})
    take(optimiser(stage, told, ToldJudge(SPEEDS)))
    assert stage.ledger.all("kept", KeptPatch)[0].along == ()
    assert len(told.asked) == 2


AGAIN: dict[FunctionId, list[Step]] = {F: [(0.4, "x * 1"), (0.1, "x + 0")], G: [(0.4, "x - 0")]}


@pytest.mark.parametrize(
    ("step", "log"),
    [
        ("behaviour x + 0", None),
        ("tests x * 1", ["tests x * 1", "workload x * 1"]),
        ("workload x * 1", ["tests x * 1", "workload x * 1"]),
    ],
)
def test_what_was_judged_again_is_not_judged_a_third_time(
    step: str, log: list[str] | None, tmp_path: Path
) -> None:
    stage, judge = Stage.build(tmp_path), ToldJudge(SPEEDS)
    with pytest.raises(KeyboardInterrupt):
        take(optimiser(stage, Promising(AGAIN), ToldJudge(SPEEDS, killed_at=step)))
    made = optimiser(stage, Promising(AGAIN), judge)
    made.tip = Pipeline(made.tools, made.meta, resumed=True)._restore(made.ground.setting)
    take(made)
    if log is None:  # it had not been judged again by then
        assert "behaviour x * 1" in judge.log
    else:
        assert judge.log == log
    first, second = stage.ledger.all("kept", KeptPatch)
    assert second.patch.files[0].before == first.patch.files[0].after


def test_others_learn_of_a_candidate_once(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    for key in ("0000", "0000 on 1", "0000 simplified"):
        attempt = replace(values.kept(technique=key), target=F)
        stage.ledger.put("judged", f"{F} {key}", attempt)
    stage.ledger.put("done", str(F), True)
    told = Promising({G: [(0.4, "x - 0")]})
    take(optimiser(stage, told, ToldJudge(SPEEDS)))
    assert told.asked[0][2] == ("0000",)


def test_a_call_that_failed_is_paid_when_it_is_answered(tmp_path: Path) -> None:
    made = Stage.build(tmp_path).optimiser(Promising({}), ToldJudge({}))
    paid = Spend(0.5, 100, 10, 1)
    assert made.pay("key", Spend()) == Spend()
    assert made.pay("key", paid) == paid
    assert made.pay("key", Spend(0.1, 1, 1, 1)) == paid
    assert made.spend == made.tools.ledger.record().spend == paid


def test_nobody_who_asked_for_a_rewrite_is_kept_waiting(tmp_path: Path) -> None:
    stage = Stage.build(tmp_path)
    stage.ledger.put("told", str(F), ["without a list, please"])
    told = Promising({F: [(0.4, "wrong"), (0.1, "x | 0")]})
    events = list(optimiser(stage, told, ToldJudge({"x | 0": 1.0})).optimise(case()))
    assert len(told.asked) == 4
    assert sum(isinstance(event, Paused) for event in events) == 2


def test_a_target_that_was_not_begun_is_expected_to_promise_by_its_share() -> None:
    rota = Rota(Stage(Path()).ledger, {F: 0.6, G: 0.3})

    def next_target() -> FunctionId | None:
        visit = rota.next((), kept=0, begins=True)
        return visit.target if visit else None

    assert next_target() == F
    rota.pause(F, Paused(0.031, elsewhere=0.1))  # g, half as hot, begins with 0.03
    assert next_target() == F
    rota.pause(F, Paused(0.031, elsewhere=0.2))  # calls turned out to be cheap
    assert next_target() == G
    rota.pause(G, Paused(0.01, elsewhere=0.2))
    assert next_target() == F


def test_a_run_that_goes_on_expects_the_same_of_what_was_not_begun() -> None:
    ledger, h = Stage(Path()).ledger, FunctionId("mod.py", "h")
    shares = {F: 0.6, G: 0.3, h: 0.15}
    # g has its turn before it is through, and by it more is expected of h
    turns = ((F, 0.02, 0.1), (G, 0.06, 0.2), (G, None, 0.0), (h, None, 0.0))

    def play(rota: Rota, *, is_through: bool) -> list[Visit | None]:
        ended, made = ({G} if is_through else set[FunctionId]()), []
        for target, promise, elsewhere in turns:
            made.append(rota.next(ended, kept=0, begins=True))
            assert made[-1] is not None
            assert made[-1].target == target
            if promise is None:
                ended.add(target)
            elif target not in ended:
                rota.pause(target, Paused(promise, elsewhere))
        return made

    whole, then = play(Rota(ledger, shares), is_through=False), Stage(Path()).ledger
    for number, visit in enumerate(whole[:3]):
        then.put("visit", f"{number:05d}", visit)
    assert play(Rota(then, shares), is_through=True) == whole
