"""What a candidate costs, check by check, beside running the tests that reach it once.

By wall time: of processes that a sandbox ends, the CPU time gets lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from codeopt import foreign
from codeopt.cli import wiring
from codeopt.cli.opened import run_meta
from codeopt.model.candidate import FileChange, Patch
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Verdict
from codeopt.pipeline import prepare
from codeopt.pipeline.ground import Ground
from codeopt.pipeline.judge import Case, Judge
from codeopt.pipeline.steps import result
from codeopt.runs import scratch
from codeopt.verify.evidence import Order, run_tests
from fixtures import plant

TARGET = FunctionId("textkit/describe.py", "vocabulary")
BETTER = '''def vocabulary(texts):
    """Return the distinct content words of several texts, in the order of first appearance."""
    return list(dict.fromkeys(word for text in texts for word in content_words(text)))
'''
# a loop more, so that it is the same and slower: most candidates end in screening
WORSE = '''def vocabulary(texts):
    """Return the distinct content words of several texts, in the order of first appearance."""
    seen = []
    for text in texts:
        for word in [each for each in list(content_words(text))]:
            if not any([each == word for each in seen]):
                seen.append(word)
    return seen
'''


@dataclass(frozen=True, slots=True)
class Court:
    """Hold a judge who knows the project, the case, and both candidates."""

    ground: Ground
    judge: Judge
    case: Case
    better: Patch
    worse: Patch
    scratch: Path

    def tests_once(self) -> None:
        """Run the tests that reach the target, as they are."""
        known, setting = self.ground.baseline, self.ground.setting
        order = Order(select=tuple(sorted(known.tests_of(TARGET))))
        assert order.select
        assert setting.project.tests is not None
        place, out = prepare.disposable(setting), foreign.fresh(self.scratch / "once")
        found = run_tests(
            place, setting.project, setting.project.tests, order, scratch=out, limit=99
        )
        assert found.returncode == 0

    def behaviour(self) -> None:
        """Compare on recorded calls and on generated inputs."""
        verdict = result(self.judge.behaviour(self.case, self.better, frozenset({TARGET})))
        assert verdict.same, verdict

    def speed(self, patch: Patch) -> None:
        """Screen, and confirm what seems faster."""
        result(self.judge.speed(self.case, patch, confirmations=0))

    def tests(self) -> None:
        """Run the tests that reach the target, then the whole suite in two orders."""
        found = result(self.judge.tests(Verdict(()), self.better, frozenset({TARGET})))
        assert all(check.same for check in found.checks)


STEPS: dict[str, Callable[[Court], object]] = {
    "the tests that reach it, once": Court.tests_once,
    "original: recorded calls and generated inputs": lambda court: court.judge.case(
        court.case.recording
    ),
    "candidate: recorded calls and generated inputs": Court.behaviour,
    "candidate, slower: timed until it is refused": lambda court: court.speed(court.worse),
    "candidate, faster: timed until it is sure": lambda court: court.speed(court.better),
    "candidate, faster: tests that reach it, and the suite twice": Court.tests,
    "candidate, faster: whole workload with and without": lambda court: result(
        court.judge.whole(court.better)
    ),
}


@contextmanager
def opened(root: Path, directory: Path) -> Iterator[Court]:
    """Find out about the project all that a run knows before its first candidate."""
    store = wiring.open_store(wiring.open_repository(root))
    settings, run = wiring.load_settings(root, {}), store.create()
    head = wiring.open_repository(root).status().head
    meta = run_meta(run, head, (str(TARGET),), settings, "")
    with ExitStack() as stack:
        tools = wiring.run_tools(stack, root, run, meta, settings, None)
        setting = result(prepare.arrange(tools, head, directory))
        code = result(prepare.explore(tools, setting))
        profile = result(prepare.rank(tools, setting, code))
        baseline = result(prepare.learn(tools, setting, code, (TARGET,)))
        recordings = result(prepare.listen(tools, setting, code, (TARGET,)))
        ground = Ground(setting, code, profile, baseline, (TARGET,), recordings)
        judge = Judge(ground, judge=settings.judge, measure=settings.measure)
        control = judge.control(recordings[0])
        assert control is not None
        judge.remember(control)
        patches = (_patch(setting.place.tree, text) for text in (BETTER, WORSE))
        yield Court(ground, judge, judge.case(recordings[0]), *patches, directory)


def _patch(tree: Path, text: str) -> Patch:
    before = (tree / TARGET.path).read_bytes()
    start = before.index(b"def vocabulary(")
    end = before.index(b"\n\n\ndef ", start)
    after = before[:start] + text.encode().rstrip() + before[end:]
    return Patch((FileChange(TARGET.path, before, after),))


@pytest.fixture(scope="session")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    root = plant("textkit", tmp_path_factory.mktemp("court") / "textkit")
    with scratch() as directory, opened(root, directory) as found:
        yield found


@pytest.mark.benchmark(timer=time.perf_counter)
@pytest.mark.parametrize("step", STEPS)
def test_candidate(benchmark: Any, court: Court, step: str) -> None:
    benchmark.group = "a candidate (wall)"
    benchmark.extra_info.update(way=step)
    benchmark.pedantic(STEPS[step], (court,), rounds=2)
