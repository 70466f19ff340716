"""Hear all the evidence on one change: compare its functions, run the tests, measure, and rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from codeopt.model.baseline import Baseline
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.events import CheckStarted, Controlled, Noted, Stage
from codeopt.model.evidence import (
    Check,
    CheckResult,
    Control,
    Decision,
    Recording,
    Verdict,
    WholeSpeed,
)
from codeopt.model.judgement import OPEN, Finding, Judgement, ruling
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline import details, prepare
from codeopt.pipeline.changed import Changed
from codeopt.pipeline.ground import Ground, Setting
from codeopt.pipeline.judge import Case, Judge
from codeopt.pipeline.steps import Steps
from codeopt.pipeline.tools import Instruments
from codeopt.verify import suite

T = TypeVar("T")
Findings = tuple[Finding, ...]
_UNKNOWN = Baseline((), (), (), 0, 0, 0.0, 0)
_NO_SLOWER = 0.95  # what a function may lose where another one of the change gains
_FASTER_BUT = frozenset({Code.MEMORY, Code.CLASS_SLOWER, Code.WORKLOAD_SLOWER})
_NOT_ENOUGH = frozenset({Code.NOT_FASTER, Code.SLOWER})


@dataclass(slots=True)
class Hearing:
    """Hear the evidence; all functions are compared and timed with the whole change.

    ``gate`` is what the gate said of it: a change that touches too much is heard all the same.
    ``confirmations`` counts those of earlier changes that share the error budget with this one.
    ``times_workload``: the workload is timed as a whole, too.
    """

    tools: Instruments
    setting: Setting
    code: CodeMap
    changed: Changed
    gate: CheckResult
    confirmations: int = 0
    times_workload: bool = False
    cases: dict[FunctionId, Case] = field(default_factory=dict)

    def hold(self, targets: tuple[FunctionId, ...], *, speed: bool) -> Steps[Judgement]:
        """Go from the cheapest evidence to the dearest; a difference ends it."""
        recordings = yield from self._record(targets)
        if not any(each.calls for each in recordings):
            yield from self._learn()  # red or broken tests would be the better explanation
        findings = yield from self._compare(targets, recordings)
        differs = next((f.reason for f in findings if f.same is False), None)
        if differs is not None:
            return self._rule(self.gate.reason or differs, findings)
        judge, tested = yield from self._test()
        control = None
        if speed and tested.same is not False:
            control = yield from self._control(judge, findings)
            measured = self._measure(judge, findings, control)
            findings = yield from prepare.through(Stage.MEASURE, measured, details.faster)
        reason = self.gate.reason or tested.reason or against(findings, speed=speed)
        found = self._rule(reason, findings)
        return replace(found, tests=tested.compared, failed=tested.tests, control=control)

    def _rule(self, reason: Reason | None, findings: Findings) -> Judgement:
        return Judgement(ruling(reason), reason, findings, effects=self.gate.effects)

    def _judge(self, baseline: Baseline) -> Judge:
        ground = Ground.unprofiled(self.setting, self.code, baseline)
        settings = self.tools.settings
        return Judge(ground, judge=settings.judge, measure=settings.measure)

    # ------------------------------------------------------------------ the same?
    def _record(self, targets: tuple[FunctionId, ...]) -> Steps[tuple[Recording, ...]]:
        """Record calls from the workload, and from the tests what it does not call."""
        project = self.setting.project
        found = yield from prepare.listen(self.tools, self.setting, self.code, targets, "workload")
        silent = tuple(each.target for each in found if not each.calls)
        if not silent or project.tests is None or project.tests.argv == project.workload.argv:
            return found
        tests = replace(self.setting, project=replace(project, workload=project.tests))
        more = yield from prepare.listen(self.tools, tests, self.code, silent, "tests")
        heard = {each.target: each for each in more if each.calls or not _is_called(each, found)}
        return tuple(heard.get(each.target, each) for each in found)

    def _compare(
        self, targets: tuple[FunctionId, ...], recordings: tuple[Recording, ...]
    ) -> Steps[Findings]:
        judge = self._judge(_UNKNOWN)

        def consult() -> list[Case]:
            return list(self.tools.executor.map(judge.case, recordings))

        cases = yield from prepare.stage(Stage.OBSERVE, consult, details.cases)
        self.cases = {case.target: case for case in cases}
        found = self._found(judge, targets)
        return (yield from prepare.through(Stage.COMPARE, found, details.same))

    def _found(self, judge: Judge, targets: tuple[FunctionId, ...]) -> Steps[Findings]:
        findings = []
        for target in targets:
            yield CheckStarted(target.name)
            found = yield from judge.compare(self.cases[target], self.changed.code)
            findings.append(Finding(target, Verdict((self.gate, *found.checks))))
        return tuple(findings)

    def _test(self) -> Steps[tuple[Judge, CheckResult]]:
        """Run the suite on the change; where it fails, look first whether a test is just flaky."""
        judge = self._judge((yield from self._learn()))
        run = judge.suite(self.changed.code)
        found = yield from prepare.through(Stage.TESTS, run, details.tests)
        if found.same is False:
            judge = self._judge((yield from self._learn(suite.MOST_RUNS)))
            run = judge.suite(self.changed.code)
            found = yield from prepare.through(Stage.TESTS, run, details.tests)
        return judge, found

    def _learn(self, most_runs: int = 1) -> Steps[Baseline]:
        """Run the tests of the original in their own order, and in a random one."""

        def work() -> Baseline:
            return prepare.baseline(self.tools.settings, self.setting, most_runs=most_runs)

        def once() -> Baseline:
            return self.tools.ledger.once("baseline", str(most_runs), Baseline, work)

        found = yield from prepare.stage(Stage.BASELINE, once, details.baseline)
        for test in found.set_aside[:5]:
            yield Noted(f"{test.id} is set aside: {test.fault}")
        return found

    # ------------------------------------------------------------------ faster?
    def _control(self, judge: Judge, findings: Findings) -> Steps[Control | None]:
        """Measure the original against itself; a second try is for a passing disturbance."""
        cases = [self.cases[each.target] for each in findings if self._can_be_timed(each)]
        if not cases:
            return None
        case = min(cases, key=lambda each: each.inside)

        def work() -> Control | None:
            first = judge.control_of(case)
            return first if first is None or first.claims else judge.control_of(case)

        control = yield from prepare.stage(Stage.CONTROL, work, details.control)
        if control is not None:
            yield Controlled(control)
        return control

    def _can_be_timed(self, finding: Finding) -> bool:
        """Tell whether a function is the same, or cannot be compared and is called all the same."""
        case = self.cases[finding.target]
        unknown = finding.same is None and case.inside and case.recording.seen > 0
        return bool(finding.same) or unknown

    def _measure(
        self, judge: Judge, findings: Findings, control: Control | None
    ) -> Steps[Findings]:
        """Time the functions that don't differ, then the workload as a whole where one is named."""
        measured: list[Finding] = []
        for each in findings:
            if self._can_be_timed(each):
                yield CheckStarted(each.target.name)
                count = self.confirmations + sum(f.is_confirmed for f in measured)
                case = self.cases[each.target]
                found = yield from judge.speed(case, self.changed.code, confirmations=count)
                each = _timed(replace(each, measurement=found), judge, control)
            measured.append(each)
        if self.times_workload and any(each.faster for each in measured):
            whole = yield from judge.whole(self.changed.code)
            return tuple(_timed(_with(each, whole), judge, control) for each in measured)
        return tuple(measured)


