"""Find the run that was cut short, and say what may change when it goes on."""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from codeopt import codec, config, foreign
from codeopt.ledger import Ledger
from codeopt.model.errors import PreconditionError, UsageError
from codeopt.model.review import Opinion
from codeopt.model.run import Outcome, Progress, RunMeta
from codeopt.opinions import Opinions
from codeopt.report.status import RunStatus
from codeopt.runs import RunDirectory, RunStore

OpenLedger = Callable[[Path], AbstractContextManager[Ledger]]
_RISKY = {"unsafe_no_sandbox": "sandbox", "allow_network": "sandbox", "api_base": "model"}
_MARK = "mark"
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
    keys: Path,
) -> tuple[RunDirectory, RunMeta, config.Settings]:
    """Find the latest run, or the one with a name, that was cut short and that nobody holds.

    ``keys`` is the user's own directory, in which ``mark`` has left what its mark is checked by.
    """
    if targets:
        raise UsageError("a run that goes on has its targets already", hint="leave them out")
    store.find()  # says so when there is none at all
    names = [each for each in store.names() if name in ("", each)]
    for directory in reversed([store.find(each) for each in names]):
        with open_ledger(directory.journal) as ledger:
            meta = ledger.get("meta", "", RunMeta)
            ended = ledger.get("outcome", "", Outcome) is not None
        if meta is not None and not ended and not store.is_held(directory):
            own = _is_own(directory, meta, keys)
            return directory, meta, _changed(meta, flags, own=own)
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


def _changed(meta: RunMeta, flags: dict[str, Any], *, own: bool) -> config.Settings:
    """Return the settings of a run; what its evidence depends on cannot change any more."""
    given = {name: value for name, value in flags.items() if value is not None}
    fixed = sorted(name.replace("_", "-") for name in given.keys() - _CHANGEABLE)
    if fixed:
        names = ", ".join("--" + name.replace("_", "-") for name in sorted(_CHANGEABLE))
        hint = f"only these can: {names}"
        raise UsageError(f"--{fixed[0]} cannot change when a run goes on", hint=hint)
    stored = stored_settings(meta)
    if not own:
        _check_harmless(meta.run, stored, given)
    return config.change(stored, given)


def mark(directory: RunDirectory, meta: RunMeta, keys: Path) -> None:
    """Mark a new run as this user's: a repository may come with journals of somebody else."""
    with contextlib.suppress(OSError):
        (directory.path / _MARK).write_text(_marked(meta, _key(keys)), "ascii")


def _is_own(directory: RunDirectory, meta: RunMeta, keys: Path) -> bool:
    try:
        found = foreign.read(directory.path / _MARK, 1000).decode("ascii", "replace")
        return hmac.compare_digest(found.encode(), _marked(meta, _key(keys)).encode())
    except OSError:
        return False


def _marked(meta: RunMeta, key: bytes) -> str:
    return hmac.new(key, f"{meta.run}\0{meta.settings}".encode(), "sha256").hexdigest()


def _key(keys: Path) -> bytes:
    """Return the user's key; it is made where there is none."""
    file = keys / _MARK
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(file, flags, 0o600), "wb") as made:
            made.write(secrets.token_bytes(32))
    return foreign.read(file, 1000)


def _check_harmless(run: str, stored: config.Settings, given: dict[str, Any]) -> None:
    """Refuse to take from a journal what a repository must not set: it may come with one."""
    present = config.load({k: v for k, v in given.items() if k in _RISKY}, os.environ).settings
    for name, part in _RISKY.items():
        before, now = (getattr(getattr(each, part), name) for each in (stored, present))
        if before and before != now and name not in given:
            flag = "--" + name.replace("_", "-")
            hint = "it may have come with the repository: start a new run with codeopt run"
            raise UsageError(f"run {run} has {flag}, and is not one of yours", hint=hint)


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
