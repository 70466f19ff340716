"""A fleet spends one budget where most is expected, and goes on after failures and kills."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from codeopt.adapters.sqlite_journal import MemoryJournal
from codeopt.fleet import plan
from codeopt.fleet.fleet import Fleet, Stopwatch
from codeopt.fleet.listing import is_remote, read_list
from codeopt.fleet.results import conclude
from codeopt.ledger import Ledger
from codeopt.model.code import FunctionId
from codeopt.model.errors import InternalError, ModelError, PreconditionError, UsageError
from codeopt.model.evidence import Spend
from codeopt.model.fleet import (
    Allotment,
    Chosen,
    Gain,
    Member,
    Prospect,
    Result,
    State,
    Survey,
)
from codeopt.model.run import RunRecord
from codeopt.report import fleet as report
from tests.support import values

BUDGET = Allotment(1.0, 1000, 600.0)


class Killed(BaseException):
    """What kill -9 is to a process."""


@dataclass
class ToldRuns:
    """Survey and finish what they are told to; ``costs`` and ``fails`` by name."""

    shares: dict[str, float]
    costs: dict[str, float] = field(default_factory=dict)
    fails: dict[str, Exception | BaseException] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    allotted: dict[str, Allotment] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict)
    asks: bool = True

    def survey(self, member: Member) -> Survey:
        self._do("survey", member)
        share = self.shares[member.name]
        prospect = Prospect(FunctionId("m.py", "f"), share, self.known.get(member.name, True))
        return Survey(f"run-{member.name}", "/r", (prospect,), self.asks)

    def finish(self, member: Member, survey: Survey, allotted: Allotment) -> RunRecord:
        self.allotted[member.name] = allotted
        self._do("finish", member)
        return values.record(spend=Spend(self.costs.get(member.name, 0.0), 0, 0, 1))

    def spent(self, member: Member, survey: Survey) -> Spend:
        return Spend(self.costs.get(member.name, 0.0), 0, 0, 1)

    def _do(self, what: str, member: Member) -> None:
        self.log.append(f"{what} {member.name}")
        error = self.fails.pop(self.log[-1], None)
        if error is not None:
            raise error


def fleet(runs: ToldRuns, ledger: Ledger | None = None, **budget: float) -> Fleet:
    ledger = ledger or Ledger(MemoryJournal())
    members = tuple(Member(name, f"/{name}") for name in runs.shares)
    most = replace(BUDGET, **budget)  # type: ignore[arg-type]
    return Fleet(members, most, ledger, runs, Stopwatch(ledger, lambda: 0.0))


def states(found: Fleet) -> dict[str, str]:
    return {m.member.name: str(m.result.state) for m in found.record().members if m.result}


def test_the_most_promising_is_first_and_what_it_leaves_goes_to_the_rest() -> None:
    runs = ToldRuns({"a": 0.1, "b": 0.7, "c": 0.2}, costs={"b": 0.1, "c": 0.2})
    found = fleet(runs)
    list(found.go())
    assert runs.log == ["survey a", "survey b", "survey c", "finish b", "finish c", "finish a"]
    assert runs.allotted["b"].usd == pytest.approx(0.7)
    assert runs.allotted["c"].usd == pytest.approx(0.9 * 2 / 3)
    assert runs.allotted["a"].usd == pytest.approx(0.7)
    assert set(states(found).values()) == {"done"}
    assert found.record().spend.usd == pytest.approx(0.3)


def test_it_goes_on_after_failures_and_tries_again_what_can_pass() -> None:
    red, quota = PreconditionError("tests are red", hint="mend them"), ModelError("no quota")
    fails = {"survey a": red, "finish b": quota, "finish c": InternalError("a bug")}
    runs = ToldRuns(dict.fromkeys("abcd", 0.5), costs={"b": 0.4}, fails=dict(fails))
    found = fleet(runs)
    list(found.go())
    assert states(found) == {"a": "failed", "b": "failed", "c": "failed", "d": "done"}
    assert found.record().spend.usd == pytest.approx(0.4), "what failed has cost something, too"
    assert "tests are red" in report.markdown(found.record())
    again = fleet(runs, found.ledger)
    runs.log.clear()
    list(again.go())
    assert runs.log == ["finish b", "finish c"]
    assert runs.allotted["b"].usd <= 1.0
    assert states(again)["a"] == "failed"
    runs.log.clear()
    list(fleet(runs, found.ledger).go(retry=True))
    assert runs.log == ["survey a", "finish a"]


@pytest.mark.parametrize("moment", ["survey b", "finish b", "finish a"])
def test_what_was_finished_before_a_kill_is_not_done_again(moment: str) -> None:
    runs = ToldRuns({"a": 0.4, "b": 0.5}, fails={moment: Killed()})
    found = fleet(runs)
    with pytest.raises(Killed):
        list(found.go())
    list(fleet(runs, found.ledger).go())
    for step in ("survey a", "survey b", "finish a", "finish b"):
        assert runs.log.count(step) == 1 + (step == moment)
    assert set(states(found).values()) == {"done"}


def test_a_run_that_was_under_way_goes_first() -> None:
    runs = ToldRuns({"a": 0.9, "b": 0.1})
    found = fleet(runs)
    events = found.go()
    while not isinstance(next(events), Chosen):
        pass
    runs.shares["c"] = 5.0
    list(fleet(runs, found.ledger).go())
    assert runs.log == ["survey a", "survey b", "survey c", "finish a", "finish c", "finish b"]


def test_when_the_time_is_up_the_rest_is_named() -> None:
    runs = ToldRuns({"a": 0.9, "b": 0.1})
    now = [0.0]
    found = fleet(runs)
    found.watch = Stopwatch(found.ledger, lambda: now[0])
    events = found.go()
    for event in events:
        if isinstance(event, Chosen):
            now[0] = 601.0
    assert states(found) == {"a": "done", "b": "not tried"}
    assert runs.log[-1] == "finish a"
    more = fleet(runs, found.ledger, seconds=1200.0)
    assert more.watch.seconds == pytest.approx(601.0), "time counts over all starts"
    list(more.go())
    assert states(more) == {"a": "done", "b": "done"}


def test_where_nothing_could_be_proposed_nothing_is_run() -> None:
    runs = ToldRuns({"a": 0.9, "b": 0.1}, known={"a": False}, asks=False)
    found = fleet(runs)
    list(found.go())
    assert runs.log == ["survey a", "survey b", "finish b"]
    assert states(found) == {"a": "done", "b": "done"}
    assert "no model is asked" in report.markdown(found.record())
    asking = ToldRuns({"a": 0.9}, known={"a": False})
    list(fleet(asking).go())
    assert asking.log[-1] == "finish a"


def test_expectations_follow_what_was_saved() -> None:
    target = FunctionId("m.py", "f")
    survey = Survey("r", "/r", (Prospect(target, 0.8, True), Prospect(target, 0.2, False)))
    before = plan.learn([])
    nothing = plan.learn([(survey, Result(State.DONE))])
    gain = Gain(target, "t", "c", 0.8, values.SPEEDUP)
    much = plan.learn([(survey, Result(State.DONE, gains=(gain,)))] * 9)
    assert nothing.expected(survey) < before.expected(survey) < much.expected(survey)
    assert plan.learn([(survey, Result(State.FAILED))]) == before, "a failure teaches nothing"


def test_a_part_is_never_more_than_what_is_left() -> None:
    for expected in ([0.0, 0.0], [1.0], [0.1, 5.0, 0.0]):
        part = plan.allot(BUDGET, expected)
        assert part.usd <= BUDGET.usd
        assert part.tokens <= BUDGET.tokens
        assert 120.0 <= part.seconds <= BUDGET.seconds
    assert plan.allot(Allotment(0.0, 0, 5.0), [1.0, 1.0]).seconds == 5.0


def test_the_report_tells_all_that_was_kept() -> None:
    runs = ToldRuns({"a|b": 0.5})
    found = fleet(runs)
    list(found.go())
    record = found.record()
    document = report.document(record)
    (row,) = document["repositories"]
    assert row["state"] == "done"
    assert row["kept"][0]["target"] == str(values.TARGET)
    assert row["rejected"] == {"not-faster": 1}
    assert "a\\|b" in report.markdown(record), "a name breaks no table"
    assert report.summary(record).startswith("1 repositories (1 done), 1 patch kept")
    assert conclude(values.record()).gains[0].saved == pytest.approx(0.5 * (1 - 1 / 1.36))


# ---------------------------------------------------------------------------- the list
def test_lines_name_a_path_and_its_workload(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text("# ours\none  pytest -q 'a b'\n\nhttps://host/x/two.git  # theirs\none\n")
    one, two, again = read_list(file)
    assert (one.name, one.source) == ("one", str(tmp_path / "one"))
    assert one.settings == (("bench", "pytest -q 'a b'"),)
    assert (two.name, two.source) == ("two", "https://host/x/two.git")
    assert again.name == "one-2"
    remote = ["git@host:x/y.git", "ssh://h/x", "a/b.bundle"]
    assert [is_remote(s) for s in (*remote, "a/b", "/a:b/c")] == [True] * 3 + [False] * 2


def test_toml_names_settings(tmp_path: Path) -> None:
    file = tmp_path / "list.toml"
    file.write_text(
        '[defaults]\nstrategy = ["catalogue"]\n[[repository]]\npath = "x"\nname = "../X"\n'
        'weight = 2\ntargets = ["a.py"]\nbench = "make bench"\n'
    )
    (member,) = read_list(file)
    assert member.name == "-X"
    assert (member.weight, member.targets) == (2.0, ("a.py",))
    assert dict(member.settings) == {"strategy": "catalogue", "bench": "make bench"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[repository]]\npath = 'x'\nbensh = 'y'", "did you mean 'bench'"),
        ("[[repository]]\nname = 'x'", "no path"),
        ("[[repository]]\npath = 'x'\nmax-cost = 3", "unknown key 'max-cost'"),
        ("[[repository]]\npath = 'x'\nweight = 'much'", "weight"),
        ("[repositories]", "did you mean 'repository'"),
        ("", "lists no repository"),
        ("[", "no TOML"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "list.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as error:
        read_list(file)
    assert complaint in f"{error.value.message} {error.value.hint}"
