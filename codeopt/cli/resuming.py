"""Describe a new run, or find the one that was cut short and what may change when it goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from codeopt import codec, config
from codeopt.ledger import Ledger
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.review import Opinion
from codeopt.model.run import Outcome, Progress, RunMeta
from codeopt.opinions import Opinions
from codeopt.report.status import RunStatus
from codeopt.runs import RunDirectory, RunStore

OpenLedger = Callable[[Path], AbstractContextManager[Ledger]]
_LIMITS = frozenset({"max_cost", "max_tokens", "max_seconds"})
_WHERE = frozenset({"jobs", "executor", "scheduler", "setup"})
_CHANGEABLE = _LIMITS | _WHERE | {"api_base", "call_timeout", "handoff_timeout", "retries"}


def unfinished(
    store: RunStore,
    targets: tuple[str, ...],
    flags: dict[str, Any],
    open_ledger: OpenLedger,
    *,
    name: str = "",
) -> tuple[RunDirectory, RunMeta, config.Settings]:
    """Find the latest run, or the one with a name, that was cut short and that nobody holds."""
    if targets:
        raise UsageError("a run that goes on has its targets already", hint="leave them out")
    store.find()  # says so when there is none at all
    names = [each for each in store.names() if name in ("", each)]
    for directory in reversed([store.find(each) for each in names]):
        with open_ledger(directory.journal) as ledger:
            meta = ledger.get("meta", "", RunMeta)
            ended = ledger.get("outcome", "", Outcome) is not None
        if meta is not None and not ended and not store.is_held(directory):
            return directory, meta, _changed(meta, flags)
    raise UsageError("no run of this repository was cut short", hint="codeopt run")


def status(ledger: Ledger, *, held: bool) -> RunStatus:
    """Return what the journal says of a run; ``held`` tells whether a process holds it."""
    record = ledger.record()
    return RunStatus(
        record=record,
        progress=ledger.get("progress", "", Progress),
        held=held,
        now=datetime.now(UTC),
        max_seconds=_most_seconds(record.meta),
        targets=len(ledger.all("done", bool)),
    )


def _most_seconds(meta: RunMeta) -> float | None:
    try:
        return stored_settings(meta).run.max_seconds
    except PreconditionError:
        return None


def removable(store: RunStore, open_ledger: OpenLedger, *, unfinished: bool) -> list[RunDirectory]:
    """List the runs that have ended, and those that could go on if wanted; not those under way."""
    found = [store.find(name) for name in store.names()]
    wanted = [each for each in found if unfinished or _ended(each, open_ledger)]
    return [each for each in wanted if not store.is_held(each)]


def _ended(directory: RunDirectory, open_ledger: OpenLedger) -> bool:
    with open_ledger(directory.journal) as ledger:
        return ledger.get("outcome", "", Outcome) is not None


def require_commit(resolve: Callable[[str], str], meta: RunMeta) -> None:
    """Refuse to go on with a run whose commit is gone, as after a rebase and ``git gc``."""
    try:
        resolve(meta.commit)
    except UsageError as error:
        text = f"the commit {meta.commit[:12]} of run {meta.run} is no longer in the repository"
        hint = f"start a new run; codeopt clean {meta.run} removes this one"
        raise PreconditionError(text, hint=hint) from error


def _changed(meta: RunMeta, flags: dict[str, Any]) -> config.Settings:
    """Return the settings of a run; what its evidence depends on cannot change any more."""
    given = {name: value for name, value in flags.items() if value is not None}
    fixed = sorted(name.replace("_", "-") for name in given.keys() - _CHANGEABLE)
    if fixed:
        names = ", ".join("--" + name.replace("_", "-") for name in sorted(_CHANGEABLE))
        hint = f"only these can: {names}"
        raise UsageError(f"--{fixed[0]} cannot change when a run goes on", hint=hint)
    return config.change(stored_settings(meta), given)


def stored_settings(meta: RunMeta) -> config.Settings:
    """Return the settings that a run was started with."""
    try:
        return codec.decode(meta.settings, config.Settings)
    except ValueError as error:
        text = f"run {meta.run} was made by another version of codeopt, {meta.version}"
        raise PreconditionError(text, hint="start a new run: codeopt run") from error


def refused(store: RunStore, open_ledger: OpenLedger) -> list[Opinion]:
    """Return what people rejected in the reviews of a repository."""
    if not store.opinions.exists():
        return []
    with open_ledger(store.opinions) as ledger:
        return list(Opinions(ledger).rejected())
