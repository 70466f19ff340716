"""Take one candidate to a decision: cheapest check first, each with its own reason."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from codeopt import foreign
from codeopt.config import JudgeSettings, MeasureSettings
from codeopt.measure import stats
from codeopt.measure.bench import Bench, control_rules, judge_control
from codeopt.measure.confirming import Rules
from codeopt.measure.decide import decide
from codeopt.measure.endtoend import Effort, measure_workload, predict
from codeopt.measure.inside import Versions, control_inside, measure_inside
from codeopt.measure.lines import look_inside
from codeopt.measure.lock import sharing
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.events import CheckStarted
from codeopt.model.evidence import (
    Check,
    CheckResult,
    Control,
    Decision,
    Measurement,
    Profile,
    Recording,
    Verdict,
    WholeSpeed,
)
from codeopt.model.insight import Trace
from codeopt.model.project import WorkloadKind
from codeopt.model.reasons import Code
from codeopt.pipeline.ground import Ground
from codeopt.pipeline.steps import Steps
from codeopt.runs import require_room
from codeopt.verify import gate, inputs, oracle, suite
from codeopt.verify.change import change_of
from codeopt.verify.disagreement import School
from codeopt.verify.following import follow
from codeopt.verify.inputs import Finding
from codeopt.worker import Place
from codeopt.workload import with_tree

_PATIENCE = 120.0
_ENDLESS = frozenset({Code.TIMEOUT, Code.CRASH})
Step = Callable[[], CheckResult]


@dataclass(frozen=True, slots=True)
class Case:
    """Hold what the candidates of one target are judged by; ``school`` learns from wrong ones.

    ``inside``: no call of the workload can be made again, so that it is timed inside of it.
    """

    target: FunctionId
    recording: Recording
    reference: oracle.Oracle
    inside: bool = False
    school: School | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Hold what a candidate showed before its turn; ``findings`` are what others may learn of."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()


class Judge:
    """Judge candidates for one project; ``learns``: what one was wrong on goes before the next."""

    def __init__(
        self,
        ground: Ground,
        *,
        judge: JudgeSettings,
        measure: MeasureSettings,
        learns: bool = False,
    ) -> None:
        self._learns = learns
        self._place, self._project = ground.setting.place, ground.setting.project
        self._scratch, self._baseline = ground.setting.scratch, ground.baseline
        self._packages, self._judge, self._measure = ground.packages, judge, measure
        self._profile = ground.profile
        self._bench = Bench(self._place, self._project, measure)

    def case(self, recording: Recording) -> Case:
        """Prepare to judge candidates of a target: run the original on its inputs."""
        reference = oracle.consult(self._place, self._project, recording, self._judge)
        inside = not any(index < recording.of_workload for index in reference.answers)
        school = School(self._place, self._project, reference, self._judge)
        taught = school if self._learns else None
        return Case(recording.target, recording, reference, inside, taught)

    def behaviour(
        self, case: Case, patch: Patch, declared: frozenset[FunctionId]
    ) -> Steps[Verdict]:
        """Run the gate, the recorded calls and the generated inputs; stop at the first failure.

        What wrong candidates of the target have taught is tried after the gate, being cheap.
        """
        after = texts(patch)
        change = change_of(patch, declared, packages=self._packages)
        verdict = yield from _in_order((), (Check.GATE, lambda: gate.check(change, self._judge)))
        if verdict.same is False:
            return verdict
        taught = case.school.examine(after) if case.school else None
        if taught is not None:
            return Verdict((*verdict.checks, taught))
        return (
            yield from _in_order(
                verdict.checks,
                (Check.ORACLE, lambda: self._oracle(case, after)),
                (Check.INPUTS, lambda: self._inputs(case, after)),
            )
        )

    def foresee(self, case: Case, patch: Patch, declared: frozenset[FunctionId]) -> Foreseen:
        """Check a candidate before its turn, beside others, while nothing is measured.

        It neither learns nor knows what others taught: ``settle`` makes up for it.
        """
        after = texts(patch)
        change = change_of(patch, declared, packages=self._packages)
        found: list[Finding] = []
        steps: tuple[Step, ...] = (
            lambda: gate.check(change, self._judge),
            lambda: self._oracle(case, after),
            lambda: inputs.check(
                self._place, self._project, case.reference, after, self._judge, found=found
            ),
        )
        checks: list[CheckResult] = []
        with sharing(_PATIENCE):
            for step in steps:
                checks.append(step())
                if checks[-1].same is False:
                    break
        return Foreseen(Verdict(tuple(checks)), tuple(found))

    def settle(self, case: Case, patch: Patch, foreseen: Foreseen) -> Verdict:
        """Return the verdict that a candidate gets when its turn comes, as ``behaviour`` does."""
        gated, *rest = foreseen.verdict.checks
        if case.school is None or not rest:
            return foreseen.verdict
        taught = case.school.examine(texts(patch))
        if taught is not None:
            return Verdict((gated, taught))
        case.school.learn(foreseen.findings)
        return foreseen.verdict

    def compare(self, case: Case, patch: Patch) -> Steps[Verdict]:
        """Run the recorded calls and the generated inputs, whatever the gate says.

        Where a recorded call that differs is too large to be shown, a generated one may do.
        """
        after = texts(patch)
        yield CheckStarted(Check.ORACLE)
        first = self._oracle(case, after)
        found = first.difference
        endless = first.reason is not None and first.reason.code in _ENDLESS
        if first.same is False and (endless or (found and found.is_runnable)):
            return Verdict((first,))
        return (yield from _in_order((first,), (Check.INPUTS, lambda: self._inputs(case, after))))

    def speed(self, case: Case, patch: Patch, *, confirmations: int) -> Steps[Measurement]:
        """Screen and confirm; ``confirmations`` counts those of the run before this one."""
        yield CheckStarted("speed")
        alpha = stats.spend(self._measure.alpha, confirmations + 1)
        seed = self._judge.seed
        if case.inside:
            least = math.log(self._measure.min_speedup)
            rules = Rules(least, alpha, self._measure.workload_seconds)
            return measure_inside(self._versions(case.target, patch), rules)
        return self._bench.measure(case.recording, texts(patch), alpha=alpha, seed=seed)

    def insight(self, case: Case, patch: Patch, measurement: Measurement) -> Measurement:
        """Add where the candidate spends its time, for the next attempt."""
        found = look_inside(self._place, self._project, case.recording, texts(patch))
        return replace(measurement, lines=found.lines, slowest=found.slowest)

    def follow(self, recording: Recording) -> Trace:
        """Trace the original through a few recorded calls."""
        return follow(self._place, self._project, recording)

    def control(self, recording: Recording) -> Control | None:
        """Measure the original against itself, as candidates are; None: it cannot be replayed."""
        return self._bench.control(recording, seed=self._judge.seed)

    def remember(self, control: Control) -> None:
        """Size samples by a control that was measured before."""
        self._bench.remember(control)

    def control_of(self, case: Case) -> Control | None:
        """Measure the original against itself on the way that candidates of a case take."""
        if case.inside:
            return self.control_inside(case.target)
        return self.control(case.recording)

    def control_inside(self, target: FunctionId) -> Control:
        """Measure the original against itself inside the workload."""
        rules = control_rules(self._measure.workload_seconds)
        return judge_control(control_inside(self._versions(target, Patch(())), rules))

    def tests(
        self, verdict: Verdict, patch: Patch, declared: frozenset[FunctionId]
    ) -> Steps[Verdict]:
        """Run the tests that reach the targets, then the whole suite, on the exact final bytes."""
        return (
            yield from _in_order(
                verdict.checks,
                (Check.TESTS, lambda: self._reaching(patch, declared)),
                (Check.SUITE, lambda: self._suite(patch)),
            )
        )

    def suite(self, patch: Patch) -> Steps[CheckResult]:
        """Run the whole suite, on the exact final bytes."""
        yield CheckStarted(Check.SUITE)
        return self._suite(patch)

    def workload(
        self, target: FunctionId, patch: Patch, measurement: Measurement
    ) -> Steps[Measurement]:
        """Time the whole workload with and without the patch, in turn, beside what is predicted."""
        whole = yield from self.whole(patch)
        return with_whole(measurement, whole, self._profile, target)

    def whole(self, patch: Patch) -> Steps[WholeSpeed | None]:
        """Time the whole workload with and without the patch, in turn."""
        yield CheckStarted("workload")
        effort = Effort(seconds=self._measure.workload_seconds, seed=self._judge.seed)
        before, after = self._copy("original", Patch(())), self._copy("candidate", patch)
        return measure_workload(before, after, self._project, self._project.workload, effort)

    def decide(
        self, verdict: Verdict, measurement: Measurement | None, control: Control | None
    ) -> Decision:
        """Decide on all the evidence there is."""
        alone = self.tests_only
        return decide(verdict, measurement, self._measure, control, tests_only=alone)

    @property
    def tests_only(self) -> bool:
        """Tell whether the tests alone may vouch for what cannot be compared."""
        return "tests-only" in self._judge.allow

    def _versions(self, target: FunctionId, patch: Patch) -> Versions:
        before, after = self._copy("original", Patch(())), self._copy("candidate", patch)
        return Versions(before, after, self._project, target, self._judge.seed)

    def _reaching(self, patch: Patch, declared: frozenset[FunctionId]) -> CheckResult:
        return _certain(
            suite.check_reaching(
                self._copy("candidate", patch),
                self._project,
                self._baseline,
                declared,
                scratch=foreign.fresh(self._scratch / "tests"),
                original=self._copy("original", Patch(())),
            )
        )

    def _suite(self, patch: Patch) -> CheckResult:
        place, out = self._copy("candidate", patch), foreign.fresh(self._scratch / "tests")
        found = suite.check_suite(place, self._project, self._baseline, scratch=out)
        return _certain(found)

    def _copy(self, name: str, patch: Patch) -> Place:
        """Make a tree that the tests may write to."""
        tree = patched_copy(self._place.tree, self._scratch / name, patch)
        return with_tree(self._place, tree)

    def _oracle(self, case: Case, after: Mapping[str, str]) -> CheckResult:
        return oracle.check(self._place, self._project, case.reference, after, self._judge)

    def _inputs(self, case: Case, after: Mapping[str, str]) -> CheckResult:
        if case.school is not None:
            return case.school.check(after)
        return inputs.check(self._place, self._project, case.reference, after, self._judge)


def with_whole(
    measurement: Measurement, whole: WholeSpeed | None, profile: Profile, target: FunctionId
) -> Measurement:
    """Add the end-to-end speed-up, the target's share, and what the two together should give."""
    spot = profile.hotspot(target)
    share = spot.cumulative_share if spot else None
    found = measurement.speedup
    if whole is not None and share is not None and found is not None:
        predicted = predict(found.estimate, share * _part_profiled(profile))
        whole = replace(whole, predicted=predicted)
    return replace(measurement, workload=whole, share=share)


