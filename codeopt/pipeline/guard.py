"""Find hot functions that a staged change makes slower: no tests, no model, a budget of seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from codeopt import foreign
from codeopt.discover.targets import is_optimisable, outermost
from codeopt.measure import stats
from codeopt.measure.bench import Bench
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.events import Event
from codeopt.model.evidence import Interval, Profile, Recording
from codeopt.pipeline import prepare
from codeopt.pipeline.ground import Setting
from codeopt.pipeline.judge import write
from codeopt.pipeline.tools import Instruments
from codeopt.profile.record import record
from codeopt.verify.change import changed_functions

MOST = 5  # functions that are measured, the hottest first
LEAST = 1.10  # times that a function must be slower, for sure
ALPHA = 0.002  # chance that a change which makes nothing slower is refused
SHORTEST = 4.0  # seconds below which measuring one function is not begun


@dataclass(frozen=True, slots=True)
class Regression:
    """Say by how much a function became slower, for sure; ``slowdown`` is new time over old."""

    target: FunctionId
    slowdown: Interval
    calls: int
    share: float


@dataclass(slots=True)
class Guard:
    """Measure a change (``staged`` is a tree with it) against what was before.

    ``change`` holds the files that differ; ``deadline`` is of ``time.monotonic``. Functions whose
    calls cannot be timed on both versions are passed over.
    """

    tools: Instruments
    staged: str
    change: Patch
    profile: Profile
    directory: Path
    deadline: float
    regressions: list[Regression] = field(default_factory=list)
    skipped: list[FunctionId] = field(default_factory=list)

    def run(self) -> Iterator[Event]:
        """Record the calls of the workload, then time both versions of what it calls."""
        targets = hot(changed(self.change), self.profile, self.tools.settings.profile.min_share)
        if not targets:
            return
        setting = yield from prepare.arrange(self.tools, self.staged, self.directory)
        code = yield from prepare.explore(self.tools, setting)
        restore_deleted(setting.place.tree, self.change)
        known = [target for target in targets[:MOST] if target in code.functions]
        out = foreign.fresh(self.directory / "calls")
        workload = replace(setting.project, tests=None)
        place = replace(prepare.disposable(setting), read=(*setting.place.read, out))
        found = record(place, workload, code, known, self.tools.settings.record, out)
        for number, recording in enumerate(found):
            self._measure(setting, recording, left=len(found) - number)

    def _measure(self, setting: Setting, recording: Recording, *, left: int) -> None:
        """Time the old version as the candidate: it is faster where the change made it slower."""
        seconds = (self.deadline - time.monotonic()) / left
        if not recording.calls or seconds < SHORTEST:
            self.skipped.append(recording.target)
            return
        settings = replace(
            self.tools.settings.measure, min_speedup=LEAST, measure_seconds=seconds * 0.8
        )
        old = {each.path: _text(each.before) for each in self.change.files if each.before}
        bench = Bench(setting.place, setting.project, settings)
        alpha = stats.spend(ALPHA, 1 + len(self.regressions))
        found = bench.measure(recording, old, alpha=alpha, seed=self.tools.settings.judge.seed)
        if found.speedup is None and found.reason is not None and not found.screened.pairs:
            self.skipped.append(recording.target)
        elif found.speedup is not None and found.bound > LEAST:
            spot = self.profile.hotspot(recording.target)
            share = spot.cumulative_share if spot else 0.0
            regression = Regression(recording.target, found.speedup, recording.calls, share)
            self.regressions.append(regression)


def restore_deleted(tree: Path, change: Patch) -> None:
    """Put modules back that the old version may import."""
    gone = (each for each in change.files if each.before and not each.after)
    for each in gone:
        path = tree / each.path
        if not path.exists() and path.resolve().is_relative_to(tree.resolve()):
            path.parent.mkdir(parents=True, exist_ok=True)
            write(tree, Patch((replace(each, after=each.before),)))


def code_only(changes: tuple[FileChange, ...]) -> Patch:
    """Keep of a change what a version of the program is made of."""
    python = (each for each in changes if each.path.endswith(".py"))
    return Patch(tuple(each for each in python if is_optimisable(each.path, ())))


def changed(change: Patch) -> tuple[FunctionId, ...]:
    """List the functions that are there before and after, and differ."""
    found: list[FunctionId] = []
    for each in change.files:
        if each.before and each.after:
            with suppress(SyntaxError, ValueError, RecursionError):
                found += changed_functions(each.path, _text(each.before), _text(each.after))
    return tuple(found)


def hot(found: tuple[FunctionId, ...], profile: Profile, least: float) -> tuple[FunctionId, ...]:
    """Return those that take at least a share of the workload, the hottest first."""
    shares: dict[FunctionId, float] = {}
    for spot in profile.hotspots:
        target = outermost(spot.id)
        if target in found and spot.cumulative_share >= least:
            shares[target] = shares.get(target, 0.0) + spot.own_share
    return tuple(sorted(shares, key=lambda target: -shares[target]))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
