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
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codeopt import codec
from codeopt.adapters.local_executor import LocalExecutor
from codeopt.adapters.models.factory import open_models
from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sqlite_journal import MemoryJournal, SqliteJournal
from codeopt.cli import ladder
from codeopt.cli.echo import DiscreetModel, NotedModel
from codeopt.config import Settings
from codeopt.discover.index import discover
from codeopt.ledger import Ledger
from codeopt.measure.decide import decide
from codeopt.model.baseline import Baseline
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.events import Event
from codeopt.model.evidence import (
    Attempt,
    Control,
    Decision,
    Measurement,
    Profile,
    Recording,
    Verdict,
)
from codeopt.model.insight import Trace
from codeopt.model.run import RunMeta
from codeopt.pipeline.ground import Ground, Setting
from codeopt.pipeline.judge import Case
from codeopt.pipeline.optimise import Optimiser
from codeopt.pipeline.tools import Tools
from codeopt.ports import Entry, Sandbox
from codeopt.runs import RunDirectory
from codeopt.verify.oracle import Oracle
from codeopt.worker import Place

JOURNAL = "journal.jsonl"
# what was found out, by running code or by measuring: it is taken from the record
FOUND = (
    *("meta", "profile", "recording", "control", "trace", "recalled"),
    *("certified", "child-calls", "examined", "outcomes", "simplified"),
)
# what has to come out again, byte for byte
MADE = ("prompt", "spend", "judged", "attempt", "tree", "kept")


class NotRecorded(Exception):
    """Something was asked that the recorded run did not ask."""


def keep(run: RunDirectory, place: Path) -> None:
    """Copy a run's answers and what a replay takes from its journal."""
    if run.replies.is_dir():
        shutil.copytree(run.replies, place, dirs_exist_ok=True)
    place.mkdir(parents=True, exist_ok=True)
    journal = SqliteJournal(run.journal)
    entries = [each for each in journal.entries() if each.kind in (*FOUND, *MADE)]
    journal.close()
    lines = [json.dumps([each.kind, each.key, json.loads(each.value)]) for each in entries]
    (place / JOURNAL).write_text("".join(f"{line}\n" for line in lines), "utf-8")


def entries_of(place: Path) -> list[Entry]:
    """Read what was kept of a journal."""
    lines = (place / JOURNAL).read_text("utf-8").splitlines()
    found = (json.loads(line) for line in lines)
    return [Entry(kind, key, json.dumps(value, sort_keys=True)) for kind, key, value in found]


@dataclass
class Recorded:
    """Judge by the record of what was found; a candidate is known by its diff, byte for byte."""

    settings: Settings
    first: dict[str, Attempt]
    last: dict[str, Attempt]

    def behaviour(
        self, case: Case, patch: Patch, declared: frozenset[FunctionId]
    ) -> Generator[Event, None, Verdict]:
        """Return what was found about behaviour before the tests."""
        yield from ()
        return _known(_of(self.first, patch).verdict)

    def speed(
        self, case: Case, patch: Patch, *, confirmations: int
    ) -> Generator[Event, None, Measurement]:
        """Return what was measured before the tests."""
        yield from ()
        return _known(_of(self.first, patch).measurement)

    def follow(self, recording: Recording) -> Trace:
        """Say that a trace is not recorded, where it is not."""
        raise NotRecorded(f"a trace of {recording.target}")

    def insight(self, case: Case, patch: Patch, measurement: Measurement) -> Measurement:
        """Return it as it is: the hot lines are in it."""
        return measurement

    def tests(
        self, verdict: Verdict, patch: Patch, declared: frozenset[FunctionId]
    ) -> Generator[Event, None, Verdict]:
        """Return what was found in the end."""
        yield from ()
        return _known(_of(self.last, patch).verdict)

    def workload(
        self, target: FunctionId, patch: Patch, measurement: Measurement
    ) -> Generator[Event, None, Measurement]:
        """Return what was measured in the end."""
        yield from ()
        return _known(_of(self.last, patch).measurement)

    def decide(
        self, verdict: Verdict, measurement: Measurement | None, control: Control | None
    ) -> Decision:
        """Decide anew, by codeopt's own rules."""
        return decide(verdict, measurement, self.settings.measure, control)


def _of(known: dict[str, Attempt], patch: Patch) -> Attempt:
    found = known.get(patch.diff())
    if found is None:
        raise NotRecorded(f"a candidate that was not judged:\n{patch.diff()}")
    return found


def _known(value: Any) -> Any:
    if value is None:
        raise NotRecorded("something that was not found out about a candidate")
    return value


