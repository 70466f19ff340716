"""What a judge asks of another machine, and how it is done there: values in JSON both ways."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from codeopt import codec, foreign
from codeopt.bytecode import compiled
from codeopt.config import Settings
from codeopt.discover.index import discover
from codeopt.measure.lock import sharing
from codeopt.model.baseline import Baseline
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Control, Interval, Measurement, Profile, Recording, Verdict
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline.ground import Ground, Setting
from codeopt.pipeline.judge import Case, Judge, write
from codeopt.pipeline.prepare import limits_of
from codeopt.pipeline.steps import result
from codeopt.ports import Language, Sandbox, Source
from codeopt.profile.detect import find_project
from codeopt.profile.interpreter import find_interpreter
from codeopt.worker import Place

_PATIENCE = 120.0
FORESEE, SPEED, TESTS, WORKLOAD = "foresee", "speed", "tests", "workload"


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what a judge knows of a project beside its files."""

    settings: Settings
    profile: Profile
    baseline: Baseline
    targets: tuple[FunctionId, ...]


@dataclass(frozen=True, slots=True)
class Errand:
    """Ask for one step of judging; files are named by their digests.

    ``snapshot`` is the commit in ``bundle``, ``kept`` what was kept since.
    """

    step: str
    bundle: str
    snapshot: str
    known: str
    recording: Recording
    calls: str
    patch: Patch
    declared: tuple[FunctionId, ...]
    kept: tuple[Patch, ...] = ()
    confirmations: int = 0
    verdict: Verdict | None = None
    measurement: Measurement | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """List the digests of the files that the errand takes."""
        return tuple(each for each in (self.bundle, self.known, self.calls) if each)


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer an errand; ``missing`` names files that have to be sent along first."""

    verdict: Verdict | None = None
    measurement: Measurement | None = None
    missing: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Means:
    """Hold what a worker has: adapters, a directory of its own, how to get at a bundle's files.

    ``fetch`` clones a bundle to a directory and prepares the project there. ``holds`` keeps the
    directory as long as it is referred to.
    """

    directory: Path
    sandbox: Callable[[Settings], Sandbox]
    language: Language
    fetch: Callable[[Path, Path, Settings], Source]
    holds: object = None


class Depot:
    """Keep on a worker what many errands share: files, trees, judges and cases."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._lock = threading.Lock()
        self._judges: dict[tuple[str, ...], _Bench] = {}
        self._blobs = means.directory / "blobs"
        self._blobs.mkdir(parents=True, exist_ok=True)

    def blob(self, digest: str) -> Path:
        """Return the place of a file, whether it is there or not."""
        return self._blobs / digest

    def perform(self, errand: Errand) -> Answer:
        """Do an errand, or say what is missing for it."""
        missing = tuple(each for each in errand.needs if not self.blob(each).is_file())
        if missing:
            return Answer(missing=missing)
        with self._lock:  # prepared once, however many threads a worker has
            bench = self._bench(errand)
        return bench.perform(errand, self.blob(errand.calls) if errand.calls else Path())

    def _bench(self, errand: Errand) -> _Bench:
        marks = tuple(codec.encode(patch.diff()) for patch in errand.kept)
        key = (errand.bundle, errand.snapshot, errand.known, *marks)
        if key not in self._judges:
            self._judges.clear()  # a run goes forwards: what was before its last patch is done with
            state = hashlib.sha256("\0".join((errand.snapshot, *marks)).encode()).hexdigest()
            self._judges[key] = self._prepare(errand, state[:16])
        return self._judges[key]

    def _prepare(self, errand: Errand, state: str) -> _Bench:
        """Write a tree of its own for the state of a run, and set a judge before it."""
        known = codec.decode(self.blob(errand.known).read_text("utf-8"), Known)
        home = self._means.directory / f"{errand.bundle[:16]}-{errand.known[:16]}"
        source = self._means.fetch(self.blob(errand.bundle), home / "clone", known.settings)
        scratch = home / f"state-{state}"
        tree = scratch / "base"
        if not tree.is_dir():
            half = foreign.fresh(scratch) / "half"
            source.export(errand.snapshot, half)
            for patch in errand.kept:
                write(half, patch)
            half.rename(tree)  # whole, or not there
        settings, sandbox = known.settings, self._means.sandbox(known.settings)
        interpreter = find_interpreter(source.root, settings.project, sandbox)
        project = find_project(tree, interpreter, settings.project)
        place = Place(sandbox, interpreter, tree, limits=limits_of(settings))
        code = discover(tree, self._means.language, cache=self._means.directory / "code")
        ground = Ground(
            Setting(project, compiled(place, scratch), scratch),
            code,
            known.profile,
            known.baseline,
            known.targets,
            (),
        )
        return _Bench(Judge(ground, judge=settings.judge, measure=settings.measure), scratch)


class _Bench:
    """Judge candidates for one state of a run on a worker."""

    def __init__(self, judge: Judge, scratch: Path) -> None:
        self._judge, self._scratch = judge, scratch
        self._lock, self._trees = threading.Lock(), threading.Lock()
        self._cases: dict[str, Case] = {}
        self._control: Control | None = None

    def perform(self, errand: Errand, calls: Path) -> Answer:
        """Do one step."""
        if errand.step == TESTS:
            with self._trees, sharing(_PATIENCE):  # copies of the tree have one place each
                steps = self._judge.tests(
                    errand.verdict or Verdict(()), errand.patch, frozenset(errand.declared)
                )
                return Answer(verdict=result(steps))
        if errand.step == WORKLOAD:
            assert errand.measurement is not None
            target = errand.recording.target
            with self._trees:
                found = self._judge.workload(target, errand.patch, errand.measurement)
                return Answer(measurement=result(found))
        case = self._case(errand, calls)
        if errand.step == SPEED:
            return Answer(measurement=self._speed(case, errand))
        declared = frozenset(errand.declared)
        return Answer(verdict=self._judge.foresee(case, errand.patch, declared).verdict)

    def _case(self, errand: Errand, calls: Path) -> Case:
        with self._lock:
            if errand.calls not in self._cases:
                own = self._scratch / "recordings" / errand.calls[:16]
                own.mkdir(parents=True, exist_ok=True)
                file = own / "calls.bin"
                file.write_bytes(calls.read_bytes())
                self._cases[errand.calls] = self._judge.case(replace(errand.recording, file=file))
            return self._cases[errand.calls]

    def _speed(self, case: Case, errand: Errand) -> Measurement:
        """Measure where the original against itself shows no difference, and nowhere else."""
        if self._control is None:
            self._control = self._judge.control(case.recording)
        if self._control is not None and not self._control.claims:
            text = "the worker that measured is too noisy for any claim"
            reason = Reason(Code.TOO_NOISY, text, "give timing to a quieter machine")
            return Measurement("cpu", Interval(1.0, 0.0, float("inf"), 0), None, 0.0, reason=reason)
        count = errand.confirmations
        return result(self._judge.speed(case, errand.patch, confirmations=count))
