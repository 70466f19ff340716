"""What objects of a private class are made of may change where no object gets out."""

from __future__ import annotations

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.config import JudgeSettings, ModelSettings
from codeopt.model.candidate import Candidate
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Assignment
from codeopt.propose.companions import companions, internal
from codeopt.propose.prompts import Prompts
from codeopt.propose.reply import Answer, Asked, read_answer
from codeopt.propose.strategies.best_of_n import BestOfN
from codeopt.verify import gate
from codeopt.verify.change import change_of
from tests.support.assignments import assignment
from tests.support.scripted import ScriptedModel

INDEX = '''"""An index."""


class _Index:
    """Find places by names."""

    __slots__ = ("pairs",)

    def __init__(self, names):
        self.pairs = [(name, place) for place, name in enumerate(names)]

    def look(self, name):
        for each, place in self.pairs:
            if each == name:
                return place
        return -1

    def __len__(self):
        return len(self.pairs)
'''
REPORT = """from shop.index import _Index


def places(names, wanted):
    index = _Index(names)
    return [index.look(name) for name in wanted]
"""
METHODS = [f"shop/index.py::_Index.{name}" for name in ("__init__", "look", "__len__")]
ANSWER = """A dict.

```python
class _Index:
    def __init__(self, names):
        self.pairs = {}
        for place, name in enumerate(names):
            self.pairs.setdefault(name, place)

    def look(self, name):
        return self.pairs.get(name, -1)


def places(names, wanted):
    look = _Index(names).look
    return [look(name) for name in wanted]
```
"""


def work(report: str = REPORT, index: str = INDEX, **more: str) -> Assignment:
    sources = {"shop/index.py": index, "shop/report.py": report}
    sources |= {f"{name}.py": text for name, text in more.items()}
    return assignment(sources, "shop/report.py::places")


def named(found: Assignment) -> list[str]:
    return [str(each.id) for each in companions(found)]


def body(*lines: str) -> str:
    return "\n    ".join(["from shop.index import _Index\n\n\ndef places(names, wanted):", *lines])


def test_all_methods_of_a_class_that_only_the_target_uses() -> None:
    assert named(work()) == METHODS


@pytest.mark.parametrize(
    "lines",
    [
        ("index = _Index(names)", "return [index.look(n) for n in wanted if n in index]"),
        ("index = _Index(names)", "return sum(index.look(n) for n in wanted), len(index)"),
        ("return _Index(names).pairs",),
        ("index = None", "if index is None:", "    index = _Index(names)", "return index[0]"),
        ("for each in _Index(names):", "    yield each"),
    ],
)
def test_what_keeps_an_object_in(lines: tuple[str, ...]) -> None:
    assert named(work(body(*lines))) == METHODS


@pytest.mark.parametrize(
    "lines",
    [
        ("return _Index(names)",),
        ("index = _Index(names)", "return index"),
        ("return [_Index(names)]",),
        ("index = _Index(names)", "return index.look"),
        ("index = _Index(names)", "return lambda name: index.look(name)"),
        ("index = _Index(names)", "return (index.look(name) for name in wanted)"),
        ("index = _Index(names)", "def look(n):", "    return index.look(n)", "return look"),
        ("index = _Index(names)", "wanted.append(index)", "return index.look(0)"),
        ("names.index = _Index(names)", "return names.index.look(0)"),
        ("index = _Index(names)", "print(index)", "return index.look(0)"),
        ("index = _Index(names)", "return index.__dict__"),
        ("index = _Index(names)", "return locals()"),
        ("index = _Index(names) or wanted", "return index.look(0)"),
        ("make = _Index", "index = _Index(names)", "return make"),
        ("global index", "index = _Index(names)", "return index.look(0)"),
        ("from shop.index import _Index as I", "return I(names), _Index(names).look(0)"),
        ("import shop.index", "return shop.index._Index(names), _Index(names).look(0)"),
        ("index = one = _Index(names)", "return index.look(0)"),
        ("index = _Index(names)", "return index in wanted"),
    ],
)
def test_what_lets_an_object_out(lines: tuple[str, ...]) -> None:
    assert named(work(body(*lines))) == []


