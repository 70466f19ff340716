"""Private functions that only call each other may change together, across files."""

from __future__ import annotations

import pytest

from codeopt.config import ModelSettings
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Assignment
from codeopt.propose.companions import companions, internal
from codeopt.propose.prompts import Prompts
from codeopt.propose.reply import Answer, Asked, read_answer
from codeopt.propose.strategies.best_of_n import BestOfN
from tests.support.assignments import assignment
from tests.support.scripted import ScriptedModel

INDEX = '''"""An index."""


def _index(names):
    """Build one."""
    return [(name, place) for place, name in enumerate(names)]


def _look(index, name):
    for each, place in index:
        if each == name:
            return place
    return -1
'''
REPORT = '''from shop.index import _index, _look


def places(names, wanted):
    """Return the places of wanted names."""
    index = _index(names)
    return [_look(index, name) for name in wanted]
'''
SHOP = {"shop/index.py": INDEX, "shop/report.py": REPORT}
BOTH = ["shop/index.py::_index", "shop/index.py::_look"]
ANSWER = """A dict instead of pairs.

```python
def _index(names):
    found = {}
    for place, name in enumerate(names):
        found.setdefault(name, place)
    return found


def _look(index, name):
    return index.get(name, -1)


def places(names, wanted):
    index = _index(names)
    return [_look(index, name) for name in wanted]
```
"""


def work(**more: str) -> Assignment:
    sources = {**SHOP, **{f"{name}.py": text for name, text in more.items()}}
    return assignment(sources, "shop/report.py::places")


def named(found: Assignment) -> list[str]:
    return [str(each.id) for each in companions(found)]


def test_what_only_the_target_calls_may_change_with_it() -> None:
    assert named(work()) == BOTH
    assert companions(work())[1].source.startswith("def _look(index, name):\n    for each")


@pytest.mark.parametrize(
    ("other", "left"),
    [
        ("from shop.index import _look\n\n\ndef f(x):\n    return _look([], x)\n", BOTH[:1]),
        ("from shop.index import _look as look\n", BOTH[:1]),
        ("import shop.index\n\nx = getattr(shop.index, '_index')\n", BOTH[1:]),
        ("from shop import index\n\nTABLE = {1: index._index, 2: index._look}\n", []),
        ("def _look(:\n", BOTH[:1]),  # who knows what it does
        ("x = 1  # _look and _index are named here only\n", BOTH),
        ("from shop.index import _look\n", BOTH),
    ],
)
def test_what_somebody_else_mentions_may_not(other: str, left: list[str]) -> None:
    assert named(work(other=other)) == left


def test_tests_count_and_methods_of_the_class_of_a_target_do() -> None:
    assert (
        named(work(test_index="from shop.index import _index\n\nassert _index([]) == []\n"))
        == (BOTH[1:])
    )
    box = """def _size(x):
    return len(x)


class Box:
    def one(self):
        return _size([])

    def two(self):
        return _size([1])
"""
    assert companions(assignment({"m.py": box}, "m.py::Box.one")) == ()


def test_public_and_decorated_functions_stay() -> None:
    source = """import functools


def helper(x):
    return x


@functools.cache
def _kept(x):
    return x


def f(x):
    return _kept(helper(x))
"""
    assert companions(assignment({"m.py": source}, "m.py::f")) == ()


def test_an_answer_may_rewrite_them_in_one_block() -> None:
    found = companions(work())
    asked = Asked(work().target.id, REPORT[REPORT.index("def ") :], REPORT, found)
    answer = read_answer(ANSWER, asked)
    assert isinstance(answer, Answer)
    assert [str(each.id) for each in answer.others] == BOTH
    assert answer.helpers == ()
    without = read_answer(ANSWER, Asked(asked.target, asked.original, asked.file))
    assert isinstance(without, Reason) or not without.others


def test_one_that_is_restated_does_not_change() -> None:
    asked = Asked(work().target.id, REPORT[REPORT.index("def ") :], REPORT, companions(work()))
    answer = read_answer(f"Nothing.\n```python\n{INDEX}\n\n{asked.original}```", asked)
    assert isinstance(answer, Reason)
    assert answer.code is Code.NO_CHANGE


def test_the_prompt_shows_them_once_and_the_candidate_holds_them_all() -> None:
    model = ScriptedModel([ANSWER])
    (proposal,) = BestOfN(model, ModelSettings(samples=1), Prompts()).propose(work())
    prompt = model.requests[0].messages[1].content
    assert "# shop/index.py\ndef _look(index, name):" in prompt
    assert prompt.count("def _look") == 1
    assert proposal.candidate is not None
    assert [str(f.id) for f in proposal.candidate.functions] == ["shop/report.py::places", *BOTH]


def test_it_is_found_out_from_the_sources_alone() -> None:
    sources = {path: text.encode() for path, text in SHOP.items()}
    target = work().target.id
    ids = [each.id for each in companions(work())]
    assert internal(target, ids, sources) == frozenset(ids)
    seen = {**sources, "o.py": b"from shop.index import _index\n\n_index([])\n"}
    assert internal(target, ids, seen) == {ids[1]}
