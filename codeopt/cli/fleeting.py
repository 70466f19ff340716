"""Work on the repositories of a fleet: each has a run as ``codeopt run`` would have it."""

from __future__ import annotations

import traceback
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib.util import decode_source
from pathlib import Path
from typing import Any

from rich.console import Console

from codeopt.cli import wiring
from codeopt.cli.console import Loudness
from codeopt.cli.live import LiveView
from codeopt.config import Settings
from codeopt.discover.targets import is_optimisable, outermost
from codeopt.fleet.fleet import Stopwatch
from codeopt.fleet.listing import is_remote
from codeopt.ledger import Ledger
from codeopt.model.code import FunctionId
from codeopt.model.errors import CodeoptError, InternalError, Interrupted
from codeopt.model.events import Event, Profiled
from codeopt.model.evidence import Profile, Spend
from codeopt.model.fleet import Allotment, Member, Prospect, Survey
from codeopt.model.run import RunRecord
from codeopt.propose.catalogue.drafting import Module, find_sites
from codeopt.propose.catalogue.registry import REWRITES
from codeopt.propose.strategies.catalogue import together
from codeopt.redact import redact
from codeopt.runs import RunDirectory, RunStore


@dataclass(frozen=True, slots=True)
class FleetDirectory:
    """Name the directory of a fleet and what is in it."""

    path: Path

    @property
    def journal(self) -> Path:
        """Return the journal's file."""
        return self.path / "journal.sqlite"

    @property
    def clones(self) -> Path:
        """Return the directory of the repositories that were cloned."""
        return self.path / "repositories"


@contextmanager
def open_fleet(directory: FleetDirectory, *, hold: bool = True) -> Iterator[Ledger]:
    """Open the journal of a fleet, made where there is none, and hold it unless it is only read."""
    directory.path.mkdir(parents=True, exist_ok=True)
    held = RunStore(directory.path).lock(RunDirectory(directory.path)) if hold else nullcontext()
    with held, wiring.open_ledger(directory.journal) as ledger:
        yield ledger


@dataclass(frozen=True, slots=True)
class FleetRuns:
    """Implement the runs of a fleet; what a bug was is written down beside its journal."""

    directory: FleetDirectory
    flags: dict[str, Any]
    watch: Stopwatch
    console: Console
    loudness: Loudness

    def survey(self, member: Member) -> Survey:
        """Begin a run and stop after its profile."""
        with self._noting(member):
            root = self._root(member)
            given = {name: value for name, value in self.flags.items() if value is not None}
            flags = {**dict(member.settings), **given}
            opened = wiring.open_run(root, member.targets, flags, resume=False, echo=None)
            with opened as run:
                self._follow(_until_profiled(run.events()))
                meta, found = run.record().meta, run.profile()
                prospects = _prospects(root, meta.commit, found, run.settings)
                asks = bool(run.settings.model.models)
            return Survey(meta.run, str(root), prospects, asks)

    def finish(self, member: Member, survey: Survey, allotted: Allotment) -> RunRecord:
        """Take the run to its end."""
        with self._noting(member):
            root = Path(survey.root)
            record = wiring.load_record(root, survey.run)
            if record.outcome is not None:
                return record
            limits = {
                "max_cost": allotted.usd,
                "max_tokens": allotted.tokens,
                "max_seconds": allotted.seconds,
            }
            with wiring.open_run(root, (), limits, resume=survey.run, echo=None) as run:
                self._follow(run.events())
                return run.record()

    def spent(self, member: Member, survey: Survey) -> Spend:
        """Return what the run has spent so far."""
        try:
            return wiring.load_record(Path(survey.root), survey.run).spend
        except CodeoptError:  # the repository is gone
            return Spend()

    def _root(self, member: Member) -> Path:
        if not is_remote(member.source):
            return Path(member.source)
        target = self.directory.clones / member.name
        if not target.is_dir():
            wiring.clone(member.source, target)
        return target

    def _follow(self, events: Generator[Event, None, None]) -> None:
        with LiveView(self.console, self.loudness) as view:
            view.follow(self._beating(events))

    def _beating(self, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
        for event in events:
            self.watch.beat()
            yield event

    @contextmanager
    def _noting(self, member: Member) -> Iterator[None]:
        """Turn Ctrl-C into the end of the fleet, and write a bug down before it goes on."""
        try:
            yield
        except KeyboardInterrupt:
            raise Interrupted("interrupted", hint="go on with the same command") from None
        except CodeoptError:
            raise
        except Exception as error:
            log = self.directory.path / f"{member.name}.error.log"
            log.write_text(redact(traceback.format_exc()), "utf-8")
            raise InternalError(
                f"internal error: {type(error).__name__}: {error}", hint=f"details: {log}"
            ) from error


def _until_profiled(events: Generator[Event, None, None]) -> Generator[Event, None, None]:
    for event in events:
        yield event
        if isinstance(event, Profiled):
            events.close()
            return


def _prospects(root: Path, commit: str, found: Profile, settings: Settings) -> tuple[Prospect, ...]:
    """List the functions that a run would choose by heat, and whether the catalogue knows them."""
    exclude, most = settings.project.exclude, settings.run.max_targets
    shares: dict[FunctionId, float] = {}
    for spot in found.hotspots:
        target = outermost(spot.id)
        if is_optimisable(target.path, exclude) and spot.own_share > 0:
            shares[target] = shares.get(target, 0.0) + spot.own_share
    repository, modules = wiring.open_repository(root), dict[str, Module | None]()
    prospects = []
    for target in sorted(shares, key=lambda each: -shares[each])[:most]:
        if target.path not in modules:
            modules[target.path] = _parsed(repository.read(commit, target.path))
        module = modules[target.path]
        names = together(module, target.qualname) if module else ()
        known = any(find_sites(module, name, REWRITES) for name in names) if module else False
        prospects.append(Prospect(target, shares[target], known))
    return tuple(prospects)


def _parsed(source: bytes) -> Module | None:
    try:
        return Module.parse(decode_source(source))
    except (UnicodeDecodeError, SyntaxError, LookupError):
        return None
