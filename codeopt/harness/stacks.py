"""Count stacks and write them as one JSON file a process.

A stack is a tuple of ``(path, name, line)``, outermost frame first. The file holds ``frames``, each
once, and ``stacks``: CPU seconds, number of samples, indices of frames.
"""

import json
import os
import time


class Stacks:
    """Add up CPU seconds by stack."""

    def __init__(self, directory):
        self.pid = os.getpid()
        name = "stacks-%d-%d.json" % (self.pid, time.monotonic_ns())
        self.path = os.path.join(directory, name)
        self.weights = {}

    def add(self, stack, seconds, samples=1):
        """Add the CPU seconds that were spent with this stack."""
        weight = self.weights.setdefault(stack, [0.0, 0])
        weight[0] += seconds
        weight[1] += samples

    def write(self):
        """Replace the file, so that a kill at any time leaves a whole one."""
        index = {}
        stacks = [
            [seconds, samples, [index.setdefault(frame, len(index)) for frame in stack]]
            for stack, (seconds, samples) in list(self.weights.items())
        ]
        document = {"version": 1, "frames": list(index), "stacks": stacks}
        partial = self.path + ".part"
        try:
            with open(partial, "w", encoding="ascii") as file:
                json.dump(document, file)
            os.replace(partial, self.path)
        except OSError:
            pass  # a full disk must not become an error of the project
