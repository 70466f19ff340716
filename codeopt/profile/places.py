"""Say which places of the machine the target's interpreter may show to sandboxed code.

What an interpreter needs to read is read from its ``pyvenv.cfg`` and asked of itself. Both may come
with a hostile repository (a ``.venv`` in it), and could name the user's keys as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

_ARCHIVES = frozenset({".zip", ".egg", ".whl"})
_CODE = frozenset({".py", ".pyi", ".so", ".pth", ".egg-link", ".dist-info", ".egg-info", ".pyc"})
_MOST = 10_000


def showable(places: Iterable[Path]) -> Iterator[Path]:
    """Yield the places that hold Python, and are not the home directory, above it or hidden in it.

    A hidden directory at home (``~/.ssh``, ``~/.aws``) is shown only inside of an installation of
    Python or a virtual environment (``~/.pyenv/versions/3.12.1``).
    """
    home = _home()
    for place in places:
        real = place.resolve()
        if home is not None and home.is_relative_to(real):
            continue
        inside = home is not None and real.is_relative_to(home)
        hidden = home is not None and inside and real.relative_to(home).parts[0].startswith(".")
        above = (real, *(each for each in real.parents if hidden and each != home))
        below_home = [p for p in above if home is None or not home.is_relative_to(p)]
        if any(map(_is_installation, below_home)) or (not hidden and _holds_code(real)):
            yield place


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except RuntimeError:
        return None


def _is_installation(place: Path) -> bool:
    """Tell whether a directory is a virtual environment or has Python's own library."""
    try:
        return (place / "pyvenv.cfg").is_file() or any(place.glob("lib*/python3*/os.py"))
    except OSError:
        return False


def _holds_code(place: Path) -> bool:
    try:
        if place.is_file():
            return place.suffix in _ARCHIVES
        entries = list(islice(place.iterdir(), _MOST))
    except OSError:
        return False
    return any(
        each.suffix in _CODE
        or (each.name.startswith("python") and each.is_file())
        or (each / "__init__.py").is_file()
        for each in entries
    )
