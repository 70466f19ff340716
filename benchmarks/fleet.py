"""Run a fleet over public packages, kill it three times on the way, and look what it ends with.

Usage: python benchmarks/fleet.py [--place DIR] [--seconds N]

The packages come from the package index as source distributions, with their own tests as workload.
The model is a loopback endpoint behind the real litellm that has nothing to propose: what is kept
is of the catalogue. It counts its calls; a question that had its answer must not come again.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

from answering import NOTHING

from fixtures import commit
from tests.e2e.project import started
from tests.faults.stages import recorded
from tests.support.endpoint import Act, Ask, Endpoint, text

PACKAGES = (
    "boltons==24.0.0",
    "idna==3.7",
    "inflection==0.5.1",
    "jsonpointer==3.0.0",
    "more-itertools==10.5.0",
    "parse==1.20.2",
    "sortedcontainers==2.4.0",
    "tabulate==0.9.0",
    "text-unidecode==1.3",
    "toolz==0.12.1",
    "wcwidth==0.2.13",
    "webcolors==24.8.0",
    "xmltodict==0.13.0",
)
FLAGS = ("--max-targets", "2", "--samples", "1", "--profile-seconds", "3", "--max-cost", "1")
STRATEGIES = ("--strategy", "catalogue", "--strategy", "best-of-n")
_KILLS: tuple[tuple[str, Callable[[str, int], bool]], ...] = (
    ("in the survey", lambda told, _: told.count("surveyed ") >= 4),
    ("with the first answer of the model", lambda _, answers: answers >= 1),
    ("in a later run", lambda told, _: told.count(": done, ") >= 3),
)


class Silent:
    """Answer that there is no idea; note the questions that had been answered and come again."""

    def __init__(self, repositories: Callable[[], list[Path]]) -> None:
        self._repositories = repositories
        self.again: list[str] = []

    def __call__(self, ask: Ask) -> Act:
        """Answer one question."""
        if any(ask.prompt in recorded(root) for root in self._repositories()):
            self.again.append(ask.prompt)
        return text(NOTHING)


def plant(package: str, place: Path) -> Path:
    """Put a source distribution into a repository of its own."""
    name = package.partition("==")[0]
    root = place / "repositories" / name
    if root.exists():
        return root
    archives = place / "archives" / package
    words = ["pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([sys.executable, "-m", *words, "-d", archives, package], check=True)
    with tarfile.open(next(archives.iterdir())) as archive:
        base = archive.getnames()[0].partition("/")[0]
        archive.extractall(place / "unpacked", filter="data")
    root.parent.mkdir(exist_ok=True)
    (place / "unpacked" / base).rename(root)
    commit(root, f"Add {package}")
    return root


def interpreter(place: Path) -> Path:
    """Make an environment in which the tests of all packages run."""
    python = place / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "pytest<9"], check=True)
    return python


def main() -> None:
    """Plant the packages, run the fleet, kill it, and print its report and the count of calls."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--place", type=Path, default=Path(".fleet"), help="kept between calls")
    parser.add_argument("--seconds", type=int, default=3600, help="most seconds of the fleet")
    options = parser.parse_args()
    place = options.place.resolve()
    place.mkdir(parents=True, exist_ok=True)
    roots = [plant(package, place) for package in PACKAGES]
    python = interpreter(place)
    listed = place / "packages.txt"
    listed.write_text("".join(f"{root}\n" for root in roots), "utf-8")
    state = place / f"state-{time.time_ns()}"
    silent = Silent(lambda: roots)
    with Endpoint(silent) as endpoint:
        model = ("--model", "openai/silent", "--api-base", endpoint.url)
        words = ["fleet", str(listed), "--state", str(state), "--python", str(python), "-v"]
        words += ["--max-seconds", str(options.seconds), *FLAGS, *STRATEGIES, *model]
        for name, is_time in _KILLS:
            with started(place, *words) as fleet:
                while not (fleet.has_ended or is_time(fleet.err, len(endpoint.asks))):
                    time.sleep(0.05)
                code = fleet.stop(signal.SIGKILL).code
                print(f"killed {name} ({code}): {_standing(fleet.err)}", flush=True)
        with started(place, *words, "--format", "json") as fleet:
            done = fleet.end(options.seconds * 2)
    print(f"the last start ended with {done.code}; {_standing(done.err)}")
    _tell(json.loads(done.out), len(endpoint.asks), silent)


def _standing(told: str) -> str:
    lines = [line for line in told.splitlines() if line.startswith(("surveyed", "run "))]
    return lines[-1] if lines else "nothing was told"


def _tell(document: dict[str, object], asked: int, silent: Silent) -> None:
    """Print what became of each repository, and how often the model was asked."""
    repositories = document["repositories"]
    assert isinstance(repositories, list)
    for each in repositories:
        kept = ", ".join(gain["target"] for gain in each["kept"]) or "nothing kept"
        print(f"{each['name']:20} {each['state']:8} {each.get('problem') or kept}")
    print(f"cost: {document['cost']}; questions at the endpoint: {asked}; ", end="")
    print(f"asked again though answered: {len(silent.again)}")


if __name__ == "__main__":
    main()
