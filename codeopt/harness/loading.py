"""Import the project's modules from a given tree, with the text of some files replaced."""

import importlib
import importlib.machinery
import linecache
import os
import sys
import types


class LoadError(Exception):
    """The target cannot be loaded; the message says why."""


class _Overrides:
    """Find modules as usual, but take the source of overridden files from memory."""

    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, name, path=None, target=None):
        """Delegate to the path finder and swap the loader where the file is overridden."""
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None:
            return None
        source = self.sources.get(os.path.realpath(spec.origin))
        if source is None:
            return None
        spec.loader = _SourceLoader(name, spec.origin, source)
        return spec


class _SourceLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, name, path, source):
        super().__init__(name, path)
        self.source = source
        # decorators that read the source of what they decorate must see this one
        lines = source.decode("utf-8", "surrogateescape").splitlines(True)
        linecache.cache[path] = (len(source), None, lines, path)

    def get_data(self, path):
        """Give the replaced text; no bytecode is read or written."""
        if path == self.path:
            return self.source
        raise OSError(path)

    def path_stats(self, path):
        """Refuse, so that the import system never looks for bytecode."""
        raise OSError(path)

    def set_data(self, path, data, _mode=0o666):
        """Write nothing."""


def enter(tree, source_roots, overrides=None, extra_paths=()):
    """Make ``tree`` the working directory and the first place that modules come from.

    ``overrides`` maps paths relative to the tree to replacement text.
    """
    tree = os.path.realpath(tree)
    os.chdir(tree)
    sys.dont_write_bytecode = True
    roots = [os.path.join(tree, root) if root else tree for root in source_roots]
    entries = roots + [os.path.join(tree, entry) for entry in extra_paths]
    sys.path[:] = list(dict.fromkeys(entries + sys.path))
    if overrides:
        sources = {
            os.path.realpath(os.path.join(tree, path)): text.encode("utf-8", "surrogateescape")
            for path, text in overrides.items()
        }
        sys.meta_path.insert(0, _Overrides(sources))


def load_module(name, path):
    """Import a module and check that it is the file ``path`` of the working directory."""
    try:
        module = importlib.import_module(name)
    except SystemExit as error:
        raise LoadError("importing %s exits with %r" % (name, error.code)) from error
    found = os.path.realpath(getattr(module, "__file__", None) or "")
    wanted = os.path.realpath(path)
    if found != wanted:
        raise LoadError("module %s was imported from %s, not from %s" % (name, found, wanted))
    return module


def resolve(module, qualname):
    """Return the plain function behind ``qualname``: descriptors and decorators are looked through.

    Recorded calls are calls of this function, so the first argument of a method is ``self`` or
    ``cls``. Raises LoadError when a decorator hides it.
    """
    if "<locals>" in qualname:
        raise LoadError("%s is defined inside another function" % qualname)
    value = module
    for part in qualname.split("."):
        try:
            value = vars(value)[part]
        except (KeyError, TypeError):
            raise LoadError("%s has no %s" % (module.__name__, qualname)) from None
    function = _unwrap(value, qualname.rpartition(".")[2], 8)
    if function is None:
        raise LoadError("a decorator hides the function %s" % qualname)
    return function


def _unwrap(value, name, depth):
    """Look through descriptors, ``__wrapped__`` and closures for the function called ``name``."""
    if depth == 0:
        return None
    inner = getattr(value, "__wrapped__", None)
    if inner is not None:
        return _unwrap(inner, name, depth - 1)
    if isinstance(value, (staticmethod, classmethod)):
        return _unwrap(value.__func__, name, depth - 1)
    if isinstance(value, property):
        return _unwrap(value.fget, name, depth - 1)
    if isinstance(value, types.FunctionType):
        if value.__code__.co_name == name:
            return value
        for cell in value.__closure__ or ():
            found = _unwrap(_contents(cell), name, depth - 1)
            if found is not None:
                return found
        return None
    func = getattr(value, "func", None)  # functools.cached_property, partial, partialmethod
    return None if func is None else _unwrap(func, name, depth - 1)


def _contents(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return None
