"""Small real projects in plain directories, and the interpreter that runs these tests."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import ProfileSettings, ProjectSettings
from codeopt.discover.index import discover
from codeopt.model.evidence import Profile
from codeopt.model.project import Interpreter, Project
from codeopt.ports import Limits
from codeopt.profile.detect import find_project
from codeopt.profile.interpreter import probe
from codeopt.profile.ranking import profile
from codeopt.worker import Place

MakeTree = Callable[[dict[str, str]], Path]
RunProfile = Callable[..., Profile]


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    """Return this interpreter; its plugins are left out, as most projects have none."""
    found = probe(Path(sys.executable), PlainSandbox())
    keep = tuple(pair for pair in found.packages if not pair[0].startswith("pytest-"))
    return Interpreter(found.path, found.version, found.prefixes, keep)


@pytest.fixture
def make_tree(tmp_path: Path) -> MakeTree:
    """Return a function that writes files into a new tree."""

    def make(files: dict[str, str]) -> Path:
        tree = tmp_path / "tree"
        for path, text in files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(textwrap.dedent(text).lstrip("\n"), "utf-8")
        return tree

    return make


@pytest.fixture
def run_profile(make_tree: MakeTree, interpreter: Interpreter) -> RunProfile:
    """Return a function that profiles a project made of ``files``."""

    def run(
        files: dict[str, str], *, wall: float = 60.0, seconds: float = 1.0, **settings: str
    ) -> Profile:
        tree = make_tree(files)
        project = find_project(tree, interpreter, ProjectSettings(**settings))
        return profile_in(tree, project, wall=wall, seconds=seconds)

    return run


def profile_in(tree: Path, project: Project, *, wall: float, seconds: float) -> Profile:
    """Profile a project once it is found."""
    limits = Limits(wall_seconds=wall)
    place = Place(PlainSandbox(), project.interpreter, tree, limits=limits)
    code = discover(tree, PythonLanguage())
    return profile(place, project, code, ProfileSettings(profile_seconds=seconds))
