"""What is recorded of runs, so that they can be gone through again.

A run's record is a directory ``FUNCTION/STRATEGY``: the model's answers, one file each, and what
the journal holds of the run. A record is a directory of those, or the archive of one; the archives
of equal records are equal, byte for byte.
"""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

from codeopt.adapters.sqlite_journal import MemoryJournal, SqliteJournal
from codeopt.ledger import Ledger
from codeopt.ports import Entry
from codeopt.runs import RunDirectory

ARCHIVE = Path(__file__).parent / "record.tar.xz"
JOURNAL = "journal.jsonl"
# what was found out, by running code or by measuring: it is taken from the record
FOUND = (
    *("meta", "profile", "recording", "control", "trace", "recalled"),
    *("certified", "child-calls", "examined", "outcomes", "simplified"),
)
# what has to come out again, byte for byte
MADE = ("prompt", "spend", "judged", "attempt", "visit", "tree", "kept")


def keep(run: RunDirectory, place: Path) -> None:
    """Copy a run's answers and what a replay takes from its journal."""
    shutil.rmtree(place, ignore_errors=True)  # of a start that was cut short
    place.mkdir(parents=True)
    for file in run.replies.glob("*.json"):
        shutil.copyfile(file, place / file.name)
    journal = SqliteJournal(run.journal)
    write(journal.entries(), place)
    journal.close()


def write(entries: Iterable[Entry], place: Path) -> None:
    """Write what a replay takes from a journal."""
    chosen = (each for each in entries if each.kind in (*FOUND, *MADE))
    lines = (json.dumps([e.kind, e.key, _bare(json.loads(e.value))]) for e in chosen)
    (place / JOURNAL).write_text("".join(f"{line}\n" for line in lines), "utf-8")


def read(place: Path) -> list[Entry]:
    """Read what was kept of a journal."""
    lines = (place / JOURNAL).read_text("utf-8").splitlines()
    found = (json.loads(line) for line in lines)
    return [Entry(kind, key, json.dumps(value, sort_keys=True)) for kind, key, value in found]


def journal_of(entries: Iterable[Entry]) -> MemoryJournal:
    """Return a journal that holds entries."""
    journal = MemoryJournal()
    for each in entries:
        journal.append(each)
    return journal


def ledger_of(place: Path) -> Ledger:
    """Return what was recorded of a run."""
    return Ledger(journal_of(read(place)))


def _bare(value: Any) -> Any:
    """Leave out what tells of a machine's directories, and is asked by nobody."""
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: _bare(each) for key, each in value.items()}
    if "stacks" in made:
        made["stacks"] = []
    if isinstance(made.get("file"), str):
        made["file"] = PurePath(made["file"]).name
    if isinstance(made.get("kernel"), str):
        made["kernel"] = made["kernel"].partition(" ")[0]
    return made


@contextmanager
def opened(record: Path) -> Iterator[Path]:
    """Give a record as a directory, which is gone afterwards if it is an archive's."""
    if record.is_dir():
        yield record
        return
    with tempfile.TemporaryDirectory() as name, tarfile.open(record) as archive:
        archive.extractall(name, filter="data")
        yield Path(name)


def pack(directory: Path, archive: Path) -> None:
    """Write a record into an archive that depends on nothing else."""

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = info.mtime = 0
        info.uname = info.gname = ""
        info.mode = 0o644
        return info

    with tarfile.open(archive, "w:xz", format=tarfile.USTAR_FORMAT, preset=9) as file:
        for path in sorted(directory.glob("*/*/*.json*")):
            file.add(path, str(path.relative_to(directory)), filter=plain)
