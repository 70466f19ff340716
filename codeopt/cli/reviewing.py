"""Open a run for its review."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codeopt.cli import wiring
from codeopt.ledger import Ledger
from codeopt.model.run import RunRecord
from codeopt.opinions import Opinions
from codeopt.ports import Checkout, Repository
from codeopt.runs import RunDirectory


@dataclass(frozen=True, slots=True)
class OpenReview:
    """Hold a run whose patches are reviewed."""

    record: RunRecord
    opinions: Opinions
    ledger: Ledger
    directory: RunDirectory
    repository: Repository
    checkout: Checkout


@contextmanager
def open_review(path: Path, run: str) -> Iterator[OpenReview]:
    """Open a run, with what people said of its patches."""
    repository = wiring.open_repository(path)
    store = wiring.open_store(repository)
    directory = store.find(run)
    with (
        wiring.open_ledger(directory.journal) as ledger,
        wiring.open_ledger(store.opinions) as shared,
    ):
        yield OpenReview(
            ledger.record(),
            Opinions(shared, ledger),
            ledger,
            directory,
            repository,
            wiring.checkout(repository),
        )
