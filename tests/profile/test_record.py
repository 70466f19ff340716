"""What cannot be recorded is said to be that, and not taken for a workload that calls nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import ProjectSettings, RecordSettings
from codeopt.discover.index import discover
from codeopt.model.code import FunctionId
from codeopt.model.errors import PreconditionError
from codeopt.model.project import Interpreter
from codeopt.profile.detect import find_project
from codeopt.profile.record import record
from codeopt.worker import Place

from .conftest import MakeTree

_WORK = "import os\ndef f():\n    os.kill(os.getpid(), 9)\nf()\n"


def test_a_workload_that_is_killed(
    make_tree: MakeTree, interpreter: Interpreter, tmp_path: Path
) -> None:
    tree = make_tree({"work.py": _WORK})
    project = find_project(tree, interpreter, ProjectSettings(bench="work.py"))
    code = discover(tree, PythonLanguage(), cache=tmp_path / "cache")
    place = Place(PlainSandbox(), interpreter, tree)
    targets, out = [FunctionId("work.py", "f")], tmp_path / "calls"
    with pytest.raises(PreconditionError, match="was killed by somebody"):
        record(place, project, code, targets, RecordSettings(), out)
