"""Find out how a project is tested and what its workload is, from the files of its tree."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

from codeopt.config import ProjectSettings
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.profile.layout import Layout, read_layout

_SHELL = re.compile(r"[|&;<>()$`*?~\n]|^\s*\w+=")
_PYTHONS = re.compile(r"python(3(\.\d+)?)?$")
_BENCHMARK = re.compile(r"^\s*(?:async\s+)?def\s+test\w*\s*\([^)]*\bbenchmark\b", re.MULTILINE)
_UNITTEST = re.compile(r"^\s*(?:import unittest|from unittest)\b", re.MULTILINE)
_NEEDED_HINT = "name a command with --test CMD, or a workload with --bench CMD"


def find_project(tree: Path, interpreter: Interpreter, settings: ProjectSettings) -> Project:
    """Describe the project in ``tree``; its code is read as text and never imported.

    ``tests`` is None when there are none. Raises PreconditionError when there is nothing that
    could be the workload, UsageError when a setting names what is not there.
    """
    layout = read_layout(tree)
    tests = _tests(layout, interpreter, settings)
    workload = _bench(layout, interpreter, settings) or tests
    if workload is None:
        raise _nothing_to_run(layout, interpreter)
    return Project(tree, interpreter, layout.source_roots(), tests, workload)


def require_tests(project: Project) -> None:
    """Raise PreconditionError when there are no tests by which candidates could be judged."""
    if project.tests is None:
        layout = read_layout(project.tree)
        raise _untestable(layout, project.interpreter) or PreconditionError(
            "no tests were found, and without them nothing can be kept",
            hint="name the command that runs them with --test CMD",
        )


def command_workload(text: str, name: str) -> Workload:
    """Make a workload of a command line; ``name`` is the setting that it comes from."""
    try:
        argv = shlex.split(text)
    except ValueError as error:
        raise UsageError(
            f"{name} is not a command line: {error}", hint=f"check {text!r}"
        ) from error
    if not argv:
        raise UsageError(f"{name} is empty", hint=_NEEDED_HINT)
    kind = WorkloadKind.PYTEST if _runs_pytest(argv) else WorkloadKind.COMMAND
    if _SHELL.search(text):
        return Workload(kind, ("sh", "-c", text), text)
    if _PYTHONS.match(argv[0]):
        argv[0] = "{python}"
    return Workload(kind, tuple(argv), text)


def _runs_pytest(argv: list[str]) -> bool:
    return any(part.rpartition("/")[2] in {"pytest", "py.test"} for part in argv[:4])


def _tests(layout: Layout, python: Interpreter, settings: ProjectSettings) -> Workload | None:
    if settings.test:
        return command_workload(settings.test, "--test")
    if python.has("pytest") and (layout.test_files or layout.configures_pytest):
        argv = ("{python}", "-m", "pytest", "-q", *_quiet_plugins(layout, python))
        return Workload(WorkloadKind.PYTEST, argv, "pytest")
    return _unittest(layout)


def _quiet_plugins(layout: Layout, python: Interpreter) -> list[str]:
    """Turn off plugins that distort times or orders; those the project itself blocks are let be."""
    flags = {
        "pytest-cov": ("cov", ["--no-cov"]),
        "pytest-xdist": ("xdist", ["-n0"]),
        "pytest-randomly": ("randomly", ["-p", "no:randomly"]),
        "pytest-benchmark": ("benchmark", ["--benchmark-disable"]),
    }
    found = []
    for package, (plugin, arguments) in flags.items():
        blocked = any(f"no:{name}" in layout.configuration for name in (plugin, f"pytest_{plugin}"))
        own = f"--{plugin}-" in layout.configuration and plugin != "cov"
        if python.has(package) and not blocked and not own:
            found += arguments
    return found


def _unittest(layout: Layout) -> Workload | None:
    """Discover unittest's tests in the topmost directory that holds some."""
    named = [*layout.test_files, *(p for p in layout.files if p.rpartition("/")[2] == "tests.py")]
    files = [path for path in named if _UNITTEST.search(layout.text(path))]
    if not files:
        return None
    start = min((path.rpartition("/")[0] for path in files), key=lambda d: (d.count("/"), d))
    argv = ["{python}", "-m", "unittest", "discover"]
    if start:
        argv += ["-s", start]
    if start and "__init__.py" in layout.directories[start]:
        argv += ["-t", start.rpartition("/")[0] or "."]
    if all(path.endswith("_test.py") for path in files):
        argv += ["-p", "*_test.py"]
    return Workload(WorkloadKind.COMMAND, tuple(argv), "unittest")


