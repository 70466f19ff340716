"""Go through recorded runs again: the same answers and findings have to give the same steps.

Everything is codeopt's own but two: the model is the record of what it answered, found by the
digest of the whole question, and the judge is the record of what it found. Nothing is run and
nothing measured, so what comes out follows from what is recorded alone: every prompt, every
candidate, its diff, what was decided about it and what came of it at last.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from benchmarks.recorded import FOUND, MADE, journal_of, read, write
from codeopt import codec
from codeopt.adapters.git_repository import GitRepository
from codeopt.adapters.local_executor import LocalExecutor
from codeopt.adapters.models.accounting import estimated
from codeopt.adapters.models.budget import BudgetedModel, Purse
from codeopt.adapters.models.records import store
from codeopt.adapters.models.replay_model import ReplayModel
from codeopt.adapters.python_language import PythonLanguage
from codeopt.cli import ladder
from codeopt.cli.echo import DiscreetModel, NotedModel
from codeopt.config import Settings
from codeopt.discover.index import discover
from codeopt.ledger import Ledger
from codeopt.model.baseline import Baseline
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.model.evidence import Attempt, Control, Measurement, Profile, Recording, Verdict
from codeopt.model.project import Interpreter
from codeopt.model.run import RunMeta
from codeopt.pipeline.ground import Ground, Setting
from codeopt.pipeline.judge import Case, Judge
from codeopt.pipeline.optimise import Optimiser
from codeopt.pipeline.steps import Steps
from codeopt.pipeline.tools import Tools
from codeopt.pipeline.turns import Turns
from codeopt.ports import Command, Entry, LanguageModel, Probe, Reply, Request
from codeopt.profile.detect import find_project
from codeopt.verify.oracle import Oracle
from codeopt.worker import Place

T = TypeVar("T")
_SHOWN = 60  # characters on either side of a difference
COMMIT = "commit"  # what every commit is called in a comparison


class NotRecorded(Exception):
    """Something was asked that the recorded run did not ask."""


# ---------------------------------------------------------------------------- stand-ins
class Recorded(Judge):
    """Judge by the record of what was found; a candidate is known by its diff, byte for byte.

    Decisions are made anew, by codeopt's own rules.
    """

    def __init__(self, ground: Ground, settings: Settings, record: Ledger) -> None:
        super().__init__(ground, judge=settings.judge, measure=settings.measure)
        self._first, self._last = _by_diff(record, "judged"), _by_diff(record, "attempt")

    def behaviour(
        self, case: Case, patch: Patch, declared: frozenset[FunctionId]
    ) -> Steps[Verdict]:
        """Return what was found about behaviour before the tests."""
        yield from ()
        return _known(_of(self._first, patch).verdict)

    def speed(self, case: Case, patch: Patch, *, confirmations: int) -> Steps[Measurement]:
        """Return what was measured before the tests."""
        yield from ()
        return _known(_of(self._first, patch).measurement)

    def insight(self, case: Case, patch: Patch, measurement: Measurement) -> Measurement:
        """Return it as it is: the hot lines are in it."""
        return measurement

    def tests(
        self, verdict: Verdict, patch: Patch, declared: frozenset[FunctionId]
    ) -> Steps[Verdict]:
        """Return what was found in the end."""
        yield from ()
        return _known(_of(self._last, patch).verdict)

    def workload(
        self, target: FunctionId, patch: Patch, measurement: Measurement
    ) -> Steps[Measurement]:
        """Return what was measured in the end."""
        yield from ()
        return _known(_of(self._last, patch).measurement)


def _by_diff(record: Ledger, kind: str) -> dict[str, Attempt]:
    """Return what was found about each candidate that was judged."""
    attempts = record.all(kind, Attempt)
    return {each.diff: each for each in attempts if each.diff and each.verdict is not None}


def _of(known: dict[str, Attempt], patch: Patch) -> Attempt:
    found = known.get(patch.diff())
    if found is None:
        raise NotRecorded(f"a candidate that was not judged:\n{patch.diff()}")
    return found


def _known(value: T | None) -> T:
    if value is None:
        raise NotRecorded("something that was not found out")
    return value


class Nowhere:
    """Stand where a sandbox would: whoever runs something in it wants what is not recorded."""

    name = "nowhere"

    def probe(self) -> Probe:
        """Hold nothing."""
        return Probe(self.name, False, frozenset())

    def run(self, command: Command) -> NoReturn:
        """Run nothing."""
        raise NotRecorded(f"what running {command.argv} would tell")

    def start(self, command: Command) -> NoReturn:
        """Start nothing."""
        self.run(command)


class Unmoved(GitRepository):
    """Take commits and forget them."""

    def commit(self, parent: str, patch: Patch, message: str) -> str:
        """Name the commit, and make none."""
        return COMMIT

    def branch(self, name: str) -> str | None:
        """Know of no branch."""
        return None

    def move_branch(self, name: str, commit: str, *, expected: str | None) -> None:
        """Let it stay where it is."""


@dataclass
class Silent:
    """Stand where a model would that was asked nothing."""

    name: str

    def complete(self, request: Request) -> NoReturn:
        """Answer nothing."""
        raise NotRecorded(request.slot)


class Reworded:
    """Give the recorded answers to questions that are worded otherwise now, and record them anew.

    Whoever counted no tokens when it was recorded counts those of the new wording.
    """

    def __init__(self, inner: LanguageModel, place: Path) -> None:
        self.name, self._inner, self._place = inner.name, inner, place

    def complete(self, request: Request) -> Reply:
        """Answer one request."""
        reply = self._inner.complete(request)
        if reply.error:
            raise NotRecorded(reply.error)
        if reply.spend.estimated:
            reply = replace(reply, spend=estimated(request, reply.text))
        store(self._place, request, reply)
        return reply


# ---------------------------------------------------------------------------- a run
@dataclass
class Again:
    """Go through one recorded run in a copy of its project; ``to`` is where it is recorded anew."""

    root: Path
    place: Path
    scratch: Path
    to: Path | None = None

    def __post_init__(self) -> None:
        self.recorded = read(self.place)
        self.record = Ledger(journal_of(self.recorded))
        self.meta = _known(self.record.get("meta", "", RunMeta))
        self.settings = codec.decode(self.meta.settings, Settings)
        self.journal = journal_of(each for each in self.recorded if each.kind in FOUND)

    def go(self) -> None:
        """Do what a run does that finds what was found; raise NotRecorded."""
        optimiser, case = self._optimiser()
        try:
            for _ in Turns(optimiser, {case.target: case}, (case.target,)).take():
                pass
        except PreconditionError as error:  # what ended a strategy
            raise NotRecorded(str(error)) from error

    def _optimiser(self) -> tuple[Optimiser, Case]:
        (recording,) = self.record.all("recording", Recording)
        ledger, ground = Ledger(self.journal), self._ground(recording)
        case = Case(recording.target, recording, Oracle(recording, {}))
        optimiser = Optimiser(
            self._tools(ledger, ground),
            self.meta,
            ground,
            Recorded(ground, self.settings, self.record),
            self.record.get("control", "", Control),
            math.inf,
            self.meta.commit,
            {case.target: case},
        )
        return optimiser, case

    def _ground(self, recording: Recording) -> Ground:
        tree = self.scratch / "tree"
        shutil.copytree(self.root, tree, ignore=shutil.ignore_patterns(".git", "__pycache__"))
        interpreter = Interpreter(Path(sys.executable), sys.version_info[:3], ())
        project = find_project(tree, interpreter, self.settings.project)
        setting = Setting(project, Place(Nowhere(), interpreter, tree), self.scratch)
        code = discover(tree, PythonLanguage(), cache=self.scratch / "cache")
        profile = _known(self.record.get("profile", "", Profile))
        baseline = Baseline((), (), (), 0, 0, 0.0, 0)
        return Ground(setting, code, profile, baseline, (recording.target,), (recording,))

    def _tools(self, ledger: Ledger, ground: Ground) -> Tools:
        settings, place, models = self.settings, ground.setting.place, self._models(ledger)
        return Tools(
            repository=Unmoved(self.root),
            sandbox=place.sandbox,
            executor=LocalExecutor(1),
            language=PythonLanguage(),
            ledger=ledger,
            strategy=ladder.strategy(settings, models, place.tree, ask=map),
            settings=settings,
            cache=self.scratch / "cache",
            recordings=self.scratch / "recordings",
            start=place.tree,
            look_inside=ladder.looks_inside(settings, models),
            follow=ladder.follows(settings, models),
        )

    def _models(self, ledger: Ledger) -> tuple[LanguageModel, ...]:
        asked = self.settings.model
        if not asked.model:
            return ()
        answered = any(self.place.glob("*.json"))
        model: LanguageModel = ReplayModel(self.place) if answered else Silent(asked.model)
        if self.to is not None:
            model = Reworded(model, self.to)
        purse = Purse(max_cost=asked.max_cost, max_tokens=asked.max_tokens)
        return (DiscreetModel(NotedModel(BudgetedModel(model, purse), ledger)),)


def replay(root: Path, place: Path) -> tuple[int, int, list[str]]:
    """Replay one run in a copy of its project; count bytes and prompts, and list differences."""
    with tempfile.TemporaryDirectory() as name:
        again = Again(root, place, Path(name))
        try:
            again.go()
        except NotRecorded as error:
            again.journal.append(Entry("replay", "", json.dumps(str(error))))
    before, after = _compared(again.recorded), _compared(again.journal.entries())
    differences = [
        f"{kind} {key}: {_told(before.get((kind, key)), after.get((kind, key)))}"
        for kind, key in dict.fromkeys([*before, *after])
        if before.get((kind, key)) != after.get((kind, key))
    ]
    if not differences and list(before) != list(after):
        differences = ["the same, in another order"]
    size = sum(len(value.encode()) for value in before.values())
    return size, sum(kind == "prompt" for kind, _ in before), differences


def renew(root: Path, place: Path, to: Path) -> None:
    """Record a run anew whose prompts are worded otherwise now, without measuring anything.

    Raises NotRecorded where it would have to: the run makes another candidate than it did.
    """
    to.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        again = Again(root, place, Path(name), to)
        again.go()
    write(again.journal.entries(), to)


def _compared(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """Return what is compared: commits are named by their time, too, and left out."""
    found = {}
    for each in entries:
        if each.kind in (*MADE, "replay"):
            value = json.loads(each.value)
            found[each.kind, each.key] = json.dumps(_without_commits(value), sort_keys=True)
    return found


def _without_commits(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    named = ("commit", "parent")
    return {k: COMMIT if k in named and v else v for k, v in value.items()}


def _told(before: str | None, after: str | None) -> str:
    """Show where two texts part."""
    if before is None:
        return f"was not recorded: {str(after)[:_SHOWN]}"
    if after is None:
        return "did not come again"
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(before), len(after)))
    one, two = (text[max(0, same - _SHOWN) : same + _SHOWN] for text in (before, after))
    return f"…{one}… became …{two}…"
