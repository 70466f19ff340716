"""Open a change for ``codeopt ci``, and look for speed-ups in what it touches."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codeopt.cli import wiring
from codeopt.cli.live import LiveView
from codeopt.cli.mergebase import find_base
from codeopt.ledger import Ledger
from codeopt.model.candidate import Patch
from codeopt.model.errors import CodeoptError, InternalError
from codeopt.model.inspection import Inspection
from codeopt.pipeline.guard import code_only
from codeopt.pipeline.inspector import Inspector
from codeopt.pipeline.suggestions import Limits, choose, worthwhile
from codeopt.profile import shared
from codeopt.runs import scratch


@dataclass(frozen=True, slots=True)
class OpenInspection:
    """Hold a change that is being inspected."""

    inspector: Inspector
    ledger: Ledger
    dirty: int

    def result(self) -> Inspection:
        """Return what was found."""
        found = self.ledger.get("inspection", "", Inspection)
        if found is None:
            raise InternalError("the change was not inspected to the end")
        if self.dirty:
            files = "1 uncommitted file is" if self.dirty == 1 else f"{self.dirty} files are"
            note = f"{files} not part of it: commits are compared"
            return replace(found, notes=(*found.notes, note))
        return found


@contextmanager
def open_inspection(
    path: Path, flags: dict[str, Any], *, base: str, budget: float
) -> Iterator[OpenInspection]:
    """Open what HEAD changed since it parted from its base; nothing of it is stored."""
    deadline = time.monotonic() + budget
    repository = wiring.open_repository(path)
    settings = wiring.load_settings(repository.root, flags)
    status = repository.status()
    start = find_base(repository, base, os.environ, status.head)
    change: Patch = code_only(repository.changes(start, status.head))
    profile = wiring.open_store(repository).latest_profile() or shared.read(repository.root)
    with scratch() as directory:
        tools = wiring.instruments(repository, settings, directory, start=path)
        inspector = Inspector(tools, start, status.head, change, profile, directory, deadline)
        yield OpenInspection(inspector, tools.ledger, len(status.dirty))


def suggest(
    path: Path, flags: dict[str, Any], found: Inspection, *, limits: Limits, view: LiveView
) -> Inspection:
    """Look for speed-ups in the changed functions of ``found.head``, as ``codeopt run`` does.

    What ends the search early is a note: the change is not worse for it.
    """
    targets = tuple(str(each.target) for each in worthwhile(found, limits))
    if not targets:
        return found
    try:
        opened = wiring.open_run(path, targets, flags, resume=False, echo=None, commit=found.head)
        with opened as run:
            view.follow(run.events())
            record = run.record()
    except CodeoptError as error:
        return replace(found, notes=(*found.notes, f"no suggestions: {error.message}"))
    return choose(found, record.kept, limits)