def _is_called(one: Recording, found: Iterable[Recording]) -> bool:
    """Tell whether other recordings know of calls of a target that could not be recorded."""
    return any(each.seen for each in found if each.target == one.target)


def against(findings: Iterable[Finding], *, speed: bool) -> Reason | None:
    """Return what speaks against functions of which none is known to differ.

    One must be faster beyond doubt; the others may be as they were, but not slower.
    """
    findings = tuple(findings)
    worse = next((f for f in findings if _is_worse(f, alone=len(findings) == 1)), None)
    if worse is not None and worse.slow:
        return _of(worse, worse.slow, findings)
    unknown = [each for each in findings if each.same is None]
    if unknown:
        text = unknown[0].reason.text if unknown[0].reason else "nothing could be compared"
        if unknown[0].speedup:
            text += f"; timed inside the workload it is {unknown[0].speedup}"
        elif unknown[0].slow:
            text += f"; {unknown[0].slow}"
        hint = "name a workload that calls it with --bench"
        reason = Reason(Code.UNVERIFIED, text, hint)
        return _of(unknown[0], reason, findings, len(unknown) - 1)
    if not speed or any(each.faster for each in findings):
        return None
    slow = [each for each in findings if each.slow]
    first = next((each for each in slow if each.slow and each.slow.code in OPEN), slow[0])
    return _of(first, first.slow or _NOT_MEASURED, findings)


_NOT_MEASURED = Reason(Code.NOT_FASTER, "the speed was not measured")


def _is_worse(finding: Finding, *, alone: bool) -> bool:
    """Tell whether a function alone speaks against the change."""
    if finding.slow is None or finding.slow.code in OPEN:
        return False
    if finding.same is None and finding.speedup is None:  # it cannot be timed either
        return False
    if finding.slow.code not in _NOT_ENOUGH:
        return True
    return not alone and finding.speedup is not None and finding.speedup.high < _NO_SLOWER


def _of(finding: Finding, reason: Reason, findings: Sequence[Finding], more: int = 0) -> Reason:
    """Name the function that a reason is about where there are several."""
    if len(findings) == 1:
        return reason
    others = f" (and {more} more)" if more else ""
    return replace(reason, text=f"{finding.target}{others}: {reason.text}")


def _timed(finding: Finding, judge: Judge, control: Control | None) -> Finding:
    """Add what the measurement of a function amounts to, whatever the gate and no evidence say."""
    if finding.measurement is None:
        return finding
    passed: tuple[CheckResult, ...] = (CheckResult(Check.GATE, True),)
    passed += finding.verdict.checks[1:] if finding.same else (CheckResult(Check.ORACLE, True),)
    decision = judge.decide(Verdict(passed), finding.measurement, control)
    return replace(finding, faster=_is_faster(decision), slow=decision.reason)


def _is_faster(decision: Decision) -> bool | None:
    if decision.reason is None:
        return True
    code = decision.reason.code
    return None if code in OPEN else code in _FASTER_BUT


def _with(finding: Finding, whole: WholeSpeed | None) -> Finding:
    found = finding.measurement
    return replace(finding, measurement=replace(found, workload=whole)) if found else finding
