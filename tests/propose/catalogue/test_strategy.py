"""The strategy proposes all rewrites together, then one by one, and heeds what was found."""

from __future__ import annotations

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.model.candidate import Candidate
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.evidence import Attempt, Check, CheckResult, Decision, Hotspot, LineTime, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.ports import Assignment
from codeopt.propose.digest import candidate_digest
from codeopt.propose.strategies.catalogue import CatalogueStrategy

PATH = "pkg/words.py"
SOURCE = '''\
"""Words."""

import re


def _clean(text):
    return re.sub("[^a-z]+", " ", text.lower())


def top(texts, stop):
    """Count words."""
    counts = {}
    kept = []
    for text in texts:
        for word in _clean(text).split():
            if word not in stop:
                kept.append(word)
    total = ""
    for word in kept:
        total += str(word)
    return sorted(kept, key=lambda word: len(word))[:3], total, counts


class Shelf:
    def sizes(self, rows):
        return sorted(self._size(row) for row in rows)

    def _size(self, row):
        total = 0
        for cell in row:
            total += len(cell)
        return total
'''


def assignment(qualname: str, source: str = SOURCE, lines: tuple[LineTime, ...] = ()) -> Assignment:
    info = PythonLanguage().parse(PATH, source.encode())
    code = CodeMap((info,))
    target = FunctionId(PATH, qualname)
    spot = Hotspot(target, 1.0, 1.0, 0.5, 0.5, 100, lines) if lines else None
    return Assignment(code.functions[target], code, {PATH: source.encode()}, spot)


def attempt(candidate: Candidate, *, same: bool, faster: bool) -> Attempt:
    oracle = CheckResult(Check.ORACLE, same, 3)
    verdict = Verdict((CheckResult(Check.GATE, True), oracle))
    reason = Reason(Code.NOT_FASTER if same else Code.RESULT, "no")
    decision = Decision(True) if faster else Decision(False, reason)
    origin = candidate.origin
    return Attempt(
        candidate.digest,
        candidate.target,
        origin.strategy,
        origin.technique,
        decision,
        verdict,
    )


def run(work: Assignment, judge: dict[str, tuple[bool, bool]] | None = None) -> list[Candidate]:
    """Go through the proposals; ``judge`` maps techniques to (same, faster)."""
    strategy = CatalogueStrategy()
    found = []
    for proposal in strategy.propose(work):
        candidate = proposal.candidate
        assert candidate is not None
        found.append(candidate)
        if judge is not None:
            same, faster = judge.get(candidate.origin.technique, (False, False))
            strategy.observe(attempt(candidate, same=same, faster=faster))
    return found


def techniques(found: list[Candidate]) -> list[str]:
    return [candidate.origin.technique for candidate in found]


def test_certain_ones_come_first_then_all_then_each() -> None:
    found = run(assignment("top"))
    names = techniques(found)
    sure = ("lambda-key-to-getter", "string-concatenation-to-join", "regex-to-module-constant")
    assert names[0] == " + ".join(sure)
    assert "membership-list-to-set" in names[1]
    assert "sorted-slice-to-heapq" in names[1]
    assert "Taken for granted" not in found[0].origin.explanation
    assert "Taken for granted: `stop` is a list or tuple" in found[1].origin.explanation
    assert all(" + " not in name for name in names[2:])
    assert len(found) <= 10
    assert all(candidate.origin.strategy == "catalogue" for candidate in found)


def test_what_does_not_depend_on_each_other_comes_in_rounds() -> None:
    proposals = list(CatalogueStrategy().propose(assignment("top")))
    ends = [number for number, each in enumerate(proposals) if not each.goes_on]
    assert ends[0] == 1, "the certain ones and all of them"
    assert len(ends) == 2, "then each alone"
    assert ends[-1] == len(proposals) - 1


