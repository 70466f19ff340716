"""Values that describe the project being optimised and how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class WorkloadKind(StrEnum):
    """Say how a workload is run."""

    PYTEST = "pytest"
    BENCHMARK = "benchmark"
    COMMAND = "command"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class Workload:
    """Name a command that exercises the project; ``argv[0]`` may be ``{python}``."""

    kind: WorkloadKind
    argv: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Describe the interpreter of the target project, as found by running it.

    ``prefixes`` are the directories that must be readable for it to run; ``packages`` pairs
    distribution names with versions.
    """

    path: Path
    version: tuple[int, int, int]
    prefixes: tuple[Path, ...]
    packages: tuple[tuple[str, str], ...] = ()

    def has(self, package: str) -> bool:
        """Tell whether a distribution is installed for this interpreter."""
        return any(name.lower() == package.lower() for name, _ in self.packages)


@dataclass(frozen=True, slots=True)
class Project:
    """Describe the project being optimised.

    ``tree`` is a private checkout of the commit under work; ``source_roots`` are POSIX paths
    relative to it that go on ``sys.path`` (``""`` is the tree itself). ``tests`` is the test
    command; ``workload`` is what is profiled, recorded and timed (often the same).
    """

    tree: Path
    interpreter: Interpreter
    source_roots: tuple[str, ...]
    tests: Workload | None
    workload: Workload

    def module_name(self, path: str) -> str:
        """Return the dotted name under which ``path`` is imported (longest source root wins)."""
        roots = sorted(self.source_roots, key=len, reverse=True)
        root = next((r for r in roots if not r or path.startswith(f"{r}/")), "")
        inner = path[len(root) :].lstrip("/").removesuffix(".py").removesuffix("/__init__")
        return inner.replace("/", ".")
