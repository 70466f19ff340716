"""Inspect a change for ``codeopt ci``: what became slower, faster, or behaves otherwise.

The new version is what is recorded and run, since it is the one whose dependencies are installed;
the old code stands in for a candidate. The ratio of the two is then turned round.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from codeopt.discover.targets import is_optimisable
from codeopt.measure import stats
from codeopt.measure.bench import Bench
from codeopt.model.baseline import Baseline
from codeopt.model.candidate import Patch
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.model.events import CheckStarted, Noted, Stage
from codeopt.model.evidence import (
    Check,
    CheckResult,
    Difference,
    Measurement,
    Profile,
    Recording,
    Verdict,
)
from codeopt.model.inspection import Inspected, Inspection, Speed
from codeopt.model.reasons import Code
from codeopt.pipeline import details, prepare
from codeopt.pipeline.changed import new_signatures, take_apart
from codeopt.pipeline.ground import Ground, Setting
from codeopt.pipeline.guard import ALPHA, LEAST, SHORTEST, restore_deleted
from codeopt.pipeline.judge import Judge, patched_copy, texts
from codeopt.pipeline.steps import Steps
from codeopt.pipeline.tools import Instruments
from codeopt.workload import with_tree

_UNKNOWN = Baseline((), (), (), 0, 0, 0.0, 0)
_RECORDED = "no call of it was recorded"
_COLD = "not timed: it has next to no share of the workload"
_TESTED = "not timed: only tests call it, and not the workload"
_TIME = "not timed: the budget was used up"


@dataclass(slots=True)
class Inspector:
    """Inspect ``change`` (from ``base`` to ``head``); the result ends up in the ledger.

    ``profile`` says what is hot, where that is known already. ``deadline`` is of
    ``time.monotonic``: what is not done by then is left out, and told.
    """

    tools: Instruments
    base: str
    head: str
    change: Patch
    profile: Profile | None
    directory: Path
    deadline: float
    _confirmed: int = field(default=0, init=False)

    def run(self) -> Steps[None]:
        """Look at every changed function."""
        changed = take_apart(self.change)
        targets = tuple(each for each in changed.targets if self._included(each.path))
        unreadable = tuple(each for each in changed.unreadable if self._included(each))
        found = Inspection(self.base, self.head, unreadable=unreadable)
        if targets:
            found = yield from self._inspect(found, targets)
        self.tools.ledger.put("inspection", "", found)

    def _included(self, path: str) -> bool:
        return is_optimisable(path, self.tools.settings.project.exclude)

    def _inspect(self, found: Inspection, targets: tuple[FunctionId, ...]) -> Steps[Inspection]:
        setting = yield from prepare.arrange(self.tools, self.head, self.directory)
        restore_deleted(setting.place.tree, self.change)
        code = yield from prepare.explore(self.tools, setting)
        known = tuple(target for target in targets if target in code.functions)
        profile = yield from self._profile(setting, code)
        recordings = yield from prepare.listen(self.tools, setting, code, known)
        judge = self._judge(setting, code, _UNKNOWN)
        items = [self._introduce(code, profile, each) for each in recordings]
        looked = self._compare(judge, recordings, items)
        items = yield from prepare.through(Stage.COMPARE, looked, _same)
        found = replace(found, workload=setting.project.workload.label)
        found = yield from self._ask_tests(replace(found, functions=tuple(items)), setting, code)
        timed = self._measure(setting, recordings, list(found.functions))
        items = yield from prepare.through(Stage.MEASURE, timed, _timed)
        return replace(found, functions=tuple(sorted(items, key=_by_weight)))

    def _profile(self, setting: Setting, code: CodeMap) -> Steps[Profile | None]:
        """Rank the functions where there is a workload to rank them by; tests are none."""
        project = setting.project
        if self.profile is not None:
            return self.profile
        if project.tests is not None and project.tests.argv == project.workload.argv:
            return None
        return (yield from prepare.rank(self.tools, setting, code))

    def _introduce(self, code: CodeMap, profile: Profile | None, recording: Recording) -> Inspected:
        """Say what is known of a function before anything was compared."""
        target = recording.target
        share = None
        if profile is not None:
            spot = profile.hotspot(target)
            share = spot.cumulative_share if spot else 0.0
        matters = share is None or share >= self.tools.settings.profile.min_share
        note = _silence(recording) or ("" if matters else _COLD)
        line = code.functions[target].span.start_line
        new = target in new_signatures(self.change)
        return Inspected(target, line, new_signature=new, share=share, matters=matters, note=note)

    # ------------------------------------------------------------------ the same?
    @property
    def _old(self) -> Patch:
        """Return the patch that brings the old code back."""
        both = (each for each in self.change.files if each.before and each.after)
        return Patch(tuple(replace(f, before=f.after, after=f.before) for f in both))

    def _judge(self, setting: Setting, code: CodeMap, baseline: Baseline) -> Judge:
        ground = Ground.unprofiled(setting, code, baseline)
        settings = self.tools.settings
        return Judge(ground, judge=settings.judge, measure=settings.measure)

    def _compare(
        self, judge: Judge, recordings: tuple[Recording, ...], items: list[Inspected]
    ) -> Steps[list[Inspected]]:
        done = []
        for item, recording in zip(items, recordings, strict=True):
            yield CheckStarted(item.target.name)
            if recording.calls and time.monotonic() < self.deadline:
                verdict = yield from judge.compare(judge.case(recording), self._old)
                item = compared(item, verdict)
            done.append(item)
        return done

    def _ask_tests(self, found: Inspection, setting: Setting, code: CodeMap) -> Steps[Inspection]:
        """Run the tests of the new version on the old code: do they tell the two apart?"""
        if not found.different or setting.project.tests is None:
            return found
        if time.monotonic() > self.deadline:
            return found
        try:
            baseline = prepare.baseline(self.tools.settings, setting, most_runs=1)
        except PreconditionError as error:
            note = f"it is not known whether tests tell the versions apart: {error.message}"
            yield Noted(note)
            return replace(found, notes=(*found.notes, note))
        judge = self._judge(setting, code, baseline)
        result = yield from prepare.through(Stage.TESTS, judge.suite(self._old), _told)
        noticed = max(1, len(result.tests)) if result.same is False else 0
        return replace(found, noticed=noticed, tests=result.compared)

    # ------------------------------------------------------------------ faster or slower?
    def _measure(
        self, setting: Setting, recordings: tuple[Recording, ...], items: list[Inspected]
    ) -> Steps[list[Inspected]]:
        """Time what matters, the hottest first, each with its part of the time that is left."""
        by_target = {each.target: each for each in recordings}
        waiting = [each for each in items if each.matters and by_target[each.target].of_workload]
        done = {each.target: each for each in items}
        waiting.sort(key=lambda each: -(each.share or 0.0))
        for number, item in enumerate(waiting):
            yield CheckStarted(item.target.name)
            seconds = (self.deadline - time.monotonic()) / (len(waiting) - number)
            recording = by_target[item.target]
            timed = self._timed(setting, item, recording, seconds)
            done[item.target] = timed
        return list(done.values())

    def _timed(
        self, setting: Setting, item: Inspected, recording: Recording, seconds: float
    ) -> Inspected:
        """Ask first whether the old code is faster, then whether the new one is."""
        if seconds < SHORTEST:
            return replace(item, note=_TIME)
        most = min(seconds * 0.4, self.tools.settings.measure.seconds)
        back = self._time(setting, recording, self._old, least=LEAST, seconds=most)
        shown = back.speedup or back.screened
        if not shown.pairs:
            why = back.reason.text if back.reason else "its calls cannot be timed"
            return replace(item, note=why)
        item = replace(item, speed=Speed.ALIKE, speedup=shown.inverse)
        if back.speedup is not None and back.bound > LEAST:
            return self._sure(setting, item, recording, back.bound)
        if shown.estimate >= 1:
            return item
        tree = patched_copy(setting.place.tree, setting.scratch / "old", self._old)
        old = replace(setting, place=with_tree(setting.place, tree))
        least = self.tools.settings.measure.min_speedup
        ahead = self._time(old, recording, _turned(self._old), least=least, seconds=most)
        if ahead.speedup is not None and ahead.bound > least:
            return replace(item, speed=Speed.FASTER, speedup=ahead.speedup)
        return item

    def _sure(
        self, setting: Setting, item: Inspected, recording: Recording, bound: float
    ) -> Inspected:
        """Call a function slower unless identical code differs here by as much."""
        bench = Bench(setting.place, setting.project, self.tools.settings.measure)
        control = bench.control(recording, seed=self.tools.settings.judge.seed)
        if control is None or control.claims or bound > LEAST * control.speedup.high:
            return replace(item, speed=Speed.SLOWER)
        return replace(item, note="slower here, but identical code differs as well: too noisy")

    def _time(
        self, setting: Setting, recording: Recording, patch: Patch, *, least: float, seconds: float
    ) -> Measurement:
        settings = self.tools.settings
        rules = replace(settings.measure, min_speedup=least, measure_seconds=seconds)
        bench = Bench(setting.place, setting.project, rules)
        alpha, seed = stats.spend(ALPHA, 1 + self._confirmed), settings.judge.seed
        found = bench.measure(recording, texts(patch), alpha=alpha, seed=seed)
        self._confirmed += bool(found.ratios)
        return found


def _silence(recording: Recording) -> str:
    """Say why a function cannot be compared or timed by its recorded calls; "" if it can."""
    if recording.of_workload:
        return ""
    if recording.calls:
        return _TESTED
    return f"{_RECORDED}: {recording.omissions[0].reason}" if recording.omissions else _RECORDED


def _turned(patch: Patch) -> Patch:
    return Patch(tuple(replace(f, before=f.after, after=f.before) for f in patch.files))


def compared(item: Inspected, verdict: Verdict) -> Inspected:
    """Take over what the old code did on the new version's calls; which was which turns round.

    What the old code cannot be asked is no difference: made-up calls of a new signature, and
    objects that only the new version can make.
    """
    failed = next((each for each in verdict.checks if each.same is False), None)
    if failed is not None and failed.check is Check.INPUTS and item.new_signature:
        verdict, failed = Verdict(verdict.checks[:-1]), None
    count = verdict.compared(Check.ORACLE) + verdict.compared(Check.INPUTS)
    if failed is None:
        same = True if any(each.same for each in verdict.checks) else None
        return replace(item, same=same, compared=count)
    why = _unanswerable(failed)
    if why:
        return replace(item, compared=count, note=f"not compared: {why}")
    return replace(item, same=False, compared=count, difference=_swapped(failed.difference))


def _unanswerable(failed: CheckResult) -> str:
    """Say why a difference tells nothing of the function; "" where it does."""
    reason, shown = failed.reason, failed.difference
    if reason is not None and reason.code in (Code.UNVERIFIED, Code.TIMEOUT, Code.CRASH):
        return reason.text
    alien = shown is not None and shown.candidate.startswith(_ALIEN)
    if shown is not None and alien and not shown.original.startswith("raises"):
        return f"the old code {' '.join(shown.candidate.split())[:80]} on a call of the new one"
    return ""


_ALIEN = ("raises AttributeError", "raises TypeError")


def _swapped(found: Difference | None) -> Difference | None:
    if found is None:
        return None
    return replace(found, original=found.candidate, candidate=found.original)


def _by_weight(item: Inspected) -> tuple[float, FunctionId]:
    return -(item.share or 0.0), item.target


def _same(items: list[Inspected]) -> str:
    other = sum(1 for each in items if each.same is False)
    return f"{other} of {len(items)} changed functions behave otherwise"


def _timed(items: list[Inspected]) -> str:
    counted = [sum(1 for each in items if each.speed is kind) for kind in _TOLD]
    return f"{counted[0]} slower, {counted[1]} faster"


_TOLD = (Speed.SLOWER, Speed.FASTER)


def _told(result: CheckResult) -> str:
    return f"with the old code {details.tests(result)}"