def _bench(layout: Layout, python: Interpreter, settings: ProjectSettings) -> Workload | None:
    if settings.bench:
        return _named_bench(layout, python, settings.bench)
    if not (python.has("pytest") and python.has("pytest-benchmark")):
        return None
    if "no:benchmark" in layout.configuration:
        return None
    counts = {path: len(_BENCHMARK.findall(layout.text(path))) for path in _may_benchmark(layout)}
    files = [path for path, count in counts.items() if count]
    return _benchmarks(files, sum(counts.values())) if files else None


def _may_benchmark(layout: Layout) -> list[str]:
    """List files that pytest collects, and those named ``bench_*`` which it takes when given."""
    named = [p for p in layout.files if p.rpartition("/")[2].startswith(("bench_", "benchmark_"))]
    return [*layout.test_files, *(path for path in named if path not in layout.test_files)]


def _benchmarks(files: list[str], count: int) -> Workload:
    """Run benchmarks long enough to be sampled, and all of them within some ten seconds."""
    seconds = min(0.5, max(0.05, 10 / count))
    flags = ("--benchmark-only", "--benchmark-min-rounds=3", "--benchmark-warmup=off")
    limit = f"--benchmark-max-time={seconds:.2f}"
    argv = ("{python}", "-m", "pytest", "-q", *flags, limit, *files)
    return Workload(WorkloadKind.BENCHMARK, argv, "pytest-benchmark")


def _named_bench(layout: Layout, python: Interpreter, text: str) -> Workload:
    workload = command_workload(text, "--bench")
    if workload.kind is WorkloadKind.PYTEST and _asks_for_benchmarks(workload.argv):
        if not python.has("pytest-benchmark"):
            raise PreconditionError(
                f"{text!r} needs pytest-benchmark, which is not installed for {python.path}",
                hint=f"{python.path} -m pip install pytest-benchmark, or name another --bench",
            )
        return replace(workload, kind=WorkloadKind.BENCHMARK)
    script = workload.argv[0]
    if not script.endswith(".py"):
        return workload
    # joined to the tree, such a path names a file of this machine, which the sandbox does not have
    outside = script.startswith("/") or ".." in script.split("/")
    if outside or not (layout.tree / script).is_file():
        hint = "the script must be in the commit that is optimised"
        hint += "; name it by its path in the repository" if outside else ""
        raise UsageError(f"--bench names {script}, which the repository does not have", hint=hint)
    return Workload(WorkloadKind.SCRIPT, ("{python}", *workload.argv), text)


def _asks_for_benchmarks(argv: tuple[str, ...]) -> bool:
    """Tell whether a pytest command that no shell has to read runs benchmarks."""
    off = ("--benchmark-disable", "--benchmark-skip")
    asked = any(part.startswith("--benchmark-") for part in argv)
    return argv[0] != "sh" and asked and not any(part in off for part in argv)


def _nothing_to_run(layout: Layout, python: Interpreter) -> PreconditionError:
    return _untestable(layout, python) or PreconditionError(
        "no tests and no benchmarks were found", hint=_NEEDED_HINT
    )


def _untestable(layout: Layout, python: Interpreter) -> PreconditionError | None:
    """Tell of tests that are there but cannot be run."""
    if not (layout.test_files or layout.configures_pytest) or python.has("pytest"):
        return None
    return PreconditionError(
        f"there are tests, but pytest is not installed for {python.path}",
        hint=f"{python.path} -m pip install pytest, or {_NEEDED_HINT}",
    )
