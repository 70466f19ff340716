"""Make small projects with recorded calls, as the recorder would leave them."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeopt.adapters.sandboxes.plain import PlainSandbox
from codeopt.config import MeasureSettings
from codeopt.harness import calls as call_file
from codeopt.measure.bench import Bench
from codeopt.model.code import FunctionId
from codeopt.model.evidence import Measurement, Recording
from codeopt.model.project import Interpreter, Project, Workload, WorkloadKind
from codeopt.worker import Place


def interpreter() -> Interpreter:
    """Describe the interpreter that runs the tests."""
    prefixes = (Path(sys.prefix), Path(sys.base_prefix))
    return Interpreter(Path(sys.executable), sys.version_info[:3], prefixes)


@dataclass(frozen=True)
class Small:
    """A project of one module, ``mod.py``, with one recorded target."""

    place: Place
    project: Project
    recording: Recording

    def bench(self, **settings: Any) -> Bench:
        """Return a bench for it."""
        limits = {"measure_seconds": 120.0, **settings}  # machines that run tests may be loaded
        return Bench(self.place, self.project, MeasureSettings(**limits))

    def measure(self, text: str, **settings: Any) -> Measurement:
        """Measure a whole new text of the module."""
        return self.bench(**settings).measure(self.recording, {"mod.py": text}, alpha=0.05, seed=3)


def make(
    directory: Path,
    text: str,
    inputs: Sequence[tuple[Any, ...]],
    *,
    function: str = "f",
    **extra: Any,
) -> Small:
    """Write the module and record calls of ``function`` with these positional arguments.

    ``groups`` (a list, by call) and ``count`` are the metadata of the calls.
    """
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "mod.py").write_text(text)
    groups = extra.get("groups") or [""] * len(inputs)
    rows = [
        (
            {
                "order": n,
                "count": extra.get("count", 1),
                "size": 1,
                "group": group,
                "outcome": None,
            },
            pickle.dumps((args, {})),
        )
        for n, (args, group) in enumerate(zip(inputs, groups, strict=True))
    ]
    file = directory.parent / f"{directory.name}.calls"
    header = {"target": function, "module": "mod", "path": "mod.py", "sys_path": []}
    call_file.write(file, header, rows)
    workload = Workload(WorkloadKind.SCRIPT, ("{python}", "-c", "pass"), "script")
    python = interpreter()
    place = Place(PlainSandbox(), python, directory, read=(file,))
    project = Project(directory, python, ("",), None, workload)
    target = FunctionId("mod.py", function)
    return Small(place, project, Recording(target, file, "digest", len(rows), len(rows)))