def test_each_candidate_applies_and_is_digested_by_its_content() -> None:
    for qualname in ("top", "Shelf.sizes"):
        for candidate in run(assignment(qualname)):
            patch = PythonLanguage().apply(candidate, {PATH: SOURCE.encode()})
            assert patch.files
            compile(patch.files[0].after, PATH, "exec")
            parts = (candidate.functions, candidate.helpers, candidate.imports)
            assert candidate.digest == candidate_digest(*parts)
            assert candidate.functions[0].id == candidate.target


def test_private_helpers_are_rewritten_along() -> None:
    found = run(assignment("top"))[0]
    assert [f.id.qualname for f in found.functions] == ["top", "_clean"]
    methods = run(assignment("Shelf.sizes"))[0]
    assert [f.id.qualname for f in methods.functions] == ["Shelf.sizes", "Shelf._size"]
    assert "sum(map(len, row))" in methods.functions[1].source


def test_nothing_more_when_all_together_is_kept() -> None:
    everything = techniques(run(assignment("top")))[1]
    found = run(assignment("top"), {everything: (True, True)})
    assert techniques(found)[-1] == everything
    assert len(found) == 2


def test_what_gained_alone_is_combined_and_what_was_wrong_left_out() -> None:
    names = techniques(run(assignment("top")))
    wrong = "membership-list-to-set"
    good = ("string-concatenation-to-join", "regex-to-module-constant")
    judge = {name: (True, name in good) for name in names if name != wrong and " + " not in name}
    found = techniques(run(assignment("top"), judge))
    combined = found[len(names) :]
    assert " + ".join(good) in combined
    assert len(combined) == 2
    assert all(wrong not in name for name in combined)


def test_a_neutral_whole_leaves_only_what_promises_much() -> None:
    names = techniques(run(assignment("top")))
    found = techniques(run(assignment("top"), dict.fromkeys(names[:2], (True, False))))
    assert "lambda-key-to-getter" in names
    assert "lambda-key-to-getter" not in found


def test_small_gains_on_cold_lines_are_left_out_and_hot_ones_come_first() -> None:
    hot = (LineTime(20, 0.5, 0.5), LineTime(16, 0.1, 0.1))
    names = techniques(run(assignment("top", lines=hot)))
    assert all("lambda-key-to-getter" not in name for name in names)
    singles = [name for name in names if " + " not in name]
    assert singles[0] == "string-concatenation-to-join"


def test_the_same_is_proposed_again() -> None:
    assert run(assignment("top")) == run(assignment("top"))


@pytest.mark.parametrize(
    "source",
    [
        "def top(x):\n    return x + 1\n",
        "def top(x):\n    locals()\n    return list()\n",
        "def top(x):\n    return list()\n\n\nx = (\n",
    ],
)
def test_nothing_is_proposed_where_nothing_applies(source: str) -> None:
    assert run(assignment("top", source)) == []


def test_of_two_definitions_only_the_last_can_be_meant() -> None:
    source = "def top():\n    return list()\n\n\ndef top():\n    return dict()\n"
    work = assignment("top", source)
    assert "return {}" in run(work)[0].functions[0].source
    first = next(f for f in work.code.files[0].functions)
    earlier = Assignment(first, work.code, work.sources)
    assert run(earlier) == []


def test_line_ends_and_nested_functions() -> None:
    lines = ["def top(xs):", "    def inner(ys):", "        return list(y for y in ys)"]
    source = "\r\n".join([*lines, "    return inner(xs)", ""])
    found = run(assignment("top", source))
    patch = PythonLanguage().apply(found[0], {PATH: source.encode()})
    after = source.replace("list(y for y in ys)", "[y for y in ys]")
    assert patch.files[0].after == after.encode()
    assert [f.id.qualname for f in found[0].functions] == ["top"]
    inner = run(assignment("top.<locals>.inner", source))
    assert inner[0].functions[0].source == "def inner(ys):\n    return [y for y in ys]\n"
