"""Write the benchmarks of a finished run."""

from __future__ import annotations

from pathlib import Path

from codeopt.cli import wiring
from codeopt.cli.opened import OpenRun
from codeopt.model.run import RunRecord
from codeopt.pipeline.emission import Emission
from codeopt.pipeline.steps import result
from codeopt.runs import scratch


def emit(path: Path, run: OpenRun, record: RunRecord) -> tuple[str, ...]:
    """Put benchmarks of what a run kept on its branch; return a line for each kept patch."""
    repository = wiring.open_repository(path)
    with scratch() as directory:
        tools = wiring.instruments(repository, run.settings, directory, start=path)
        steps = Emission(tools, repository, record, directory).run()
        return tuple(result(steps))