class Branch:
    """Take commits and forget them."""

    def commit(self, parent: str, patch: Patch, message: str) -> str:
        """Name a commit by what every recorded one is called in a comparison."""
        return COMMIT

    def branch(self, name: str) -> None:
        """Know of no branch."""

    def move_branch(self, name: str, commit: str, *, expected: str | None) -> None:
        """Let it move."""


COMMIT = "commit"


def replay(root: Path, place: Path) -> tuple[int, int, list[str]]:
    """Replay one run in a copy of its project; count bytes and prompts, and list differences."""
    recorded = entries_of(place)
    with tempfile.TemporaryDirectory() as name:
        made = list(_made(root, place, recorded, Path(name)))
    before, after = (_compared(entries) for entries in (recorded, made))
    differences = [
        f"{kind} {key}: {_told(before.get((kind, key)))} became {_told(after.get((kind, key)))}"
        for kind, key in dict.fromkeys([*before, *after])
        if before.get((kind, key)) != after.get((kind, key))
    ]
    if not differences and list(before) != list(after):
        differences = ["the same, in another order"]
    size = sum(len(value.encode()) for value in before.values())
    return size, sum(kind == "prompt" for kind, _ in before), differences


def _made(root: Path, place: Path, recorded: list[Entry], scratch: Path) -> Iterator[Entry]:
    """Go through a run and yield what it journals."""
    journal = MemoryJournal()
    for each in recorded:
        if each.kind in FOUND:
            journal.append(each)
    try:
        optimiser, case = _optimiser(root, place, Ledger(_record(recorded)), journal, scratch)
        for _ in optimiser.optimise(case):
            pass
        if optimiser.failure is not None:
            raise NotRecorded(str(optimiser.failure))
    except NotRecorded as error:
        yield Entry("replay", "", json.dumps(str(error)))
    yield from journal.entries()


def _record(recorded: list[Entry]) -> MemoryJournal:
    journal = MemoryJournal()
    for each in recorded:
        journal.append(each)
    return journal


def _optimiser(
    root: Path, place: Path, record: Ledger, journal: MemoryJournal, scratch: Path
) -> tuple[Optimiser, Case]:
    """Put the optimiser of a run together again."""
    meta, tree = record.get("meta", "", RunMeta), scratch / "tree"
    assert meta is not None
    stored = codec.decode(meta.settings, Settings)
    settings = replace(stored, model=replace(stored.model, model=_answers(place, stored)))
    shutil.copytree(root, tree, ignore=shutil.ignore_patterns(".git", "__pycache__"))
    language, ledger = PythonLanguage(), Ledger(journal)
    code = discover(tree, language, cache=scratch / "cache")
    (recording,) = record.all("recording", Recording)
    profile = _known(record.get("profile", "", Profile))
    where = Place(_no_sandbox(), None, tree)  # type: ignore[arg-type]
    setting = Setting(None, where, scratch)  # type: ignore[arg-type]
    baseline = Baseline((), (), (), 0, 0, 0.0, 0)
    ground = Ground(setting, code, profile, baseline, (recording.target,), (recording,))
    models = open_models(settings.model, scratch / "cache") if settings.model.model else ()
    heard = tuple(DiscreetModel(NotedModel(each, ledger)) for each in models)
    tools = Tools(
        repository=Branch(),  # type: ignore[arg-type]
        sandbox=where.sandbox,
        executor=LocalExecutor(1),
        language=language,
        ledger=ledger,
        strategy=ladder.strategy(settings, heard, tree, ask=map),
        settings=settings,
        cache=scratch / "cache",
        recordings=scratch / "recordings",
        start=tree,
        look_inside=ladder.looks_inside(settings, heard),
        follow=ladder.follows(settings, heard),
    )
    judge = Recorded(settings, _by_diff(record, "judged"), _by_diff(record, "attempt"))
    case = Case(recording.target, recording, Oracle(recording, {}))
    control = record.get("control", "", Control)
    parts = (tools, meta, ground, judge, control, math.inf, meta.commit)
    return Optimiser(*parts, {case.target: case}), case  # type: ignore[arg-type]


def _answers(place: Path, settings: Settings) -> str:
    return f"replay:{place}" if settings.model.model else ""


def _no_sandbox() -> Sandbox:
    """Stand where a sandbox would: whoever runs something in it fails."""
    return None  # type: ignore[return-value]


def _by_diff(record: Ledger, kind: str) -> dict[str, Attempt]:
    """Return what was found about each candidate that was judged."""
    attempts = record.all(kind, Attempt)
    return {each.diff: each for each in attempts if each.diff and each.verdict is not None}


def _compared(entries: list[Entry]) -> dict[tuple[str, str], str]:
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


def _told(text: str | None) -> str:
    return "nothing" if text is None else text if len(text) <= 400 else f"{text[:400]}…"
