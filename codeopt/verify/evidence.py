"""Run the tests under observation and read what the observers wrote; all of it is untrusted."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codeopt import foreign
from codeopt.model.baseline import Outcome, TestOutcome
from codeopt.model.code import FunctionInfo
from codeopt.model.project import Project, Workload
from codeopt.ports import Completed
from codeopt.worker import Place
from codeopt.workload import run_workload

_MOST_BYTES = 256 << 20
_ERROR = re.compile(r"\b\w*(?:error|exception)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """Say which tests run and in which order; ``watch`` asks which tests reach functions."""

    select: tuple[str, ...] | None = None
    seed: int | None = None
    watch: tuple[FunctionInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hold what one run of the tests left behind.

    ``complete`` means that every session reached its end with a result for every test that it had
    collected; ``last`` is the last test that started and did not end, or "".
    """

    completed: Completed
    outcomes: dict[str, TestOutcome]
    broken: tuple[TestOutcome, ...]
    sessions: int
    collected: int
    complete: bool
    last: str
    reach: frozenset[tuple[int, str]]

    @property
    def returncode(self) -> int:
        """Return the exit code of the command."""
        return self.completed.returncode

    @property
    def stopped(self) -> str:
        """Return the limit that ended the command, or ""."""
        return self.completed.stopped

    @property
    def tail(self) -> str:
        """Return the last line that the command wrote about an error, or else the last."""
        text = (self.completed.stdout[-4000:] + self.completed.stderr[-4000:]).decode(
            "utf-8", "replace"
        )
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        named = [line for line in lines if _ERROR.search(line)]
        return (named or lines or [""])[-1][:300]


def run_tests(
    place: Place, project: Project, tests: Workload, order: Order, *, scratch: Path, limit: float
) -> Evidence:
    """Run the tests once, for at most ``limit`` seconds."""
    scratch.mkdir(parents=True, exist_ok=True)
    out = Path(tempfile.mkdtemp(prefix="tests-", dir=scratch))
    job: dict[str, Any] = {
        "job": "suite",
        "select": None if order.select is None else list(order.select),
        "seed": order.seed,
        "watch": [[f.id.path, f.span.start_line, f.id.name] for f in order.watch],
    }
    bounded = replace(place, limits=replace(place.limits, wall_seconds=limit))
    try:
        completed = run_workload(bounded, project, tests, job=job, out=out)
        return _read(completed, out)
    finally:
        foreign.remove(out)


class _Session:
    """Collect the lines of one process."""

    def __init__(self) -> None:
        self.outcomes: dict[str, TestOutcome] = {}
        self.broken: list[TestOutcome] = []
        self.sessions = self.ends = self.collected = 0
        self.started: list[str] = []
        self.ended: set[str] = set()

    def take(self, line: dict[str, Any]) -> None:
        """Take one line; what has another form than expected counts as missing."""
        if "session" in line:
            self.sessions += 1
        elif "finish" in line:
            self.ends += 1
        elif isinstance(line.get("collected"), int):
            self.collected += line["collected"]
        elif isinstance(line.get("start"), str):
            self.started.append(line["start"])
        elif isinstance(line.get("broken"), str):
            message = str(line.get("message", ""))
            self.broken.append(TestOutcome(line["broken"], Outcome.ERROR, message=message))
        elif isinstance(line.get("test"), str) and "reach" not in line:
            self._result(line)

    def _result(self, line: dict[str, Any]) -> None:
        outcome = _outcome(line)
        if outcome is None:
            return
        name = line["test"]
        if line.get("phase") in {"call", "teardown"} or outcome is not Outcome.PASSED:
            self.ended.add(name)
        error, message = str(line.get("error", "")), str(line.get("message", ""))
        new = TestOutcome(name, outcome, error[:100], message[:300])
        self.outcomes[name] = _worse(self.outcomes.get(name), new)

    @property
    def complete(self) -> bool:
        """Tell whether every session came to its end and every test to a result."""
        return self.ends == self.sessions and set(self.started) <= self.ended


_SEVERITY = (
    Outcome.PASSED,
    Outcome.XPASSED,
    Outcome.XFAILED,
    Outcome.SKIPPED,
    Outcome.FAILED,
    Outcome.ERROR,
)


def _worse(old: TestOutcome | None, new: TestOutcome) -> TestOutcome:
    """A test is as bad as its worst phase; failing set-up or tear-down is an error."""
    if old is None or _SEVERITY.index(new.outcome) > _SEVERITY.index(old.outcome):
        return new
    return old


def _outcome(line: dict[str, Any]) -> Outcome | None:
    """Tell how a phase ended; None for something unknown, such as a rerun."""
    try:
        outcome = Outcome(line.get("outcome", ""))
    except ValueError:
        return None
    if line.get("xfail"):
        return Outcome.XFAILED if outcome is Outcome.SKIPPED else Outcome.XPASSED
    if outcome is Outcome.FAILED and line.get("phase") in {"setup", "teardown"}:
        return Outcome.ERROR
    return outcome


def _read(completed: Completed, out: Path) -> Evidence:
    sessions = []
    for path in sorted(out.glob("tests-*.jsonl")):
        session = _Session()
        for line in _lines(path):
            session.take(line)
        sessions.append(session)
    reach = frozenset(
        (line["reach"], line["test"])
        for path in sorted(out.glob("reach-*.jsonl"))
        for line in _lines(path)
        if isinstance(line.get("reach"), int) and isinstance(line.get("test"), str)
    )
    outcomes = _merged(outcome for s in sessions for outcome in s.outcomes.values())
    running = [name for s in sessions for name in s.started if name not in s.ended]
    return Evidence(
        completed,
        outcomes,
        tuple(broken for s in sessions for broken in s.broken),
        sum(s.sessions for s in sessions),
        sum(s.collected for s in sessions),
        all(s.complete for s in sessions),
        running[-1] if running else "",
        reach,
    )


def _merged(outcomes: Iterable[TestOutcome]) -> dict[str, TestOutcome]:
    merged: dict[str, TestOutcome] = {}
    for outcome in outcomes:
        merged[outcome.id] = _worse(merged.get(outcome.id), outcome)
    return merged


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a file; a line that was cut off is none."""
    try:
        data = foreign.read(path, _MOST_BYTES)
    except OSError:
        return
    for text in data.splitlines():
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict):
            yield line
