"""Where runs live on disk: names, directories, locks, and clearing away what a kill left behind.

``<private>/runs/<run>/`` holds the journal, the recordings and the model's replies of a run;
``<private>/cache/`` what every run may use again, ``<private>/opinions.sqlite`` what people said of
patches. Trees of files that are only needed while a run
goes on are in a scratch directory of the system's temporary directory that names its owner, so
that the next codeopt can tell and remove an orphan.
"""

from __future__ import annotations

import calendar
import contextlib
import fcntl
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from codeopt import codec, foreign
from codeopt.model.errors import PreconditionError, StorageError, UsageError
from codeopt.model.evidence import Profile

_SCRATCH = "codeopt-scratch-"
_LOCK = ".lock"  # of a scratch directory
_MOMENTARY = ("codeopt-probe-", "codeopt-profile-", "codeopt-index-", "codeopt-doctor-")
_OLD = 24 * 3600.0
_ROOM = 1 << 20
_STAMP, _STAMPED = "%Y%m%d-%H%M%S", re.compile(r"\d{8}-\d{6}-")


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """Name the directory of one run and what is in it."""

    path: Path

    @property
    def name(self) -> str:
        """Return the name of the run."""
        return self.path.name

    @property
    def journal(self) -> Path:
        """Return the journal's file."""
        return self.path / "journal.sqlite"

    @property
    def log(self) -> Path:
        """Return the log of events, one JSON object a line."""
        return self.path / "log.jsonl"

    @property
    def recordings(self) -> Path:
        """Return the directory of recorded calls."""
        return self.path / "recordings"

    @property
    def replies(self) -> Path:
        """Return the directory of model replies, which ``--model replay:DIR`` can read."""
        return self.path / "replies"


class RunStore:
    """Create, find and remove runs below a private directory."""

    def __init__(self, private: Path) -> None:
        if private.is_symlink():  # codeopt never makes one: an archive brought it along
            raise PreconditionError(f"{private} is a link", hint="remove it: codeopt makes its own")
        self.private = private
        self.cache = private / "cache"
        self.opinions = private / "opinions.sqlite"
        self._profile = self.cache / "profile.json"
        self._runs = private / "runs"

    def create(self) -> RunDirectory:
        """Make a new run, named by time (UTC) and chance; the latest sorts last.

        A clock that was set back does not make a new run older than those before.
        """
        stamp = time.strftime(_STAMP, time.gmtime())
        latest = max((name[:15] for name in self.names() if _STAMPED.match(name)), default="")
        if latest > stamp:
            stamp = _second_after(latest)
        path = self._runs / f"{stamp}-{secrets.token_hex(2)}"
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise StorageError(
                f"codeopt cannot write to {self.private}: {error.strerror}",
                hint="make it writable, or free some space",
            ) from error
        return RunDirectory(path)

    def remember(self, profile: Profile | None) -> None:
        """Keep the latest profile for the hook, which has no time to make one."""
        if profile is None:
            return
        with contextlib.suppress(OSError):
            self.cache.mkdir(parents=True, exist_ok=True)
            half = self._profile.with_suffix(f".{os.getpid()}")
            half.write_text(codec.encode(profile), "utf-8")
            half.replace(self._profile)

    def latest_profile(self) -> Profile | None:
        """Return the profile that was made last, None where there is none of this version."""
        try:
            return codec.decode(self._profile.read_text("utf-8"), Profile)
        except (OSError, ValueError):
            return None

    def names(self) -> tuple[str, ...]:
        """List the runs, oldest first."""
        if not self._runs.is_dir():
            return ()
        return tuple(sorted(p.name for p in self._runs.iterdir() if p.is_dir()))

    def find(self, name: str = "") -> RunDirectory:
        """Find a run by a part of its name that is unique; the latest when ``name`` is empty."""
        names = self.names()
        if not names:
            raise PreconditionError("there is no run in this repository", hint="codeopt run")
        matches = [each for each in names if name in each] if name else [names[-1]]
        if len(matches) != 1 and name not in names:
            what = "more than one run matches" if matches else "no run matches"
            raise UsageError(f"{what} {name!r}", hint="runs: " + ", ".join(names[-5:]))
        return RunDirectory(self._runs / (name if name in names else matches[0]))

    def remove(self, run: RunDirectory) -> None:
        """Remove a run that is not going on."""
        with self.lock(run):
            shutil.rmtree(run.path)

    def is_held(self, run: RunDirectory) -> bool:
        """Tell whether a run is going on."""
        with (run.path / "lock").open("w") as file:
            return not _try_lock(file)

    @contextlib.contextmanager
    def lock(self, run: RunDirectory) -> Iterator[None]:
        """Hold a run, so that it is neither resumed twice nor removed under way."""
        with (run.path / "lock").open("w") as file:
            if not _try_lock(file):
                raise PreconditionError(
                    f"run {run.name} is still going on", hint="wait for it, or stop it first"
                )
            yield


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Give a directory for trees that is removed at the end, also by a later codeopt."""
    sweep()
    path = Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getuid()}-")).resolve()
    with (path / ".locking").open("w") as file:
        _try_lock(file)
        (path / ".locking").rename(path / _LOCK)  # whoever sweeps never sees it unlocked
        try:
            yield path
        finally:
            _clear(path)


def require_room() -> None:
    """Raise StorageError when the disk of the trees is full: what fails then says nothing."""
    where = Path(tempfile.gettempdir())
    if shutil.disk_usage(where).free < _ROOM:
        hint = "free some space (TMPDIR says where trees go)"
        raise StorageError(f"the disk that holds {where} is full", hint=hint)


def sweep() -> int:
    """Remove the scratch directories of this user whose owner is gone; count them.

    Small directories for a moment's use have no lock: a kill leaves them, and they go when old.
    """
    removed = 0
    for path in Path(tempfile.gettempdir()).glob("codeopt-*-*"):
        with contextlib.suppress(OSError):
            status = path.lstat()
            old = time.time() - status.st_mtime > _OLD and status.st_uid == os.getuid()
            if old and path.name.startswith(_MOMENTARY):
                foreign.remove(path)
    for path in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}{os.getuid()}-*"):
        with contextlib.suppress(OSError), (path / _LOCK).open("r+") as file:
            if _try_lock(file):
                _clear(path)
                removed += 1
    return removed


def _clear(path: Path) -> None:
    """Remove a scratch directory, its lock last: who is stopped meanwhile leaves it to be swept."""
    for each in path.iterdir():
        if each.name != _LOCK:
            foreign.remove(each)
    foreign.remove(path)


def _second_after(stamp: str) -> str:
    """Return the stamp of the next second; one that is no date stays as it is."""
    try:
        seconds = calendar.timegm(time.strptime(stamp, _STAMP))
    except ValueError:
        return stamp
    return time.strftime(_STAMP, time.gmtime(seconds + 1))


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
