"""Run a workload of the project inside the sandbox, with or without an observer in it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from codeopt import foreign
from codeopt.model.project import Project, Workload
from codeopt.ports import Command, Completed
from codeopt.worker import Place


def run_workload(
    place: Place,
    project: Project,
    workload: Workload,
    *,
    job: dict[str, Any] | None = None,
    out: Path | None = None,
    environment: tuple[tuple[str, str], ...] = (),
) -> Completed:
    """Run ``workload`` in ``place.tree`` (which it may write to) within ``place.limits``.

    ``job`` installs an observer: ``job["job"]`` names a harness module with ``install(job)``; it
    gets ``job["out"]``, the directory ``out``, into which each process writes files of its own,
    and ``job["tree"]``. What it wrote is untrusted data.
    """
    paths = [str(place.tree / root) for root in project.source_roots]
    extra: list[tuple[str, str]] = [("PATH", _search_path(place))]
    write = (place.tree, *place.write)
    if job is not None and out is not None:
        job_file = foreign.directory(out) / "job.json"
        told = json.dumps({**job, "out": str(out), "tree": str(place.tree)})
        foreign.write(job_file, told.encode())
        extra.append(("CODEOPT_INJECT", str(job_file)))
        paths.insert(0, str(place.harness / "inject"))
        write = (*write, out)
    extra.append(("PYTHONPATH", os.pathsep.join(paths)))
    extra += [("PYTHONHASHSEED", "0"), ("PYTHONDONTWRITEBYTECODE", "1"), *environment]
    python = place.interpreter
    return place.sandbox.run(
        Command(
            argv=tuple(part.replace("{python}", str(python.path)) for part in workload.argv),
            cwd=place.tree,
            read=(place.harness, *python.prefixes, *place.read),
            write=write,
            environment=tuple(extra),
            limits=place.limits,
        )
    )


def with_tree(place: Place, tree: Path) -> Place:
    """Return the same place with another tree."""
    return replace(place, tree=tree)


def _search_path(place: Place) -> str:
    """Put the project's interpreter first, so that ``python`` and ``pytest`` mean the project's."""
    own = str(place.interpreter.path.parent)
    return os.pathsep.join([own, "/usr/local/bin", "/usr/bin", "/bin"])
