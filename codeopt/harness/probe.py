"""Describe the interpreter that runs this: version, places it needs to read, packages."""

import importlib.util
import os
import sys
import sysconfig


def run(job, channel):
    """Answer with version, prefixes, entries of ``sys.path`` and installed packages."""
    channel.send(
        {
            "version": list(sys.version_info[:3]),
            "implementation": sys.implementation.name,
            "prefixes": _prefixes(),
            "packages": sorted(_packages().items()),
        }
    )


def _prefixes():
    """List the directories of the interpreter and of what it can import."""
    found = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    found += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found += [os.path.dirname(os.path.realpath(sys.executable))]
    found += [entry for entry in sys.path if entry]
    return [os.path.abspath(path) for path in dict.fromkeys(found) if path and os.path.exists(path)]


def _packages():
    """Map installed distributions to versions; pytest counts only when it can be imported."""
    from importlib import metadata

    found = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(name, distribution.version or "")
    for name, module in (("pytest", "pytest"), ("pytest-benchmark", "pytest_benchmark")):
        if importlib.util.find_spec(module) is None:
            found.pop(name, None)
        else:
            found.setdefault(name, "")
    return found
