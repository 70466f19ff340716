"""Run the suites that depend on it for every user, backend and target Python; print a table.

    python benchmarks/matrix.py [--only WORDS] [--tests PATH ...]
    python benchmarks/matrix.py --targets [--only WORDS] [--tests PATH ...]

The first has a row for each user, with bubblewrap and without: the hostile suite, which goes
through the target Pythons itself, and those of the sandboxes. The second has a row for each user
and target Python: the suites of the harness and of the oracle, which run without a sandbox.

As root it also runs as an ordinary user that it makes for the time (useradd, setpriv), on copies of
the repository, of its environment and of the interpreters where that user can read them. bubblewrap
is hidden by a PATH without it. Further interpreters are those of pyenv (~/.pyenv/versions).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
USER = f"codeopt-{os.getpid()}"  # two of these may run at once
TESTS = ("tests/hostile", "tests/contract/test_sandbox.py", "tests/adapters/sandboxes")
TARGET_TESTS = ("tests/harness", "tests/verify/test_oracle.py")
_COUNT = re.compile(r"(\d+) (passed|failed|skipped|error)")
_SKIPPED = ("test", "tests", "idle_test", "config-*", "__pycache__", "tkinter", "ensurepip")


def main() -> None:
    """Print one row a cell."""
    wanted = _arguments()
    print("| user | bubblewrap | target Pythons | passed | failed | skipped |")
    print("|---|---|---|---|---|---|")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="codeopt-matrix-") as directory:
        place = Path(directory).resolve()
        place.chmod(0o755)
        rows = _target_rows(place) if wanted.targets else _rows(place)
        for row in rows:
            if wanted.only and wanted.only not in " ".join(row.names):
                continue
            tests = wanted.tests or (TARGET_TESTS if wanted.targets else TESTS)
            counts = _run(row, tuple(tests))
            cells = [*row.names, *(str(counts.get(k, 0)) for k in ("passed", "failed", "skipped"))]
            print(f"| {' | '.join(cells)} |", flush=True)
            failed += counts.get("failed", 0) + counts.get("error", 0) + (not counts)
    sys.exit(bool(failed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--targets", action="store_true", help="a row for each target Python")
    parser.add_argument("--only", default="", help="part of 'USER yes|no PYTHONS': run these rows")
    parser.add_argument("--tests", nargs="+", default=(), help="what pytest runs")
    return parser.parse_args()


@dataclass(frozen=True)
class Row:
    """Name a row, and hold who runs pytest there, where, and with what in the environment."""

    names: tuple[str, str, str]
    prefix: list[str]
    root: Path
    python: Path
    environment: dict[str, str]


def _rows(place: Path) -> Iterator[Row]:
    """Yield each user, with bubblewrap and without."""
    bare = _path_without_bwrap(place / "bin")
    for user, prefix, root, python, others in _users(place):
        versions = ", ".join(map(_version, (python, *others)))
        further = {"HOSTILE_TEST_PYTHONS": ":".join(map(str, others))}
        for backend, path in (("yes", os.environ["PATH"]), ("no", bare)):
            yield Row((user, backend, versions), prefix, root, python, further | {"PATH": path})


def _target_rows(place: Path) -> Iterator[Row]:
    """Yield each user with each target Python."""
    for user, prefix, root, python, others in _users(place):
        for target in (python, *others):
            environment = {"TARGET_TEST_PYTHON": str(target), "PATH": os.environ["PATH"]}
            yield Row((user, "not used", _version(target)), prefix, root, python, environment)


Cell = tuple[str, list[str], Path, Path, list[Path]]


def _users(place: Path) -> Iterator[Cell]:
    """Yield each user with the command that becomes it, a repository and interpreters for it."""
    pythons = [each for each in _pyenv() if _version(each) != _version(Path(sys.executable))]
    who = "root" if os.geteuid() == 0 else "ordinary user"
    yield who, [], ROOT, Path(sys.executable), pythons
    if os.geteuid() == 0 and shutil.which("setpriv") and shutil.which("useradd"):
        with _ordinary() as prefix:
            root, python = _copied(place)
            copies = [_copy(each, place) for each in pythons]
            yield "ordinary user", prefix, root, python, [p for p in copies if _starts(p, prefix)]


def _pyenv() -> list[Path]:
    found = (Path.home() / ".pyenv" / "versions").glob("3.*/bin/python3")
    return sorted((path for path in found if _number(path) >= [3, 9]), key=_number)


def _starts(python: Path, prefix: list[str]) -> bool:
    """Tell whether a copy runs: one with a shared library looks for that where it was built."""
    words = [*prefix, python, "-c", ""]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _number(python: Path) -> list[int]:
    """Return the version of an installation of pyenv, from the name of its directory."""
    return [int(part) for part in python.parts[-3].split(".") if part.isdigit()]


def _version(python: Path) -> str:
    words = [python, "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def _ordinary() -> Iterator[list[str]]:
    """Make a user with a home directory; remove both at the end."""
    subprocess.run(["useradd", "--create-home", USER], check=True)
    try:
        name = f"--reuid={USER}"
        yield ["setpriv", name, f"--regid={USER}", "--init-groups", "--reset-env", "env"]
    finally:
        subprocess.run(["userdel", "--remove", USER], check=False, stderr=subprocess.DEVNULL)


def _copied(place: Path) -> tuple[Path, Path]:
    """Copy the repository and its environment to where everybody can read them."""
    root = place / "repository"
    ignore = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "dist", "build")
    shutil.copytree(ROOT, root, ignore=ignore, symlinks=True)
    base = _copy(Path(sys.base_prefix) / "bin" / "python3", place)
    subprocess.run([base, "-m", "venv", "--without-pip", place / "venv"], check=True)
    library = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    packages = place / "venv" / library
    own = shutil.ignore_patterns("__pycache__", "*codeopt*")
    shutil.copytree(Path(sys.prefix) / library, packages, ignore=own, dirs_exist_ok=True)
    (packages / "here.pth").write_text(f"{root}\n")
    _open_to_all(place)
    return root, place / "venv" / "bin" / "python"


def _copy(python: Path, place: Path) -> Path:
    """Copy an installation of Python; it finds its library relative to its program."""
    source = python.parents[1]
    target = place / "pythons" / source.name
    if not target.exists():
        ignore = shutil.ignore_patterns(*_SKIPPED)
        shutil.copytree(source, target, ignore=ignore, symlinks=True)
        _open_to_all(place)
    return target / "bin" / "python3"


def _open_to_all(place: Path) -> None:
    subprocess.run(["chmod", "-R", "a+rX", place], check=True)


def _path_without_bwrap(directory: Path) -> str:
    """Make a directory of links to all programs but bwrap."""
    directory.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        for program in Path(folder).iterdir() if Path(folder).is_dir() else ():
            if program.name != "bwrap" and not (directory / program.name).is_symlink():
                (directory / program.name).symlink_to(program)
    return str(directory)


def _run(row: Row, tests: tuple[str, ...]) -> dict[str, int]:
    """Run the suite; count how its tests ended, and name those that failed on stderr."""
    environment = {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **row.environment}
    words = [f"{name}={value}" for name, value in environment.items()]
    pytest = [row.python, "-m", "pytest", "-q", "-rfEs", "-p", "no:cacheprovider", *tests]
    command = [*row.prefix, *words, *pytest] if row.prefix else ["env", *words, *pytest]
    done = subprocess.run(command, cwd=row.root, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    shown = [line for line in lines if line.startswith(("FAILED", "ERROR", "SKIPPED"))]
    print("\n".join(shown) or done.stderr[-2000:], file=sys.stderr, flush=True)
    return {name: int(count) for count, name in _COUNT.findall(lines[-1] if lines else "")}


if __name__ == "__main__":
    main()
