"""Functions that a candidate rewrites beside its target are compared on calls of their own."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

from codeopt.model.candidate import Candidate, FunctionSource, Patch
from codeopt.model.code import CodeMap, FileInfo, FunctionId
from codeopt.model.evidence import Check, CheckResult, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline.beside import beside, compared
from codeopt.pipeline.judge import Case
from codeopt.pipeline.sources import Sources
from tests.pipeline.stage import case

TARGET, INNER, OUTER = (FunctionId("m.py", name) for name in ("f", "_inner", "_outer"))
SOURCE = """def _inner(x):
    return [x]


def _outer(x):
    return [x]


def f(x):
    return _inner(x) + _outer(x)


def g(x):
    return _outer(x)
"""


def candidate(*more: FunctionId) -> Candidate:
    functions = tuple(FunctionSource(each, "") for each in (TARGET, *more))
    return Candidate("d", TARGET, functions)


class Differs:
    """Compare nothing: what is told differs."""

    def __init__(self, *wrong: FunctionId) -> None:
        self.wrong, self.asked = wrong, []

    def compare(self, case: Case, patch: Patch) -> Generator[Any, None, Verdict]:
        self.asked.append(case.target)
        same = case.target not in self.wrong
        reason = None if same else Reason(Code.RESULT, "another result")
        yield from ()
        return Verdict((CheckResult(Check.ORACLE, same, 3, reason=reason),))


def run(steps: Generator[Any, None, Verdict]) -> Verdict:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def test_what_others_see_is_compared_and_what_nobody_sees_may_change(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(SOURCE)
    sources = Sources(tmp_path, CodeMap((FileInfo("m.py", "", 1),)))
    cases = {each: case(each) for each in (TARGET, INNER, OUTER)}
    found = beside(cases, candidate(INNER, OUTER), sources)
    assert [each.target for each in found] == [OUTER]
    assert beside(cases, candidate(INNER), sources) == ()
    assert beside({}, candidate(OUTER), sources) == ()
    good = Verdict((CheckResult(Check.GATE, True), CheckResult(Check.ORACLE, True, 5)))
    judge: Any = Differs()
    assert run(compared(judge, found, Patch(()), good)) == good
    assert judge.asked == [OUTER]
    verdict = run(compared(Differs(OUTER), found, Patch(()), good))  # type: ignore[arg-type]
    assert verdict.same is False
    assert verdict.reason == Reason(Code.RESULT, "m.py::_outer: another result")
