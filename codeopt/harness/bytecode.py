"""Job ``bytecode``: compile the sources of directories once, for all processes that follow.

The job: ``directories`` (writable) and ``seconds`` (when these are over, what is left stays as it
is). A compiled file carries the hash of its source, and is not used once that changes. Answers with
``compiled``: the number of files.
"""

import os
import py_compile
import time

_SKIPPED = {"__pycache__", "node_modules", ".git"}


def run(job, channel):
    """Compile what compiles; the rest says why when it is imported."""
    deadline = time.monotonic() + job["seconds"]
    compiled = 0
    for directory in job["directories"]:
        for path in _sources(directory):
            if time.monotonic() > deadline:
                break
            compiled += _compile(path)
    channel.send({"compiled": compiled})


def _sources(directory):
    for place, names, files in os.walk(directory):
        names[:] = sorted(name for name in names if name not in _SKIPPED)
        yield from (os.path.join(place, name) for name in sorted(files) if name.endswith(".py"))


def _compile(path):
    mode = py_compile.PycInvalidationMode.CHECKED_HASH
    try:
        py_compile.compile(path, doraise=True, invalidation_mode=mode)
    except Exception:  # not for this Python, no Python, or a file that cannot be read
        return 0
    return 1
