"""From a commit to recorded calls: everything that happens before the first candidate."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from codeopt import foreign
from codeopt.bytecode import compiled
from codeopt.config import Settings
from codeopt.discover.index import discover
from codeopt.discover.targets import outermost, resolve_targets
from codeopt.model.baseline import Baseline
from codeopt.model.candidate import Patch
from codeopt.model.code import CodeMap, FunctionId, FunctionInfo
from codeopt.model.errors import NoTargetsError, PreconditionError
from codeopt.model.events import (
    Noted,
    Profiled,
    Recorded,
    Stage,
    StageFinished,
    StageStarted,
)
from codeopt.model.evidence import Profile, Recording
from codeopt.model.project import Interpreter
from codeopt.pipeline import details
from codeopt.pipeline.ground import Setting
from codeopt.pipeline.judge import patched_copy
from codeopt.pipeline.steps import Steps, T
from codeopt.pipeline.tools import Instruments
from codeopt.ports import Limits
from codeopt.profile.detect import find_project
from codeopt.profile.interpreter import find_interpreter
from codeopt.profile.ranking import FEW, profile
from codeopt.profile.record import record
from codeopt.runs import require_room
from codeopt.verify import suite
from codeopt.worker import Place
from codeopt.workload import with_tree

Targets = tuple[FunctionId, ...]
_RANKED_BY_LUCK = (
    "the workload hardly runs the project's code ({} samples), so which functions are hot is "
    "partly luck; name a heavier workload with --bench"
)


def stage(name: Stage, work: Callable[[], T], detail: Callable[[T], str]) -> Steps[T]:
    """Run one stage between its two events."""
    yield StageStarted(name)
    started = time.monotonic()
    try:
        result = work()
    except PreconditionError:
        require_room()
        raise
    yield StageFinished(name, detail(result), time.monotonic() - started)
    return result


def through(name: Stage, work: Steps[T], detail: Callable[[T], str]) -> Steps[T]:
    """Go through steps between the two events of a stage."""
    yield StageStarted(name)
    started = time.monotonic()
    result = yield from work
    yield StageFinished(name, detail(result), time.monotonic() - started)
    return result


def arrange(tools: Instruments, commit: str, scratch: Path) -> Steps[Setting]:
    """Export the commit and find out how its project is run."""

    def work() -> Setting:
        tree = scratch / "base"
        tools.repository.export(commit, tree)
        project = find_project(tree, _interpreter(tools), tools.settings.project)
        limits = limits_of(tools.settings)
        tools.recordings.mkdir(parents=True, exist_ok=True)
        read = (tools.recordings,)
        place = Place(tools.sandbox, project.interpreter, tree, read=read, limits=limits)
        return Setting(project, compiled(place, scratch), scratch)

    return (yield from stage(Stage.PREPARE, work, _describe_setting))


def explore(tools: Instruments, setting: Setting) -> Steps[CodeMap]:
    """Parse the tree."""

    def work() -> CodeMap:
        return discover(setting.place.tree, tools.language, cache=tools.cache)

    code = yield from stage(Stage.DISCOVER, work, _describe_code)
    for problem in code.problems[:3]:
        yield Noted(f"{problem.path}:{problem.line}: {problem.text}; parsed as far as it goes")
    return code


def rank(tools: Instruments, setting: Setting, code: CodeMap) -> Steps[Profile]:
    """Profile the workload, in a disposable copy of the tree."""

    def work() -> Profile:
        return tools.ledger.once("profile", "", Profile, compute)

    def compute() -> Profile:
        place = disposable(setting)
        try:
            red = _allows_failing(tools.settings)
            return profile(place, setting.project, code, tools.settings.profile, allow_failing=red)
        except PreconditionError:
            _explain(tools.settings, setting)
            raise

    found = yield from stage(Stage.PROFILE, work, _describe_profile)
    yield Profiled(found)
    if found.samples < FEW:
        yield Noted(_RANKED_BY_LUCK.format(found.samples))
    return found


def choose(
    tools: Instruments, code: CodeMap, found: Profile, texts: tuple[str, ...]
) -> tuple[FunctionId, ...]:
    """Choose the targets: those named, else the hottest that may be optimised."""
    settings, allowed = tools.settings, frozenset(resolve(tools, code, texts))
    exact = tuple(text for text in texts if "::" in text)
    named = list(resolve(tools, code, exact)) if exact else []
    hot: dict[FunctionId, float] = {}
    for spot in found.hotspots:
        target = outermost(spot.id)
        if target in allowed and spot.cumulative_share >= settings.profile.min_share:
            hot[target] = hot.get(target, 0.0) + spot.own_share
    ranked = sorted(hot, key=lambda target: hot[target], reverse=True)
    chosen = tuple(dict.fromkeys([t for t in ranked if hot[t] > 0] + named))
    if not chosen:
        raise NoTargetsError(
            "no function of the project takes a measurable part of the workload",
            hint="name a heavier workload with --bench, or a function as path::name",
        )
    return chosen[: max(settings.run.max_targets, len(named))]


def resolve(tools: Instruments, code: CodeMap, texts: tuple[str, ...]) -> tuple[FunctionId, ...]:
    """Return the functions that the user's targets mean."""
    exclude, root = tools.settings.project.exclude, tools.repository.root
    return resolve_targets(code, texts, exclude, root=root, cwd=tools.start)


