"""Open what is staged for the hook."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeopt.cli import wiring
from codeopt.model.candidate import Patch
from codeopt.pipeline.guard import Guard, changed, code_only, hot
from codeopt.profile import shared
from codeopt.runs import scratch


@dataclass(frozen=True, slots=True)
class OpenGuard:
    """Hold what the hook looks at; ``guard`` is None where there is nothing to measure."""

    guard: Guard | None
    why: str = ""


@contextmanager
def open_guard(path: Path, flags: dict[str, Any], *, deadline: float) -> Iterator[OpenGuard]:
    """Open the staged change of a repository against the commit that it goes on top of."""
    repository = wiring.open_repository(path)
    in_time = {**flags, "test_timeout": max(1.0, deadline - time.monotonic())}
    settings = wiring.load_settings(repository.root, in_time)
    profile = wiring.open_store(repository).latest_profile() or shared.read(repository.root)
    tree, head = repository.staged(), repository.status().head
    change = code_only(repository.changes(head, tree))
    for other in repository.merging():
        theirs = {each.path for each in repository.changes(other, tree)}
        change = Patch(tuple(each for each in change.files if each.path in theirs))
    if profile is None:
        yield OpenGuard(None, "no profile is stored yet: codeopt profile")
    elif not hot(changed(change), profile, settings.profile.min_share):
        yield OpenGuard(None)
    else:
        with scratch() as directory:
            tools = wiring.instruments(repository, settings, directory, start=path)
            yield OpenGuard(Guard(tools, tree, change, profile, directory, deadline))
