"""A run, a profile or a judgement that is open: it can be followed, and asked what it found."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from codeopt import __version__, codec, config
from codeopt.ledger import Ledger
from codeopt.model.candidate import Patch
from codeopt.model.errors import CodeoptError, InternalError, PreconditionError
from codeopt.model.events import Event
from codeopt.model.evidence import Attempt, Profile
from codeopt.model.judgement import Judgement, Rewrite
from codeopt.model.run import RunMeta, RunRecord
from codeopt.ports import Entry, Source
from codeopt.runs import RunDirectory, RunStore


@dataclass(frozen=True, slots=True)
class OpenRun:
    """Hold a run that can be followed and asked for its record."""

    settings: config.Settings
    ledger: Ledger
    events: Callable[[], Generator[Event, None, None]]

    def record(self) -> RunRecord:
        """Return everything that is known of the run."""
        return self.ledger.record()

    def judgement(self) -> Judgement:
        """Return what was found about one change."""
        found = self.ledger.get("judgement", "", Judgement)
        if found is None:
            raise InternalError("the change was not judged to the end")
        return found

    def profile(self) -> Profile:
        """Return the profile of the workload."""
        found = self.ledger.get("profile", "", Profile)
        if found is None:
            raise PreconditionError("the workload was not profiled")
        return found


@dataclass(frozen=True, slots=True)
class RawRun:
    """Hold a run as it lies on disk."""

    record: RunRecord
    entries: tuple[Entry, ...]
    log: str


def run_meta(
    directory: RunDirectory,
    commit: str,
    targets: tuple[str, ...],
    settings: config.Settings,
    sandbox_name: str,
) -> RunMeta:
    """Describe a new run."""
    return RunMeta(
        run=directory.name,
        version=__version__,
        commit=commit,
        branch=f"codeopt/{directory.name}",
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        targets=targets,
        strategies=settings.run.strategy,
        model=settings.model.model,
        sandbox=sandbox_name,
        min_speedup=settings.measure.min_speedup,
        settings=codec.encode(settings),
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """Hold what is to be judged, and the files that it is a change of."""

    source: Source
    change: Patch | Rewrite
    commit: str = ""


OpenLedger = Callable[[Path], AbstractContextManager[Ledger]]


@contextmanager
def discarded_if_useless(
    store: RunStore, directory: RunDirectory, open_ledger: OpenLedger
) -> Iterator[None]:
    """Remove a run that ends before there is anything to go on with, or to look at."""
    try:
        yield
    except CodeoptError as error:
        with open_ledger(directory.journal) as ledger:
            useless = not error.resumable and not ledger.all("attempt", Attempt)
        if useless:
            store.remove(directory)
        raise
