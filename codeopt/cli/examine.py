"""Look at everything that codeopt needs, one finding at a time."""

from __future__ import annotations

import importlib.util
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from codeopt.config import MeasureSettings, Settings
from codeopt.model.errors import CodeoptError
from codeopt.model.project import Project
from codeopt.ports import Guarantee, Probe, Sandbox
from codeopt.worker import Place

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """Say what was found of one thing; ``remedy`` tells how to get what is missing."""

    what: str
    ok: bool
    found: str
    remedy: str = ""
    optional: bool = False


class _Missing(Exception):
    """Carry the finding that ends the examination of what depends on it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


def examine(repository: Path, flags: dict[str, Any]) -> Iterator[Finding]:
    """Yield findings on the repository, the sandbox, the project and the model."""
    from codeopt import __version__

    yield Finding("codeopt", True, f"{__version__} on Python {platform.python_version()}")
    try:
        yield from _examine(repository, flags)
    except _Missing as missing:
        yield missing.finding


def _examine(path: Path, flags: dict[str, Any]) -> Iterator[Finding]:
    from codeopt.cli import wiring

    repository = _need("git", lambda: wiring.open_repository(path))
    status = _need("git", repository.status)
    where = status.branch or "no branch"
    dirty = f", {len(status.dirty)} files changed since" if status.dirty else ""
    yield Finding("git", True, f"{repository.root} on {where}, commit {status.head[:12]}{dirty}")
    settings = _need("settings", lambda: wiring.load_settings(repository.root, flags))
    probes = wiring.probes()
    for probe in probes:
        if probe.name != "plain":
            yield Finding(
                f"sandbox {probe.name}", probe.available, _layers(probe), probe.hint, True
            )
    sandbox = _need("sandbox", lambda: wiring.sandbox(settings))
    own = next((each for each in probes if each.name == sandbox.name and each.available), None)
    told = f"{sandbox.name} is used, inside of limits on time, memory, processes and output"
    lacking = _lacking(own) if own else "anything else"
    remedy = f"not held: {lacking}" if lacking else ""
    yield Finding("sandbox", True, told, remedy)
    with tempfile.TemporaryDirectory(prefix="codeopt-doctor-") as directory:
        tree = Path(directory).resolve() / "tree"
        repository.export(status.head, tree)
        project = _need("project", lambda: _found(repository.root, tree, settings, sandbox))
        yield _noise(Place(sandbox, project.interpreter, tree), settings.measure)
        yield from _project(project)
    yield _valgrind()
    for name in settings.model.models or ("",):
        yield _model(name, settings.model.api_base)


def _found(root: Path, tree: Path, settings: Settings, sandbox: Sandbox) -> Project:
    """Find out how the project of a tree is run."""
    from codeopt.profile.detect import find_project
    from codeopt.profile.interpreter import find_interpreter

    interpreter = find_interpreter(root, settings.project, sandbox)
    return find_project(tree, interpreter, settings.project)


def _layers(probe: Probe) -> str:
    """Say what a backend's trial showed, and what it does not hold."""
    if not probe.available:
        return probe.detail
    lacking = _lacking(probe)
    return f"{probe.detail}: holds everything{f' but {lacking}' if lacking else ''}"


def _lacking(probe: Probe) -> str:
    return ", ".join(sorted(set(Guarantee) - probe.holds))


def _project(project: Project) -> Iterator[Finding]:
    python = project.interpreter
    version = ".".join(map(str, python.version))
    yield Finding("interpreter", True, f"{python.path} (Python {version})")
    yield _tests(project)
    yield Finding("workload", True, project.workload.label)
    has = python.has("pytest-benchmark")
    hint = "" if has else "pip install pytest-benchmark, and write benchmarks of what matters"
    yield Finding("pytest-benchmark", has, "installed" if has else "not installed", hint, True)


def _tests(project: Project) -> Finding:
    """Name the tests, or say as a run would why there are none."""
    from codeopt.profile.detect import require_tests

    try:
        require_tests(project)
    except CodeoptError as error:
        return Finding("tests", False, error.message, error.hint)
    return Finding("tests", True, project.tests.label if project.tests else "")


def _noise(place: Place, settings: MeasureSettings) -> Finding:
    """Measure what identical code differs by on this machine: a second or two."""
    from codeopt.measure.noise import measure_noise

    seconds = settings.seconds
    noise = measure_noise(place, alpha=settings.alpha / 2, seconds=seconds)
    if noise is None:
        return Finding("noise", False, "the interpreter cannot be timed in the sandbox", "", True)
    hint = "" if noise.usable else "too noisy for any claim: stop what else runs, or wait"
    return Finding("noise", noise.usable, str(noise), hint, True)


def _valgrind() -> Finding:
    from codeopt.measure import witness

    path = witness.valgrind()
    hint = "" if path else "for --witness instructions only: " + witness.INSTALL
    return Finding("valgrind", bool(path), path or "not installed", hint, True)


def _model(name: str, api_base: str) -> Finding:
    if not name:
        hint = "name one with --model; keys come from the environment, such as OPENAI_API_KEY"
        return Finding("model", False, "none: the built-in catalogue is used", hint, True)
    kind = name.partition(":")[0]
    if kind in ("replay", "handoff"):
        return Finding("model", True, name)
    module, extra = ("xllamacpp", "local") if kind == "local" else ("litellm", "model")
    if importlib.util.find_spec(module) is None:
        return Finding(
            "model", False, f"{name}: {module} is missing", f"pip install 'codeopt[{extra}]'"
        )
    keys = [key for key in os.environ if key.endswith("_API_KEY")]
    told = f"{name}{' at ' + api_base if api_base else ''}"
    return Finding("model", True, f"{told}; keys in the environment: {', '.join(keys) or 'none'}")


def _need(what: str, get: Callable[[], T]) -> T:
    """Return what is needed by all that follows, or end with its finding."""
    try:
        return get()
    except CodeoptError as error:
        raise _Missing(Finding(what, False, error.message, error.hint)) from error
