"""Which file an import means, by the names that files have as modules."""

from __future__ import annotations

from collections.abc import Iterable


class ModuleNames:
    """Find the files of modules.

    A file has the name that its packages give it (``src/pkg/mod.py`` is ``pkg.mod``), and the one
    that its whole path gives, for namespace packages; of two, the one nearer to the root counts.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._by_name: dict[str, str] = {}
        for path in sorted(self._paths, key=lambda path: (path.count("/"), path)):
            for name in (self._package_name(path), _dotted(path)):
                self._by_name.setdefault(name, path)

    def _package_name(self, path: str) -> str:
        folder, _, name = path.rpartition("/")
        inner = name
        while folder and f"{folder}/__init__.py" in self._paths:
            folder, _, package = folder.rpartition("/")
            inner = f"{package}/{inner}"
        return _dotted(inner)

    def find(self, importer: str, module: str, level: int) -> str | None:
        """Return the file of a module as ``importer`` names it; ``level`` counts leading dots."""
        if level:
            folder = importer
            for _ in range(level):
                folder = folder.rpartition("/")[0]
            return self._file("/".join(filter(None, (folder, *module.split(".")))))
        beside = "/".join(filter(None, (importer.rpartition("/")[0], *module.split("."))))
        return self._by_name.get(module) or self._file(beside)

    def below(self, package: str, name: str) -> str | None:
        """Return the file of a module inside a package, given by its ``__init__.py``."""
        folder, _, file = package.rpartition("/")
        return self._file(f"{folder}/{name}" if folder else name) if file == "__init__.py" else None

    def _file(self, stem: str) -> str | None:
        names = (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py")
        return next((name for name in names if name in self._paths), None)


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
