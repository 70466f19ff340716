"""Read the layout of an exported tree from its files alone: source roots, tests, configuration."""

from __future__ import annotations

import configparser
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "build", "dist", "venv"})
_NO_SOURCE = frozenset({"docs", "doc", "examples", "example", "fixtures", "tests", "test"})
_SCRIPTS = frozenset({"setup.py", "conftest.py", "noxfile.py", "fabfile.py", "tasks.py"})
_TESTS = frozenset({"tests", "test", "testing"})
_PACKAGE_DIR = re.compile(r"""package_dir\s*=\s*\{\s*["']["']\s*:\s*["']([\w./-]+)["']""")
_MOST_TEXT = 1 << 20


@dataclass(frozen=True)
class Layout:
    """Hold what the files of a tree say; paths are POSIX and relative to it."""

    tree: Path
    files: tuple[str, ...]

    @cached_property
    def directories(self) -> dict[str, set[str]]:
        """Map each directory to the names of its Python files."""
        found: dict[str, set[str]] = {}
        for path in self.files:
            directory, _, name = path.rpartition("/")
            found.setdefault(directory, set()).add(name)
        return found

    @cached_property
    def test_files(self) -> tuple[str, ...]:
        """List the files that hold tests, by their names."""
        return tuple(path for path in self.files if _is_test_file(path))

    @cached_property
    def pyproject(self) -> dict[str, Any]:
        """Return pyproject.toml, empty when there is none that can be read."""
        try:
            return tomllib.loads(self.text("pyproject.toml"))
        except ValueError:
            return {}

    @cached_property
    def configuration(self) -> str:
        """Return the text of all files in which pytest is configured."""
        names = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
        return "\n".join(self.text(name) for name in names)

    @property
    def configures_pytest(self) -> bool:
        """Tell whether one of the files configures pytest."""
        marks = ("[pytest]", "[tool.pytest", "[tool:pytest]")
        return any(mark in self.configuration for mark in marks)

    def text(self, path: str) -> str:
        """Return the text of a file, empty when it cannot be read."""
        try:
            with (self.tree / path).open("rb") as file:
                return file.read(_MOST_TEXT).decode("utf-8", "replace")
        except OSError:
            return ""

    def source_roots(self) -> tuple[str, ...]:
        """List the directories from which the project's modules are imported."""
        found = [root for part in self._parts() for root in self._roots_of(part)]
        found += self._beside_tests()
        return tuple(dict.fromkeys(found)) or ("",)

    def _parts(self) -> list[str]:
        """List the projects of the tree: itself and, in a monorepo, those inside it."""
        parts = [""]
        for entry in ("*/pyproject.toml", "*/setup.py", "*/*/pyproject.toml", "*/*/setup.py"):
            for path in sorted(self.tree.glob(entry)):
                part = path.parent.relative_to(self.tree)
                if not {p.lower() for p in part.parts} & (_NO_SOURCE | _SKIPPED):
                    parts.append(part.as_posix())
        return parts

    def _roots_of(self, part: str) -> Iterator[str]:
        for name in [*(self._declared() if not part else ()), "src", "lib", "python", ""]:
            root = "/".join(piece for piece in (part, name) if piece)
            if self._holds_sources(root, top=not name):
                yield root

    def _declared(self) -> list[str]:
        """List the source directories that the build or pytest is told of."""
        tool = self.pyproject.get("tool", {})
        found = [*_texts(_dig(tool, "pytest", "ini_options", "pythonpath"))]
        found += _texts(_dig(tool, "setuptools", "packages", "find", "where"))
        found += _texts(_dig(tool, "setuptools", "package-dir", ""))
        packages = _dig(tool, "hatch", "build", "targets", "wheel", "packages")
        found += [text.rpartition("/")[0] for text in _texts(packages)]
        for package in _dig(tool, "poetry", "packages") or ():
            found += _texts(_dig(package, "from"))
        found += _PACKAGE_DIR.findall(self.text("setup.py"))
        found.append(self._setup_cfg_where())
        return [os.path.normpath(name).replace(".", "", 1) if name == "." else name.strip("/")
                for name in found if name]  # fmt: skip

    def _setup_cfg_where(self) -> str:
        config = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            config.read_string(self.text("setup.cfg"))
            return config.get("options.packages.find", "where", fallback="").strip()
        except configparser.Error:
            return ""

    def _holds_sources(self, root: str, *, top: bool) -> bool:
        """Tell whether modules or packages (not only scripts and tests) lie right under a root."""
        if self.directories.get(root, set()) - _SCRIPTS - {"__init__.py"}:
            return "__init__.py" not in self.directories[root]
        prefix = f"{root}/" if root else ""
        inner = {
            d[len(prefix) :].partition("/")[0] for d in self.directories if d.startswith(prefix)
        }
        packages = {
            n for n in inner - {""} if "__init__.py" in self.directories.get(prefix + n, ())
        }
        return bool(packages) if top else bool(inner - {""})

    def _beside_tests(self) -> Iterator[str]:
        """Yield test directories that hold modules which their tests import by plain name."""
        for directory in dict.fromkeys(path.rpartition("/")[0] for path in self.test_files):
            names = self.directories[directory]
            others = {n for n in names if not _is_test_file(n)} - _SCRIPTS
            if directory and "__init__.py" not in names and others:
                yield directory


def read_layout(tree: Path) -> Layout:
    """List the Python files of a tree, environments and build products left out."""
    found = []
    for directory, subdirectories, names in os.walk(tree):
        here = Path(directory)
        subdirectories[:] = sorted(name for name in subdirectories if _is_open(here / name))
        found += [
            (here / name).relative_to(tree).as_posix() for name in names if name[-3:] == ".py"
        ]
    return Layout(tree, tuple(sorted(found)))


def is_test_path(path: str) -> bool:
    """Tell whether a file belongs to the tests, which are never optimised."""
    parts = path.split("/")
    inside = any(part in _TESTS for part in parts[:-1])
    return inside or _is_test_file(path) or parts[-1] == "conftest.py"


def _is_open(directory: Path) -> bool:
    name = directory.name
    if name.startswith(".") or name in _SKIPPED or name.endswith(".egg-info"):
        return False
    return not (directory / "pyvenv.cfg").exists()


def _is_test_file(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def _dig(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]
