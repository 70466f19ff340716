"""What is measured as it grows: each stage at several sizes, with the same work for each thing.

``python scaling.py STAGE PLACE`` runs a stage once in a process of its own, on what was planted,
and prints the most memory that it held, in MB. ``PATHS`` is what Python must look for modules in.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import grown
from clock import peak

from codeopt.adapters.python_language import PythonLanguage
from codeopt.adapters.sqlite_journal import SqliteJournal
from codeopt.cli import console, tables, wiring
from codeopt.discover.graph import CallGraph
from codeopt.discover.index import discover
from codeopt.discover.targets import resolve_targets
from codeopt.ledger import Ledger
from codeopt.model.code import CodeMap
from codeopt.report import json, markdown
from codeopt.report.html import page

PATHS = tuple(str(each) for each in (Path(__file__).parent, Path(__file__).parents[2]))
Job = Callable[[], object]
_SETTLE_SECONDS = 1.2  # times of files written just now are not trusted
FUNCTIONS, CANDIDATES, WRITES = (1_000, 10_000, 100_000), (50, 500, 1_000), (50, 200, 500)


@dataclass(frozen=True, slots=True)
class Stage:
    """Name a stage, what it is counted in, and how it is planted and made ready."""

    name: str
    unit: str
    sizes: tuple[int, ...]
    plant: Callable[[Path, int], None]
    ready: Callable[[Path], Job]


def _index(place: Path, cache: Path) -> CodeMap:
    return discover(place / "tree", PythonLanguage(), cache=cache)


def _fresh(place: Path, kind: str) -> Iterator[Path]:
    """Yield paths of things that no round has made, nor the process in which memory is measured."""
    return (place / f"{kind}-{os.getpid()}-{number}" for number in itertools.count())


def _first(place: Path) -> Job:
    caches = _fresh(place, "cache")
    return lambda: _index(place, next(caches))


def _again(place: Path) -> Job:
    return lambda: _index(place, place / "cache")


def _all_read(place: Path) -> Job:
    return lambda: len(_index(place, place / "cache").functions)


def _callers(place: Path) -> Job:
    code = _index(place, place / "cache")
    chosen = next(iter(code.functions))
    return lambda: CallGraph(code).callers(chosen)


def _targets(place: Path) -> Job:
    code = _index(place, place / "cache")
    return lambda: resolve_targets(code, ())


def _writes(place: Path) -> Job:
    files = _fresh(place, "journal")
    count = int((place / "count").read_text())
    tried = grown.attempts(count)

    def write() -> None:
        journal = SqliteJournal(next(files))
        ledger = Ledger(journal)
        for each in tried:
            ledger.put("attempt", each.candidate_digest, each)
        journal.close()

    return write


def _reading(form: Callable[..., str]) -> Callable[[Path], Job]:
    def ready(place: Path) -> Job:
        def read() -> str:
            with wiring.open_ledger(place / "journal.sqlite") as ledger:
                return form(ledger.record())

        return read

    return ready


def _plant_tree(place: Path, size: int) -> None:
    grown.repository(place, size)
    time.sleep(_SETTLE_SECONDS)
    _index(place, place / "cache")


def _plant_count(place: Path, size: int) -> None:
    place.mkdir(parents=True)
    (place / "count").write_text(str(size))


_FORMS: dict[str, Callable[..., str]] = {
    "report, text": lambda found: console.plain(tables.report_text(found)),
    "report, JSON": lambda found: console.json_text(json.document(found)),
    "report, Markdown": markdown.render,
    "report, HTML": page.render,
}
_OF_CODE: dict[str, Callable[[Path], Job]] = {
    "index, first run": _first,
    "index, nothing changed": _again,
    "index, nothing changed, all read": _all_read,
    "call graph, all callers": _callers,
    "targets": _targets,
}
STAGES = {
    each.name: each
    for each in (
        *(Stage(n, "function", FUNCTIONS, _plant_tree, job) for n, job in _OF_CODE.items()),
        Stage("journal, writes", "write", WRITES, _plant_count, _writes),
        *(
            Stage(n, "candidate", CANDIDATES, grown.run, _reading(form))
            for n, form in _FORMS.items()
        ),
    )
}

if __name__ == "__main__":
    STAGES[sys.argv[1]].ready(Path(sys.argv[2]))()
    print(peak())
