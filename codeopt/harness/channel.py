"""Length-prefixed JSON over a pair of file descriptors."""

import json
import os
import struct
import sys

_HEADER = struct.Struct(">I")


class Channel:
    """Send and receive JSON values; the descriptors are kept away from the project's code."""

    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    def send(self, value):
        """Write one frame."""
        body = json.dumps(value, separators=(",", ":")).encode("ascii")
        view = memoryview(_HEADER.pack(len(body)) + body)
        while view:
            view = view[os.write(self.writer, view) :]

    def receive(self):
        """Read one frame; None at the end of the stream."""
        header = self._read(_HEADER.size)
        if header is None:
            return None
        body = self._read(_HEADER.unpack(header)[0])
        return None if body is None else json.loads(body)

    def close(self):
        """Close both ends, as a forked child does before it runs the project's code."""
        os.close(self.reader)
        os.close(self.writer)

    def _read(self, size):
        parts = []
        while size:
            part = os.read(self.reader, min(size, 1 << 20))
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def open_standard():
    """Take over stdin and stdout; the project gets an empty stdin and a stdout to nowhere."""
    reader, writer = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    sys.stdout.flush()
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return Channel(reader, writer)
