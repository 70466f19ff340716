"""One run from its start, or from where it was cut short, to its end."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from codeopt import keep
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.events import (
    Controlled,
    Event,
    Noted,
    RunFinished,
    RunStarted,
    Stage,
    StageStarted,
)
from codeopt.model.evidence import Attempt, Control, Recording
from codeopt.model.run import Outcome, RunMeta
from codeopt.pipeline import details, prepare
from codeopt.pipeline.attempts import KeptPatch
from codeopt.pipeline.ground import Ground, Setting
from codeopt.pipeline.judge import Case, Judge, write
from codeopt.pipeline.known import confirmations, is_done
from codeopt.pipeline.optimise import Optimiser
from codeopt.pipeline.progress import Diary
from codeopt.pipeline.remote import Freight, RemoteJudge
from codeopt.pipeline.steps import Steps
from codeopt.pipeline.tools import Tools
from codeopt.pipeline.turns import Turns
from codeopt.profile.detect import require_tests
from codeopt.runs import scratch


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Run everything; ``meta`` says what was asked for."""

    tools: Tools
    meta: RunMeta
    resumed: bool = False

    def profile(self) -> Generator[Event, None, None]:
        """Stop after the profile."""
        with scratch() as directory:
            setting = yield from prepare.arrange(self.tools, self.meta.commit, directory)
            code = yield from prepare.explore(self.tools, setting)
            yield from prepare.rank(self.tools, setting, code)

    def run(self) -> Generator[Event, None, None]:
        """Go through all stages."""
        started = time.monotonic()
        ledger = self.tools.ledger
        ledger.once("meta", "", RunMeta, lambda: self.meta)
        dirty = len(self.tools.repository.status().dirty)
        diary = Diary(ledger)
        yield RunStarted(self.meta.run, self.meta.commit, self.resumed, dirty)
        with scratch() as directory:
            for event in self._stages(directory, started + self._seconds):
                diary.note(event)
                if isinstance(event, Noted):
                    ledger.put("note", event.text, event.text)
                yield event
        seconds = time.monotonic() - started
        attempts = ledger.all("attempt", Attempt)
        kept = sum(1 for attempt in attempts if attempt.commit)
        outcome = Outcome(kept, len(attempts) - kept, seconds)
        ledger.put("outcome", "", outcome)
        spend = ledger.record().spend
        yield RunFinished(self.meta.run, kept, outcome.rejected, spend, seconds)

    @property
    def _seconds(self) -> float:
        return self.tools.settings.run.max_seconds

    def _stages(self, directory: Path, deadline: float) -> Iterator[Event]:
        tools, settings = self.tools, self.tools.settings
        setting = yield from prepare.arrange(tools, self.meta.commit, directory)
        require_tests(setting.project)
        code = yield from prepare.explore(tools, setting)
        prepare.resolve(tools, code, self.meta.targets)  # a misspelt target is told at once
        found = yield from prepare.rank(tools, setting, code)
        targets = prepare.choose(tools, code, found, self.meta.targets)
        baseline = yield from prepare.learn(tools, setting, code, targets)
        recordings = yield from prepare.listen(tools, setting, code, targets)
        ground = Ground(setting, code, found, baseline, targets, recordings)
        judge = self._judge(ground)
        work = [each for each in recordings if each.calls or each.seen]
        if not work:
            yield Noted(_NO_CALLS)
            return
        if "tests-only" not in settings.judge.allow and not any(each.calls for each in work):
            yield Noted(_INSIDE_ONLY)
        control = yield from self._control(judge, work)
        if control is not None and not control.claims:
            yield Noted(_NO_CLAIM if not control.ok else f"{_TOO_NOISY}: {control.noise}")
            return
        cases = yield from self._observe(judge, work)
        tip = self._restore(setting)
        optimiser = Optimiser(tools, self.meta, ground, judge, control, deadline, tip, cases)
        optimiser.confirmations = confirmations(tools)
        optimiser.spend = tools.ledger.record().spend
        yield StageStarted(Stage.OPTIMISE)
        yield from Turns(optimiser, cases, tuple(each.target for each in work)).take()

    def _judge(self, ground: Ground) -> Judge:
        """Return the judge: one that works here, or one that has workers elsewhere."""
        tools, settings = self.tools, self.tools.settings
        if tools.workers is not None:
            freight = Freight.load(tools.repository, self.meta.commit, ground, settings)
            return RemoteJudge(ground, settings, tools.workers, freight, self._kept)
        learns = "disagreement" not in settings.run.without
        return Judge(ground, judge=settings.judge, measure=settings.measure, learns=learns)

    def _kept(self) -> tuple[Patch, ...]:
        return tuple(each.patch for each in self.tools.ledger.all("kept", KeptPatch))

    def _observe(self, judge: Judge, work: list[Recording]) -> Steps[dict[FunctionId, Case]]:
        """Run the original on the inputs of all targets, several at once: nothing is timed yet."""

        def run() -> dict[FunctionId, Case]:
            chosen = [each for each in work if not is_done(self.tools, each.target)]
            cases = self.tools.executor.map(judge.case, chosen)
            return {case.target: case for case in cases}

        return (yield from prepare.stage(Stage.OBSERVE, run, _count))

    def _control(self, judge: Judge, work: list[Recording]) -> Steps[Control | None]:
        """Measure the original against itself; a second try is for a passing disturbance.

        Where no call can be made again, the control is measured inside the workload, once there
        is something to keep.
        """

        def compare(recording: Recording) -> Control | None:
            first = judge.control(recording)
            return first if first is None or first.claims else judge.control(recording)

        def first() -> Control | None:
            found = self.tools.ledger.get("control", "", Control)
            if found is not None:
                judge.remember(found)
            replayable = (each for each in work if each.of_workload)
            while found is None and (recording := next(replayable, None)) is not None:
                found = compare(recording)
            if found is not None:
                self.tools.ledger.put("control", "", found)
            return found

        control = yield from prepare.stage(Stage.CONTROL, first, details.control)
        if control is not None:
            yield Controlled(control)
        return control

    def _restore(self, setting: Setting) -> str:
        """Bring tree and branch to where the run was when it was cut short; return its tip."""
        known = self.tools.ledger.all("kept", KeptPatch)
        for each in known:
            write(setting.place.tree, each.patch)
        if not known:
            return self.meta.commit
        tip, ours = known[-1].commit, [each.commit for each in known]
        keep.publish(self.tools.repository, self.meta, tip, tip=known[-1].parent, ours=ours)
        return tip


_NO_CALLS = (
    "no call of any target was recorded, so no rewrite could be judged; name other functions as "
    "path::name, or a workload that calls them with --bench"
)
_INSIDE_ONLY = (
    "no call of any target was recorded, so rewrites can only be timed, inside the workload, and "
    "none is kept; name other functions as path::name, or a workload that calls them with "
    "--bench, or leave it to the tests alone with --allow tests-only"
)
_NO_CLAIM = (
    "the original against itself measures a difference, twice: this machine is too noisy for any "
    "claim now, so nothing was tried; run again when it is quieter"
)

_TOO_NOISY = "this machine is too noisy for any claim now, so nothing was tried"


def _count(cases: dict[FunctionId, Case]) -> str:
    return details.cases(cases.values())
