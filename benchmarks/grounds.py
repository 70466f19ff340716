"""Projects to run strategies on, prepared once: all strategies start from the same evidence.

The tests, the profile, the recorded calls and the control of a project are found out once. The run
of a strategy on one function then begins with a journal that holds them, as after an interruption.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codeopt.cli import wiring
from codeopt.model.baseline import Baseline
from codeopt.model.evidence import Control, Profile, Recording
from codeopt.model.run import RunMeta
from codeopt.runs import RunDirectory
from fixtures import commit, plant

# a public package, BSD: installed from its index, with a workload and a test of our own
PYLEV = "pylev==1.4.0"
_WORKLOAD = '''"""Compare words as a spelling checker does."""

import random

from pylev import damerau_levenshtein, wf_levenshtein


def words(count, seed=3):
    """Make words of letters that repeat."""
    rng = random.Random(seed)
    return ["".join(rng.choices("abcde", k=rng.randint(8, 30))) for _ in range(count)]


def main():
    """Compare all with all."""
    chosen = words(24)
    for one in chosen[:12]:
        for two in chosen[12:]:
            wf_levenshtein(one, two)
            damerau_levenshtein(one, two)


main()
'''
_TESTS = """from pylev import damerau_levenshtein, wf_levenshtein


def test_distances():
    for one, two, plain, swapped in (
        ("kitten", "sitting", 3, 3),
        ("kitten", "kittne", 2, 1),
        ("abcd", "badc", 3, 2),
        ("", "abc", 3, 3),
        ("", "", 0, 0),
    ):
        assert wf_levenshtein(one, two) == plain
        assert damerau_levenshtein(one, two) == swapped
"""
_TABLE = '[project]\nname = "words"\nversion = "1"\n\n[tool.codeopt]\nbench = "words.py"\n'
TARGETS = {
    "almanac": (
        *(f"almanac/yearbook.py::{name}" for name in ("yearbook", "drought", "bulletin")),
        *(f"almanac/network.py::{name}" for name in ("neighbours", "coldest")),
    ),
    "cashbook": ("cashbook/month.py::reconcile",),
    "loglens": tuple(
        f"src/loglens/report.py::{name}" for name in ("busiest", "sessions", "running_bytes")
    ),
    "textkit": (
        "textkit/describe.py::vocabulary",
        "textkit/describe.py::ngrams",
        "textkit/lines.py::dedupe",
    ),
    "pylev": ("pylev/wf.py::wf_levenshtein", "pylev/damerau.py::damerau_levenshtein"),
}


@dataclass(frozen=True)
class Ground:
    """Hold a planted project and the run that prepared it."""

    project: str
    root: Path
    prepared: RunDirectory

    def start(self, target: str, flags: dict[str, Any], place: Path) -> tuple[Path, RunDirectory]:
        """Return a copy of the project with a run on one function that only lacks candidates."""
        root = shutil.copytree(self.root, place, symlinks=True)
        store = wiring.open_store(wiring.open_repository(root))
        settings = wiring.load_settings(root, flags)
        prepared, run = store.find(self.prepared.name), store.create()
        shutil.copytree(prepared.recordings, run.recordings)
        with wiring.open_ledger(prepared.journal) as old, wiring.open_ledger(run.journal) as new:
            meta = old.get("meta", "", RunMeta)
            assert meta is not None
            started = wiring.run_meta(run, meta.commit, (target,), settings, meta.sandbox)
            new.put("meta", "", started)
            for kind, type_ in (("profile", Profile), ("baseline", Baseline), ("control", Control)):
                new.put(kind, "", old.get(kind, "", type_))
            found = next(r for r in old.all("recording", Recording) if str(r.target) == target)
            parts = found.file.parts
            where = parts[parts.index(run.recordings.name) + 1 :]
            own = replace(found, file=run.recordings.joinpath(*where))
            new.put("recordings", "", [own])
            new.put("recording", target, own)
        return root, run


def prepare(project: str, place: Path, words: list[str]) -> Ground:
    """Plant a project and run everything up to the first candidate, unless it was done before."""
    is_new = not (place / project).exists()
    root = planted(project, place)
    if is_new:
        without = ["--strategy", "catalogue", "--max-seconds", "0", "--memory", "none", "-q"]
        codeopt("run", *TARGETS[project], *words, *without, root=root)
    store = wiring.open_store(wiring.open_repository(root))
    return Ground(project, root, store.find())


def planted(project: str, place: Path) -> Path:
    """Return the repository of a project, planted where it was not yet."""
    root = place / project
    if not root.exists():
        _plant_pylev(root) if project == "pylev" else plant(project, root)
    return root


def _plant_pylev(root: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*command, str(root), PYLEV], check=True)
    (root / "words.py").write_text(_WORKLOAD, "utf-8")
    (root / "test_words.py").write_text(_TESTS, "utf-8")
    (root / "pyproject.toml").write_text(_TABLE, "utf-8")
    commit(root, "Add pylev")


def codeopt(*words: str, root: Path, own: Path | None = None) -> str:
    """Run codeopt to its end and return what it printed.

    With a directory of its ``own`` a run shares no cache, and waits for no measurement of others.
    """
    environment = dict(os.environ)
    if own is not None:
        own.mkdir()
        environment |= {"XDG_CACHE_HOME": str(own), "XDG_RUNTIME_DIR": str(own)}
    command = [sys.executable, "-m", "codeopt", *words]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
