"""Open what is staged for the hook."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codeopt.cli import wiring
from codeopt.cli.console import Loudness, progress
from codeopt.cli.inspecting import suggest
from codeopt.cli.live import LiveView
from codeopt.model.candidate import Patch
from codeopt.model.code import FunctionId
from codeopt.model.inspection import Inspected, Inspection
from codeopt.pipeline.guard import Guard, changed, code_only, hot
from codeopt.pipeline.suggestions import Limits
from codeopt.profile import shared
from codeopt.runs import scratch

_LEAST = 15.0  # seconds below which looking for speed-ups is not begun


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


def suggest_for(
    path: Path, flags: dict[str, Any], guard: Guard, *, seconds: float
) -> Inspection | None:
    """Look for speed-ups in the hot functions that are staged; None where no time is left.

    They are commits on top of one that holds what is staged, on a branch of their own.
    """
    if seconds < _LEAST:
        return None
    repository = wiring.open_repository(path)
    head = repository.status().head
    commit = repository.snapshot(guard.staged, head, "What was staged")
    limits = Limits()
    targets = hot(changed(guard.change), guard.profile, limits.min_share)
    functions = tuple(Inspected(each, 0, share=_share(guard, each)) for each in targets)
    for_run = {**flags, "max_seconds": seconds}
    with LiveView(progress(), Loudness.QUIET) as view:
        found = Inspection(head, commit, functions)
        return suggest(path, for_run, found, limits=limits, view=view)


def _share(guard: Guard, target: FunctionId) -> float | None:
    spot = guard.profile.hotspot(target)
    return spot.cumulative_share if spot else None
