"""Decisions are durable at once, can be taken back, and are found again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeopt.adapters.sqlite_journal import MemoryJournal
from codeopt.ledger import Ledger
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Attempt, ClassSpeed
from codeopt.model.review import Choice, Exchange, Kind
from codeopt.model.run import RunRecord
from codeopt.model.tree import FunctionTree, Node, NodeKind
from codeopt.opinions import Opinions
from codeopt.review import describe
from codeopt.review.session import Review
from tests.support import values


def record() -> RunRecord:
    kept = [made(name, FunctionId("pkg/mod.py", name)) for name in "abc"]
    return values.record(*kept, values.rejected())


def made(digest: str, target: FunctionId) -> Attempt:
    """Return a kept rewrite of a function of its own."""
    return replace(values.kept(), candidate_digest=digest, target=target)


def opinions() -> Opinions:
    return Opinions(Ledger(MemoryJournal()), Ledger(MemoryJournal()))


def test_a_decision_is_durable_and_found_again() -> None:
    store = opinions()
    review = Review.of(record(), store.give)
    review.decide(0, Choice.ACCEPTED)
    review.decide(2, Choice.REJECTED, "two\n loops")
    (rejected,) = store.rejected()
    assert (rejected.candidate_digest, rejected.remark) == ("c", "two loops")
    assert str(rejected.reason) == "a person rejected this rewrite: two loops"
    again = Review.of(record(), store.give, store.all())
    assert [again.choice(n) for n in range(3)] == [Choice.ACCEPTED, Choice.OPEN, Choice.REJECTED]
    assert [a.candidate_digest for a in again.accepted] == ["a"]
    assert again.undo() is None
    assert describe.closing(again) == "1 accepted, 1 rejected, 1 open."


def test_undo_takes_back_one_decision_at_a_time() -> None:
    store = opinions()
    review = Review.of(record(), store.give)
    review.decide(1, Choice.ACCEPTED)
    review.decide(1, Choice.REJECTED, "no")
    assert review.undo() == 1
    assert review.choice(1) is Choice.ACCEPTED
    assert store.rejected() == ()
    assert review.undo() == 1
    assert review.choice(1) is Choice.OPEN
    assert review.undo() is None
    assert Review.of(record(), store.give, store.all()).choices == {}


@pytest.mark.parametrize(
    ("decided", "at", "following"), [((), -1, 0), ((0,), 0, 1), ((2,), 2, 0), ((0, 1, 2), 1, None)]
)
def test_the_next_open_patch(decided: tuple[int, ...], at: int, following: int | None) -> None:
    review = Review.of(record(), opinions().give)
    for number in decided:
        review.decide(number, Choice.ACCEPTED)
    assert review.following(at) == following


def test_of_two_patches_of_a_function_one_goes_in() -> None:
    store = opinions()
    first, second = (made(name, values.TARGET) for name in "xy")
    other = made("z", FunctionId("pkg/mod.py", "z"))
    review = Review.of(values.record(first, other, second), store.give)
    assert [a.candidate_digest for a in review.patches] == ["x", "y", "z"]  # side by side
    assert describe.title(review, 1).endswith("(or patch 1: one of them goes in)")
    review.decide(0, Choice.ACCEPTED)
    assert [review.choice(n) for n in range(3)] == [
        Choice.ACCEPTED,
        Choice.PASSED_OVER,
        Choice.OPEN,
    ]
    review.decide(1, Choice.ACCEPTED)  # on second thoughts
    assert [a.candidate_digest for a in review.accepted] == ["y"]
    assert [a.candidate_digest for a in review.others(2)] == ["y"]
    assert store.rejected() == ()  # nothing speaks against what was passed over
    assert describe.closing(review) == "1 accepted, 0 rejected, 1 open, 1 passed over."
    review.undo()
    assert [a.candidate_digest for a in review.accepted] == ["x"]
    review.undo()
    assert review.choices == {}
    assert [a.candidate_digest for a in review.others(2)] == ["x"]
    review.decide(0, Choice.REJECTED)
    assert [a.candidate_digest for a in review.others(2)] == ["y"]
    assert [a.candidate_digest for a in review.others(0)] == ["z"]


def test_what_was_said_is_told_with_what_came_of_it() -> None:
    remark = Exchange(values.TARGET, "digest", Kind.REMARK, "two\nloops", "1.5×", True, (), "m")
    edit = Exchange(
        values.TARGET, "digest", Kind.EDIT, "--- a\n+++ b\n@@ -1 +1,2 @@\n-x\n+y\n+z\n", "no", False
    )
    other = replace(edit, target=FunctionId("pkg/mod.py", "other"))
    review = Review.of(values.record(exchanges=(remark, edit, other)), opinions().give)
    review.decide(0, Choice.REJECTED, "too clever")
    assert describe.talk(review, 0) == [
        "a person asked: two loops",
        "m: kept: 1.5×",
        "a person edited it (lines added: 2, removed: 1)",
        "the judge: not kept: no",
        "list-to-set was rejected: too clever",
    ]
    assert describe.outcome(remark) == "a new patch: 1.5×"
    assert describe.outcome(edit) == "the patch stays as it was: no"


def test_a_profile_beside_the_one_before() -> None:
    before = values.record().profile
    assert before is not None
    spot = replace(before.hotspots[0], own_seconds=0.3)
    after = replace(before, hotspots=(spot,), total_seconds=2.0)
    assert describe.compared(before, after) == [
        ("all", "4,000.0 ms", "2,000.0 ms", "-50%"),
        ("pkg/mod.py::Box.size", "1,500.0 ms", "300.0 ms", "-80%"),
    ]


def test_what_a_person_is_told() -> None:
    speed = ClassSpeed("list\n[31m", 3, values.SPEEDUP)
    measured = values.measurement(classes=(speed,), workload=values.WHOLE)
    attempt = replace(values.kept(measurement=measured), model="openai/m")
    part = Node("part", NodeKind.NEW, "def part(x)", share=0.25)
    root = Node("size", NodeKind.ROOT, "def size(self)", children=(part,))
    trees = (FunctionTree(values.TARGET, "d", root),)
    known = values.record(attempt, values.rejected(), trees=trees)
    review = Review.of(known, opinions().give)
    assert describe.title(review, 0) == "Patch 1 of 1: pkg/mod.py::Box.size"
    lines = describe.evidence(review, 0)
    assert "50% of the workload before any change" in lines
    assert "2 paired ratios from 1.40 to 1.45" in lines
    assert "on list [31m (3 calls): 1.42× faster (95 % CI 1.36–1.48, 30 pairs)" in lines
    assert "part part: new, 25% of the workload" in lines
    assert "keeps state: a cache of 128 entries" in lines
    assert describe.tried(review.tried(0)) == ["memo: slower (try another)"]


@pytest.mark.parametrize(
    ("ratios", "drawn"),
    [
        ((), ""),
        ((1.5, 1.5), "1.50×   █  1.50×"),
        ((1.0, 1.0, 1.1, 2.0), "1.00× █   ▃ 2.00×"),
    ],
)
def test_a_histogram(ratios: tuple[float, ...], drawn: str) -> None:
    assert describe.histogram(ratios, bins=4 if len(ratios) < 3 else 5) == drawn
