"""Take one candidate to a decision: cheapest check first, each with its own reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from codeopt.config import JudgeSettings, MeasureSettings
from codeopt.measure import stats
from codeopt.measure.bench import Bench
from codeopt.measure.decide import decide
from codeopt.measure.endtoend import Effort, measure_workload, predict
from codeopt.measure.lines import look_inside
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.events import CheckStarted, Event
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
from codeopt.pipeline.ground import Ground
from codeopt.verify import gate, inputs, oracle, suite
from codeopt.verify.change import change_of
from codeopt.verify.disagreement import School
from codeopt.verify.following import follow
from codeopt.worker import Place
from codeopt.workload import with_tree

T = TypeVar("T")
Steps = Generator[Event, None, T]
Step = Callable[[], CheckResult]


@dataclass(frozen=True, slots=True)
class Case:
    """Hold what the candidates of one target are judged by; ``school`` learns from wrong ones."""

    target: FunctionId
    recording: Recording
    reference: oracle.Oracle
    school: School | None = None


class Judge:
    """Judge candidates for one project."""

    def __init__(
        self,
        ground: Ground,
        *,
        judge: JudgeSettings,
        measure: MeasureSettings,
        learns: bool = True,
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
        school = School(self._place, self._project, reference, self._judge)
        return Case(recording.target, recording, reference, school if self._learns else None)

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

    def speed(self, case: Case, patch: Patch, *, confirmations: int) -> Steps[Measurement]:
        """Screen and confirm; ``confirmations`` counts those of the run before this one."""
        yield CheckStarted("speed")
        alpha = stats.spend(self._measure.alpha, confirmations + 1)
        seed = self._judge.seed
        return self._bench.measure(case.recording, texts(patch), alpha=alpha, seed=seed)

    def inside(self, case: Case, patch: Patch, measurement: Measurement) -> Measurement:
        """Add where the candidate spends its time, for the next attempt."""
        found = look_inside(self._place, self._project, case.recording, texts(patch))
        return replace(measurement, lines=found.lines, slowest=found.slowest)

    def follow(self, recording: Recording) -> Trace:
        """Trace the original through a few recorded calls."""
        return follow(self._place, self._project, recording)

    def control(self, recording: Recording) -> Control:
        """Measure the original against itself, as candidates are measured."""
        return self._bench.control(recording, seed=self._judge.seed)

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

    def workload(
        self, target: FunctionId, patch: Patch, measurement: Measurement
    ) -> Steps[Measurement]:
        """Time the whole workload with and without the patch, in turn, beside what is predicted."""
        yield CheckStarted("workload")
        effort = Effort(seconds=self._measure.workload_seconds, seed=self._judge.seed)
        before, after = self._copy("original", Patch(())), self._copy("candidate", patch)
        whole = measure_workload(before, after, self._project, self._project.workload, effort)
        return with_whole(measurement, whole, self._profile, target)

    def decide(
        self, verdict: Verdict, measurement: Measurement | None, control: Control | None
    ) -> Decision:
        """Decide on all the evidence there is."""
        return decide(verdict, measurement, self._measure, control)

    def _reaching(self, patch: Patch, declared: frozenset[FunctionId]) -> CheckResult:
        return suite.check_reaching(
            self._copy("candidate", patch),
            self._project,
            self._baseline,
            declared,
            scratch=fresh(self._scratch / "tests"),
            original=self._copy("original", Patch(())),
        )

    def _suite(self, patch: Patch) -> CheckResult:
        place, out = self._copy("candidate", patch), fresh(self._scratch / "tests")
        return suite.check_suite(place, self._project, self._baseline, scratch=out)

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


def texts(patch: Patch) -> dict[str, str]:
    """Return the new text of each file, for the harness."""
    return {each.path: each.after.decode("utf-8", "surrogateescape") for each in patch.files}


def patched_copy(base: Path, destination: Path, patch: Patch) -> Path:
    """Make a disposable copy of a tree that holds exactly the bytes of a patch."""
    shutil.rmtree(destination, ignore_errors=True)
    shutil.copytree(base, destination, symlinks=True)
    write(destination, patch)
    return destination


def write(tree: Path, patch: Patch) -> None:
    """Write the bytes of a patch into a tree, never through a link."""
    for change in patch.files:
        path = tree / change.path
        if not path.resolve().is_relative_to(tree.resolve()) or path.is_symlink():
            raise ValueError(f"{change.path} leaves the tree")
        path.write_bytes(change.after)


def fresh(directory: Path) -> Path:
    """Return an empty directory."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