def _part_profiled(profile: Profile) -> float:
    """Return the part of a run that shares are shares of: start-up and imports are left out.

    Benchmarks time themselves, so that nothing of it is in their timings.
    """
    if profile.workload.kind is WorkloadKind.BENCHMARK or not profile.process_seconds:
        return 1.0
    return min(1.0, profile.total_seconds / profile.process_seconds)


def _in_order(done: tuple[CheckResult, ...], *steps: tuple[Check, Step]) -> Steps[Verdict]:
    """Run checks until one fails, after those that are done."""
    checks = list(done)
    for check, step in steps:
        yield CheckStarted(check)
        checks.append(step())
        if checks[-1].same is False:
            break
    return Verdict(tuple(checks))


def _certain(found: CheckResult) -> CheckResult:
    """Return what the tests found; raise StorageError if they failed on a disk that is full."""
    if found.same is not True:
        require_room()
    return found


def texts(patch: Patch) -> dict[str, str]:
    """Return the new text of each file, for the harness."""
    return {each.path: each.after.decode("utf-8", "surrogateescape") for each in patch.files}


def patched_copy(base: Path, destination: Path, patch: Patch) -> Path:
    """Make a disposable copy of a tree that holds exactly the bytes of a patch."""
    foreign.remove(destination)
    # whole runs of both versions are compared: without bytecode, which only the original would have
    bare = shutil.ignore_patterns("__pycache__")
    shutil.copytree(base, destination, symlinks=True, ignore=bare)
    write(destination, patch)
    return destination


def write(tree: Path, patch: Patch) -> None:
    """Write the bytes of a patch into a tree, never through a link."""
    for change in patch.files:
        path = tree / change.path
        if not path.resolve().is_relative_to(tree.resolve()) or path.is_symlink():
            raise ValueError(f"{change.path} leaves the tree")
        path.write_bytes(change.after)
