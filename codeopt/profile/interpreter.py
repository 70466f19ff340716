"""Find the interpreter of the target project, and ask it what it is."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from codeopt.config import ProjectSettings
from codeopt.model.errors import PreconditionError
from codeopt.model.project import Interpreter
from codeopt.ports import Limits, Sandbox
from codeopt.profile.places import showable
from codeopt.worker import Place, WorkerFailed, run_job

OLDEST = (3, 9)
_PROBE_SECONDS = 60.0
_HINT = "name another one with --python PATH"


def find_interpreter(
    root: Path,
    settings: ProjectSettings,
    sandbox: Sandbox,
    *,
    environ: Mapping[str, str] | None = None,
) -> Interpreter:
    """Find and probe the interpreter of the repository at ``root``.

    The first of these decides, and must then work: the setting, the active virtual environment,
    ``.venv``, ``venv``, the interpreter that runs codeopt. Where codeopt's own environment is the
    active one, that says nothing of the project, and comes last. Raises PreconditionError.
    """
    path, origin = _choose(root, settings, os.environ if environ is None else environ)
    return probe(path, sandbox, origin=origin, root=root)


def probe(
    path: Path, sandbox: Sandbox, *, origin: str = "", root: Path | None = None
) -> Interpreter:
    """Run an interpreter inside the sandbox and describe it.

    Places under ``root`` that are not the interpreter's own, such as an editable install of the
    project itself, are left out: the private tree stands in for them.
    """
    guess = Interpreter(path, (0, 0, 0), _guessed_prefixes(path))
    label = f"{path} ({origin})" if origin else str(path)
    with tempfile.TemporaryDirectory(prefix="codeopt-probe-") as empty:
        place = Place(
            sandbox, guess, Path(empty).resolve(), limits=Limits(wall_seconds=_PROBE_SECONDS)
        )
        try:
            answer = run_job(place, {"job": "probe"}, timeout=_PROBE_SECONDS)
        except (WorkerFailed, OSError) as error:
            raise PreconditionError(f"{label} cannot be run: {error}", hint=_HINT) from error
    return _described(path, label, answer, guess.prefixes, root)


def _choose(root: Path, settings: ProjectSettings, environ: Mapping[str, str]) -> tuple[Path, str]:
    if settings.python:
        return _named(root, settings.python, environ), "the setting python"
    active = environ.get("VIRTUAL_ENV")
    places = [(root / name, f"found in {name}") for name in (".venv", "venv")]
    if active:
        own = Path(active).resolve() == Path(sys.prefix).resolve()
        places.insert(len(places) if own else 0, (Path(active), "the active virtual environment"))
    for place, origin in places:
        path = place / "bin" / "python"
        if path.exists() or path.is_symlink():
            return path.absolute(), origin
    return Path(sys.executable), "the one that runs codeopt"


def _named(root: Path, text: str, environ: Mapping[str, str]) -> Path:
    """Resolve a path (from here, or from the repository), a virtual environment or a command."""
    given = Path(text).expanduser()
    for path in (given, root / given):
        if path.is_dir() and (path / "bin" / "python").exists():
            return (path / "bin" / "python").absolute()
        if path.is_file():
            return path.absolute()
    found = shutil.which(text, path=environ.get("PATH")) if os.sep not in text else None
    if found is None:
        raise PreconditionError(f"there is no interpreter {text!r}", hint=_HINT)
    return Path(found).absolute()


def _guessed_prefixes(path: Path) -> tuple[Path, ...]:
    """Guess what an interpreter must read to start, before it can be asked."""
    found: list[Path] = []
    for hop in _links(path):
        prefix = hop.parent.parent
        config = prefix / "pyvenv.cfg"
        if config.is_file():
            found.append(prefix)
            home = _home(config)
            if home is not None:
                found += [p for link in _links(home / "python3") for p in _around(link)]
        found += _around(hop)
    return _outermost([*showable(found)])


def _around(executable: Path) -> list[Path]:
    """Return the prefix of an executable if it looks like one, else just its directory."""
    prefix = executable.parent.parent
    libraries = any(prefix.glob("lib*/python[23]*"))
    return [prefix if libraries and prefix != Path("/") else executable.parent]


def _links(path: Path) -> Iterator[Path]:
    """Yield a path and what its symbolic links point to, link by link."""
    for _ in range(10):
        yield path
        if not path.is_symlink():
            return
        path = Path(os.path.normpath(path.parent / path.readlink()))


def _home(config: Path) -> Path | None:
    for line in config.read_text("utf-8", "replace").splitlines():
        name, _, value = line.partition("=")
        if name.strip().lower() == "home":
            return Path(value.strip())
    return None


def _described(
    path: Path, label: str, answer: dict[str, Any], guess: tuple[Path, ...], root: Path | None
) -> Interpreter:
    try:
        major, minor, micro = (int(part) for part in answer["version"])
        packages = tuple((str(name), str(version)) for name, version in answer["packages"])
        places = [Path(str(place)) for place in answer["prefixes"]]
        implementation = str(answer["implementation"])
    except (KeyError, TypeError, ValueError) as error:
        text = str(answer.get("text", "its answer makes no sense"))[:300]
        raise PreconditionError(f"{label} cannot be asked: {text}", hint=_HINT) from error
    if (major, minor) < OLDEST or implementation != "cpython":
        what = f"{implementation} {major}.{minor}.{micro}"
        raise PreconditionError(
            f"{label} is {what}; codeopt needs CPython 3.9 or newer", hint=_HINT
        )
    own = [*guess, *showable(p for p in places if not _is_project(p, root, path))]
    return Interpreter(path, (major, minor, micro), _outermost(own), packages)


def _is_project(place: Path, root: Path | None, interpreter: Path) -> bool:
    """Tell whether a place is the user's checkout rather than an environment inside it."""
    if root is None or place.is_relative_to(interpreter.parent.parent):
        return False
    return place.resolve().is_relative_to(root.resolve()) or root.resolve().is_relative_to(
        place.resolve()
    )


def _outermost(places: list[Path]) -> tuple[Path, ...]:
    """Drop duplicates and what lies inside another place."""
    distinct = list(dict.fromkeys(places))
    return tuple(
        p for p in distinct if not any(p != other and p.is_relative_to(other) for other in distinct)
    )
