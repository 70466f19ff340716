"""Hold what keeps patches that come from outside, as a run keeps those that it found itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codeopt.cli import wiring
from codeopt.cli.opened import run_meta
from codeopt.ledger import Ledger
from codeopt.model.run import Outcome, RunMeta
from codeopt.ports import Repository


@dataclass(frozen=True, slots=True)
class Stored:
    """Hold a repository and the journal of a run; ``meta`` names its branch and its commit."""

    repository: Repository
    ledger: Ledger
    meta: RunMeta


@contextmanager
def open_stored(path: Path, flags: dict[str, Any]) -> Iterator[Stored]:
    """Open a run whose candidates come from outside; one without any leaves nothing behind."""
    repository = wiring.open_repository(path)
    settings = wiring.load_settings(repository.root, flags)
    commit, name = repository.status().head, wiring.sandbox(settings).name
    store = wiring.open_store(repository)
    directory = store.create()
    meta = replace(run_meta(directory, commit, (), settings, name), strategies=("agent",))
    used = False
    try:
        with store.lock(directory), wiring.open_ledger(directory.journal) as ledger:
            ledger.put("meta", "", meta)
            ledger.put("outcome", "", Outcome(0, 0, 0.0))  # it is no run to go on with
            try:
                yield Stored(repository, ledger, meta)
            finally:
                used = bool(ledger.record().attempts)
    finally:
        if not used:
            store.remove(directory)
