"""A judge whose work is done by workers on other machines, and here where there is none."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from codeopt import codec, foreign
from codeopt.config import Settings
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.events import CheckStarted, Noted
from codeopt.model.evidence import Check, Measurement, Recording, Verdict
from codeopt.pipeline import errand
from codeopt.pipeline.errand import Answer, Errand, Known
from codeopt.pipeline.ground import Ground
from codeopt.pipeline.judge import Case, Foreseen, Judge, texts
from codeopt.pipeline.steps import Steps
from codeopt.ports import Parcel, Repository, Workers, WorkersLost

T = TypeVar("T")
_KINDS = {True: "measuring", False: "verifying"}
_LONGEST = 60.0  # that one measurement takes of itself
_CASE_SECONDS = 300.0  # to prepare a worker, at most


@dataclass(slots=True)
class Freight:
    """Hold the files that errands of a run take, by their digests."""

    directory: Path
    bundle: str
    snapshot: str
    known: str
    files: dict[str, Path] = field(default_factory=dict)

    @classmethod
    def load(
        cls, repository: Repository, commit: str, ground: Ground, settings: Settings
    ) -> Freight:
        """Write what all errands of a run share."""
        directory = ground.setting.scratch / "freight"
        directory.mkdir()
        bundle, known = directory / "bundle", directory / "known"
        snapshot = repository.bundle(commit, bundle)
        value = Known(settings, ground.profile, ground.baseline, ground.targets)
        known.write_text(codec.encode(value), "utf-8")
        found = {foreign.digest(file): file for file in (bundle, known)}
        one, two = found
        return cls(directory, one, snapshot, two, found)

    def add(self, file: Path) -> str:
        """Take a file along; return its digest, "" where there is none."""
        if not foreign.is_file(file):
            return ""
        digest = foreign.digest(file)
        self.files[digest] = file
        return digest


class RemoteJudge(Judge):
    """Judge by errands; what no worker can do is done here, and said once."""

    def __init__(
        self,
        ground: Ground,
        settings: Settings,
        workers: Workers,
        freight: Freight,
        kept: Callable[[], tuple[Patch, ...]],
    ) -> None:
        learns = "disagreement" not in settings.run.without
        super().__init__(ground, judge=settings.judge, measure=settings.measure, learns=learns)
        self._settings, self._workers, self._freight, self._kept = settings, workers, freight, kept
        self._here = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._lost: set[bool] = set()  # by whether it is for measuring
        self._news: list[str] = []
        self._said: set[str] = set()

    def case(self, recording: Recording) -> Case:
        """Run the original here: few at once, however many workers there are elsewhere."""
        with self._here:
            return super().case(recording)

    def behaviour(
        self, case: Case, patch: Patch, declared: frozenset[FunctionId]
    ) -> Steps[Verdict]:
        """Have a candidate verified, and settle it."""
        yield CheckStarted("behaviour")
        foreseen = self.foresee(case, patch, declared)
        yield from self._told()
        return self.settle(case, patch, foreseen)

    def foresee(self, case: Case, patch: Patch, declared: frozenset[FunctionId]) -> Foreseen:
        """Have a candidate verified by any worker."""
        seconds = _CASE_SECONDS + case.reference.deadline
        found = self._ask(self._errand(errand.FORESEE, case, patch, declared), seconds=seconds)
        if found is None or found.verdict is None or not found.verdict.checks:
            with self._here:
                return super().foresee(case, patch, declared)
        return Foreseen(found.verdict)

    def settle(self, case: Case, patch: Patch, foreseen: Foreseen) -> Verdict:
        """Settle what a worker found; where it is something to learn from, see it here as well."""
        verdict = super().settle(case, patch, foreseen)
        last = verdict.checks[-1]
        elsewhere = verdict is foreseen.verdict and not foreseen.findings
        if case.school and elsewhere and last.check is Check.INPUTS and last.same is False:
            case.school.check(texts(patch))
        return verdict

    def speed(self, case: Case, patch: Patch, *, confirmations: int) -> Steps[Measurement]:
        """Have a candidate measured by a worker that may, all of its pairs by the same one."""
        if case.inside:
            return (yield from super().speed(case, patch, confirmations=confirmations))
        yield CheckStarted("speed")
        asked = self._errand(errand.SPEED, case, patch, frozenset())
        seconds = _CASE_SECONDS + 4 * max(_LONGEST, self._measure.seconds)
        asked = replace(asked, confirmations=confirmations)
        found = self._ask(asked, seconds=seconds, timing=True)
        yield from self._told()
        if found is None or found.measurement is None:
            return (yield from super().speed(case, patch, confirmations=confirmations))
        return found.measurement

    def tests(
        self, verdict: Verdict, patch: Patch, declared: frozenset[FunctionId]
    ) -> Steps[Verdict]:
        """Have the tests run by any worker."""
        yield CheckStarted(Check.TESTS)
        asked = replace(self._plain(errand.TESTS, patch, declared), verdict=verdict)
        seconds = _CASE_SECONDS + 2 * self._settings.project.test_timeout
        found = self._ask(asked, seconds=seconds)
        yield from self._told()
        if found is None or found.verdict is None:
            return (yield from super().tests(verdict, patch, declared))
        return found.verdict

    def workload(
        self, target: FunctionId, patch: Patch, measurement: Measurement
    ) -> Steps[Measurement]:
        """Have the whole workload timed by a worker that may, in both versions."""
        yield CheckStarted("workload")
        asked = self._plain(errand.WORKLOAD, patch, frozenset())
        recording = replace(asked.recording, target=target)
        asked = replace(asked, recording=recording, measurement=measurement)
        seconds = _CASE_SECONDS + 4 * self._measure.workload_seconds
        found = self._ask(asked, seconds=seconds, timing=True)
        yield from self._told()
        if found is None or found.measurement is None:
            return (yield from super().workload(target, patch, measurement))
        return found.measurement

    # ------------------------------------------------------------------ errands
    def _ask(self, asked: Errand, *, seconds: float, timing: bool = False) -> Answer | None:
        """Return the answer to an errand; None where it must be done here."""
        if timing in self._lost:
            return None
        blobs = tuple((each, self._freight.files[each]) for each in asked.needs)
        try:
            parcel = Parcel(codec.encode(asked), blobs, timing, seconds)
            answer = codec.decode(self._workers.perform(parcel), Answer)
        except WorkersLost as error:
            if timing not in self._lost:
                self._lost.add(timing)
                self._news.append(f"{error}; {_KINDS[timing]} is done on this machine from here on")
            return None
        except ValueError:  # not an answer: what a worker sends is data
            answer = Answer(problem="it answered with something that is no answer")
        if answer.problem and answer.problem not in self._said:
            self._said.add(answer.problem)
            text = f"a worker could not do what it was asked, so it is done here: {answer.problem}"
            self._news.append(text)
        return None if answer.problem else answer

    def _told(self) -> Steps[None]:
        while self._news:
            yield Noted(self._news.pop())

    def _errand(
        self, step: str, case: Case, patch: Patch, declared: frozenset[FunctionId]
    ) -> Errand:
        plain = self._plain(step, patch, declared)
        calls = self._freight.add(case.recording.file)
        return replace(plain, recording=case.recording, calls=calls)

    def _plain(self, step: str, patch: Patch, declared: frozenset[FunctionId]) -> Errand:
        freight = self._freight
        nothing = Recording(FunctionId("", ""), Path(), "", 0, 0)
        return Errand(
            step,
            freight.bundle,
            freight.snapshot,
            freight.known,
            nothing,
            "",
            patch,
            tuple(sorted(declared, key=str)),
            self._kept(),
        )