def learn(tools: Instruments, setting: Setting, code: CodeMap, targets: Targets) -> Steps[Baseline]:
    """Run the tests until it is known how they end, and which of them reach the targets."""

    def work() -> Baseline:
        functions = [code.functions[target] for target in targets]
        return tools.ledger.once(
            "baseline", "", Baseline, lambda: baseline(tools.settings, setting, functions)
        )

    found = yield from stage(Stage.BASELINE, work, details.baseline)
    for test in found.set_aside[:5]:
        yield Noted(f"{test.id} is set aside: {test.fault}")
    return found


def baseline(
    settings: Settings,
    setting: Setting,
    functions: Sequence[FunctionInfo] = (),
    *,
    most_runs: int = suite.MOST_RUNS,
) -> Baseline:
    """Run the project's own tests on the original."""
    return suite.baseline(
        disposable(setting),
        setting.project,
        settings.project,
        scratch=foreign.fresh(setting.scratch / "tests"),
        targets=functions,
        judge=settings.judge,
        most_runs=most_runs,
    )


def listen(
    tools: Instruments, setting: Setting, code: CodeMap, targets: Targets, name: str = ""
) -> Steps[tuple[Recording, ...]]:
    """Record real calls of the targets; ``name`` tells several recordings of them apart."""

    def work() -> tuple[Recording, ...]:
        return tuple(tools.ledger.once("recordings", name, list[Recording], compute))

    def compute() -> list[Recording]:
        place, out = disposable(setting), foreign.fresh(tools.recordings / name)
        found = record(place, setting.project, code, targets, tools.settings.record, out)
        for each in found:
            tools.ledger.put("recording", str(each.target), each)
        return list(found)

    found = yield from stage(Stage.RECORD, work, _describe_recordings)
    for each in found:
        yield Recorded(each)
        if not each.of_workload and each.omissions:
            text = f"no call of {each.target} was recorded: {each.omissions[0].reason}"
            yield Noted(f"{text}; it is timed inside the workload" if each.seen else text)
    return found


def disposable(setting: Setting) -> Place:
    """Return a place with a fresh copy of the tree, which a workload may write to."""
    tree = patched_copy(setting.place.tree, setting.scratch / "work", Patch(()))
    return with_tree(setting.place, tree)


def _allows_failing(settings: Settings) -> bool:
    return suite.FAILING in settings.judge.allow


def _interpreter(tools: Instruments) -> Interpreter:
    root = tools.repository.root
    return find_interpreter(root, tools.settings.project, tools.sandbox)


def limits_of(settings: Settings) -> Limits:
    """Return the limits of what runs in the sandbox."""
    seconds = settings.project.test_timeout
    memory = settings.sandbox.memory_limit
    return Limits(wall_seconds=seconds, cpu_seconds=2 * seconds, memory_bytes=memory)


def _explain(settings: Settings, setting: Setting) -> None:
    """A workload that fails often means red tests, and those are named best by their baseline."""
    if setting.project.tests is not None:
        baseline(settings, setting)


def _describe_setting(setting: Setting) -> str:
    version = ".".join(map(str, setting.project.interpreter.version))
    return f"Python {version}, workload: {setting.project.workload.label}"


def _describe_code(code: CodeMap) -> str:
    reused = f", {code.reused} unchanged" if code.reused else ""
    return f"{len(code.functions):,} functions in {len(code.files):,} files{reused}"


def _describe_profile(found: Profile) -> str:
    spots = [spot for spot in found.hotspots if spot.own_share >= 0.01]
    milliseconds = found.total_seconds * 1000
    return f"{milliseconds:,.0f} ms of CPU a run, {len(spots)} functions with 1 % or more of it"


def _describe_recordings(found: tuple[Recording, ...]) -> str:
    with_calls = [each for each in found if each.calls]
    calls = sum(each.calls for each in with_calls)
    return f"{calls} calls of {len(with_calls)} of {len(found)} targets"