def test_it_may_go_through_functions_that_change_along() -> None:
    through = body(
        "index = _make(names)",
        "return [_ask(name, index=index) for name in wanted]\n",
    )
    made = "\n\ndef _make(names):\n    made = _Index(names)\n    return made\n"
    asked = "\n\ndef _ask(name, index):\n    return index.look(name)\n"
    kept = "\n\ndef _ask(name, index):\n    KEPT.append(index)\n    return index.look(name)\n"
    found = named(work(through + made + asked))
    assert sorted(found) == sorted([*METHODS, "shop/report.py::_make", "shop/report.py::_ask"])
    assert not set(METHODS) & set(named(work(through + made + kept)))
    # a function that others call, too, may hand it to them
    user = "from shop.report import _make\n\nX = _make([])\n"
    assert named(work(through + made + asked, user=user)) == ["shop/report.py::_ask"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class _Index:", "class Index:"),
        ("class _Index:", "class _Index(dict):"),
        ("class _Index:", "@register\nclass _Index:"),
        ('__slots__ = ("pairs",)', "key = lambda self: self"),
        ("def __len__(self)", "def __eq__(self, other)"),
        ("return -1", "return self"),
        ("return -1", "return super().look(name)"),
        ("    def look", "    @staticmethod\n    def look"),
    ],
)
def test_classes_that_are_more_than_plain_and_private_stay(old: str, new: str) -> None:
    name = "Index" if new == "class Index:" else "_Index"
    assert named(work(REPORT.replace("_Index", name), INDEX.replace(old, new))) == []


@pytest.mark.parametrize(
    "other",
    [
        "from shop.index import _Index\n\nX = _Index([])\n",
        "from shop.index import _Index as I\n",
        "import shop.index\n\nX = getattr(shop.index, '_Index')\n",
        "from shop.index import _Index\n\n\nclass More(_Index):\n    pass\n",
    ],
)
def test_a_class_that_somebody_else_mentions_stays(other: str) -> None:
    assert named(work(other=other)) == []


def test_a_method_does_not_change_the_class_that_it_is_of() -> None:
    source = INDEX + "\n\ndef places(names):\n    return _Index(names).look(0)\n"
    found = assignment({"m.py": source}, "m.py::_Index.look")
    assert companions(found) == ()


def proposed(answer: str) -> Candidate | Reason | None:
    model = ScriptedModel([answer, answer])
    (proposal,) = BestOfN(model, ModelSettings(samples=1), Prompts()).propose(work())
    assert "class _Index:\n    def __init__(self, names):" in model.requests[0].messages[1].content
    reason = proposal.attempt.decision.reason if proposal.attempt else None
    return proposal.candidate or reason


def test_an_answer_may_rewrite_its_methods_in_one_block() -> None:
    found = proposed(ANSWER)
    assert isinstance(found, Candidate)
    ids = [each.id for each in found.functions]
    assert [str(each) for each in ids] == ["shop/report.py::places", *METHODS[:2]]
    sources = work().sources
    # what was not rewritten along stays with those that know the class
    assert internal(ids[0], ids[1:], sources) == frozenset(ids[1:])
    seen = {**sources, "o.py": b"from shop.index import _Index\n\n_Index([])\n"}
    assert internal(ids[0], ids[1:], seen) == frozenset()


def test_the_gate_lets_a_whole_of_it_through_and_no_more() -> None:
    found = proposed(ANSWER)
    assert isinstance(found, Candidate)
    patch = PythonLanguage().apply(found, work().sources)
    assert sorted(each.path for each in patch.files) == ["shop/index.py", "shop/report.py"]
    declared = {each.id for each in found.functions}
    assert gate.check(change_of(patch, declared), JudgeSettings()).same is True
    alone = gate.check(change_of(patch, {found.target}), JudgeSettings())
    assert alone.reason is not None
    assert alone.reason.code is Code.OTHER_CODE


def test_an_answer_adds_no_method() -> None:
    added = ANSWER.replace("    def look", "    def clear(self):\n        pass\n\n    def look")
    found = proposed(added)
    assert isinstance(found, Reason)
    assert found.code is Code.OTHER_CODE
    asked = Asked(work().target.id, REPORT[REPORT.index("def ") :], REPORT, ())
    answer = read_answer(ANSWER, asked)
    assert isinstance(answer, Reason) or (isinstance(answer, Answer) and not answer.others)
