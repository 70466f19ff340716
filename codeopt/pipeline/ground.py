"""What is known before the first candidate: the project, its tests, its profile, its code."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from codeopt.discover.graph import CallGraph
from codeopt.discover.targets import is_optimisable
from codeopt.model.baseline import Baseline
from codeopt.model.code import CodeMap, FunctionId
from codeopt.model.evidence import Profile, Recording
from codeopt.model.project import Project
from codeopt.worker import Place


@dataclass(frozen=True, slots=True)
class Setting:
    """Hold where a run works: ``place.tree`` is a pristine tree that nothing writes to."""

    project: Project
    place: Place
    scratch: Path


@dataclass(frozen=True, slots=True)
class Ground:
    """Hold what all targets of a run share; ``graph`` resolves calls when it is asked."""

    setting: Setting
    code: CodeMap
    profile: Profile
    baseline: Baseline
    targets: tuple[FunctionId, ...]
    recordings: tuple[Recording, ...]
    graph: CallGraph = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "graph", CallGraph(self.code))

    @classmethod
    def unprofiled(cls, setting: Setting, code: CodeMap, baseline: Baseline) -> Ground:
        """Return what one change is judged on: no target is looked for."""
        return cls(
            setting, code, Profile(setting.project.workload, (), 0.0, 0, 0.0), baseline, (), ()
        )

    def recording(self, target: FunctionId) -> Recording | None:
        """Return the recorded calls of a target."""
        return next((each for each in self.recordings if each.target == target), None)

    @property
    def packages(self) -> frozenset[str]:
        """Name the top-level modules that the project's own code imports already."""
        return packages_of(self.code)


def packages_of(code: CodeMap) -> frozenset[str]:
    """Name the top-level modules that a project's own code imports."""
    files = (file for file in code.files if is_optimisable(file.path, ()))
    imports = (each for file in files for each in file.imports if not each.level)
    return frozenset(each.module.partition(".")[0] for each in imports)
