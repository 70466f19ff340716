"""The recorded calls of a target inside the process that replays them: fresh copies on demand."""

import hashlib

from . import calls, pickling


class Inputs:
    """Hold the recorded calls as bytes; every look gives a new copy of the arguments."""

    def __init__(self, path):
        self.header, self.calls = calls.read(path)

    def fresh(self, index):
        """Return a new (args, kwargs) of one call."""
        return pickling.load(self.calls[index][1])

    def table(self):
        """List the calls that can be timed here: index, group, count, key of content, seconds.

        Those that cannot be loaded are left out, and those that only the tests made.
        """
        rows = []
        for index, (metadata, blob) in enumerate(self.calls):
            if metadata.get("count") == 0:
                continue
            try:
                self.fresh(index)
            except Exception:  # whatever the project's classes raise: the call is not used
                continue
            key = hashlib.sha1(blob).hexdigest()[:16]
            count = max(1, int(metadata.get("count") or 1))
            seconds = float(metadata.get("seconds") or 0)
            rows.append([index, str(metadata.get("group") or ""), count, key, seconds])
        return rows
