"""A stage for the optimiser: a real repository, language and journal, and a judge that is told."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeopt.adapters.git_repository import GitRepository
from codeopt.adapters.local_executor import LocalExecutor
from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.adapters.sqlite_journal import MemoryJournal
from codeopt.config import Settings
from codeopt.discover.index import discover
from codeopt.ledger import Ledger
from codeopt.measure.decide import decide
from codeopt.model.candidate import Candidate, FunctionSource, Origin, Patch
from codeopt.model.code import FunctionId
from codeopt.model.events import Event
from codeopt.model.evidence import (
    Attempt,
    Check,
    CheckResult,
    Control,
    Decision,
    Interval,
    Measurement,
    Profile,
    Recording,
    Spend,
    Verdict,
)
from codeopt.model.project import Project
from codeopt.model.reasons import Code, Reason
from codeopt.pipeline.ground import Ground, Setting
from codeopt.pipeline.judge import Case, Foreseen
from codeopt.pipeline.optimise import Optimiser
from codeopt.pipeline.tools import Tools
from codeopt.ports import Assignment, Proposal, Strategy
from codeopt.propose.digest import candidate_digest
from codeopt.worker import Place
from tests.support import values
from tests.support.command import repository
from tests.verify.judging import interpreter

SOURCE = "def f(x):\n    return x\n\n\ndef g(x):\n    return x\n"
F, G = FunctionId("mod.py", "f"), FunctionId("mod.py", "g")


def rewrite(body: str, target: FunctionId = F) -> Candidate:
    """Return a candidate whose body is one expression."""
    functions = (FunctionSource(target, f"def {target.name}(x):\n    return {body}\n"),)
    origin = Origin("told", body)
    return Candidate(candidate_digest(functions), target, functions, origin=origin)


def no_code(text: str = "no code") -> Proposal:
    """Return an answer that held no candidate."""
    decision = Decision(False, Reason(Code.EMPTY_ANSWER, text))
    return Proposal(None, Attempt(f"answer:{text}", F, "told", "t", decision), Spend(calls=1))


@dataclass
class Told:
    """Propose what it was told; an exception among the proposals is raised."""

    proposals: list[Proposal | Exception]
    name: str = "told"
    observed: list[Attempt] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)

    def propose(self, assignment: Assignment) -> Iterator[Proposal]:
        self.assignments.append(assignment)
        for each in self.proposals:
            if isinstance(each, Exception):
                raise each
            yield each

    def observe(self, attempt: Attempt) -> None:
        self.observed.append(attempt)


@dataclass
class ToldJudge:
    """Judge by the text of the rewrite: ``speeds`` by body, ``red`` fails the tests.

    Of what is ``unknown`` no call can be compared; ``loud`` is a control that fails.
    """

    speeds: dict[str, float]
    red: tuple[str, ...] = ()
    log: list[str] = field(default_factory=list)
    killed_at: str = ""
    unknown: tuple[str, ...] = ()
    loud: bool = False

    def _body(self, patch: Patch) -> str:
        text = patch.files[0].after.decode()
        return next(body for body in [*self.speeds, "wrong"] if f"return {body}\n" in text)

    def _do(self, what: str, patch: Patch) -> str:
        body = self._body(patch)
        self.log.append(f"{what} {body}")
        if f"{what} {body}" == self.killed_at:
            raise KeyboardInterrupt
        return body

    def behaviour(
        self, case: Case, patch: Patch, declared: frozenset[FunctionId]
    ) -> Generator[Event, None, Verdict]:
        yield from ()
        return self._verdict(self._do("behaviour", patch))

    def foresee(self, case: Case, patch: Patch, declared: frozenset[FunctionId]) -> Foreseen:
        return Foreseen(self._verdict(self._do("foresee", patch)))

    def settle(self, case: Case, patch: Patch, foreseen: Foreseen) -> Verdict:
        self._do("settle", patch)
        return foreseen.verdict

    def _verdict(self, body: str) -> Verdict:
        same = None if body in self.unknown else body != "wrong"
        code = Code.UNVERIFIED if same is None else Code.RESULT
        reason = None if same else Reason(code, "another result")
        checks = CheckResult(Check.GATE, True), CheckResult(Check.ORACLE, same, 3, reason)
        return Verdict(checks)

    def speed(
        self, case: Case, patch: Patch, *, confirmations: int
    ) -> Generator[Event, None, Measurement]:
        yield from ()
        speed = self.speeds[self._do("speed", patch)]
        self.log[-1] += f" {confirmations}"
        found = Interval(speed, speed, speed, 10)
        return Measurement("cpu", found, found, speed, ratios=(speed,))

    def control_inside(self, target: FunctionId) -> Control:
        self.log.append(f"control {target.name}")
        return Control(Interval(1.0, 0.99, 1.01, 9), not self.loud)

    def tests(
        self, verdict: Verdict, patch: Patch, declared: frozenset[FunctionId]
    ) -> Generator[Event, None, Verdict]:
        yield from ()
        green = self._do("tests", patch) not in self.red
        reason = None if green else Reason(Code.TESTS_FAILED, "a test fails")
        return Verdict((*verdict.checks, CheckResult(Check.SUITE, green, 1, reason)))

    def workload(
        self, target: FunctionId, patch: Patch, measurement: Measurement
    ) -> Generator[Event, None, Measurement]:
        yield from ()
        self._do("workload", patch)
        return measurement

    def decide(
        self, verdict: Verdict, measurement: Measurement | None, control: Control | None
    ) -> Decision:
        return decide(verdict, measurement, Settings().measure, control)


@dataclass
class Stage:
    """A repository with a run in it that can be killed and gone on with."""

    root: Path
    ledger: Ledger = field(default_factory=lambda: Ledger(MemoryJournal()))
    workers: int = 1

    @classmethod
    def build(cls, directory: Path) -> Stage:
        """Make the repository."""
        return cls(repository(directory / "repo", {"mod.py": SOURCE}))

    def optimiser(self, strategy: Strategy, judge: ToldJudge, **more: Any) -> Optimiser:
        """Start an optimiser as a new process would, on what the journal holds."""
        adapter = GitRepository(self.root)
        head = adapter.resolve("HEAD")
        meta = values.meta(commit=head)
        self.ledger.put("meta", "", meta)
        tree = Path(tempfile.mkdtemp(dir=self.root.parent)) / "base"
        adapter.export(head, tree)
        python = interpreter()
        place = Place(PlainSandbox(), python, tree)
        project = Project(tree, python, ("",), None, values.WORKLOAD)
        settings = Settings()
        language = PythonLanguage()
        code = discover(tree, language, cache=self.root.parent / "cache")
        profile = Profile(values.WORKLOAD, (), 1.0, 1, 0.002)
        ground = Ground(
            Setting(project, place, tree.parent), code, profile, values.baseline(), (F, G), ()
        )
        tools = Tools(
            repository=adapter,
            sandbox=PlainSandbox(),
            executor=LocalExecutor(self.workers),
            language=language,
            ledger=self.ledger,
            strategy=lambda: strategy,
            settings=settings,
            cache=self.root.parent / "cache",
            recordings=self.root.parent / "recordings",
            start=self.root,
        )
        control = Control(Interval(1.0, 0.99, 1.01, 9), True)
        deadline = more.pop("deadline", float("inf"))
        return Optimiser(tools, meta, ground, judge, control, deadline, head, **more)  # type: ignore[arg-type]


def case(target: FunctionId = F, *, inside: bool = False) -> Case:
    """Return a case that only names its target."""
    recording = Recording(target, Path(), "", 1, 1)
    return Case(target, recording, None, inside)  # type: ignore[arg-type]
