"""Open a run for its review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from codeopt import config
from codeopt.cli import wiring
from codeopt.cli.resuming import stored_settings
from codeopt.ledger import Ledger
from codeopt.model.run import RunMeta, RunRecord
from codeopt.opinions import Opinions
from codeopt.ports import Checkout, Repository
from codeopt.runs import RunDirectory


@dataclass(frozen=True)
class OpenReview:
    """Hold a run whose patches are reviewed; ``flags`` are the settings of its further rounds."""

    record: RunRecord
    opinions: Opinions
    ledger: Ledger
    directory: RunDirectory
    repository: Repository
    checkout: Checkout
    flags: Mapping[str, Any]

    @property
    def meta(self) -> RunMeta:
        """Return what the run was asked for."""
        return self.record.meta

    @cached_property
    def settings(self) -> config.Settings:
        """Return the settings of the run: what is judged in its review is judged by them.

        The model may be another one: named now, or else, where the run had none, by the settings of
        the repository and the environment.
        """
        given = {name: value for name, value in self.flags.items() if value is not None}
        settings = stored_settings(self.meta)
        if not settings.model.models:
            present = wiring.load_settings(self.repository.root, {})
            settings = replace(settings, model=present.model)
        return config.change(settings, given)


@contextmanager
def open_review(
    path: Path, run: str, flags: Mapping[str, Any] | None = None
) -> Iterator[OpenReview]:
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
            flags or {},
        )
