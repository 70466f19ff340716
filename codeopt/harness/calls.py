"""The file of recorded calls: a header and one (metadata, pickle) pair a call.

Written while the original runs and read back when it is replayed, both inside the sandbox. The
header is a dict: ``target``, ``module``, ``path``, ``sys_path`` (entries relative to the tree that
the recording process had), ``seen``, ``omissions``. The metadata of a call is a dict:

``order``   position among all calls of the target in the workload, from 0
``count``   how many calls of the workload this record stands for (itself included), 0 for a
            call that only the tests made
``size``    rough size of the arguments (elements, recursively)
``group``   key of the input class (size and lines that ran)
``lines``   lines that ran, counted from the first of the function
``outcome`` digest of what was observed when the call was recorded, or None
``seconds`` how long the call took
``text``    the call, for a person
``sharing`` whether equal plain values are ``one`` object or ``apart``; absent: as pickled

The pickle holds ``(args, kwargs)`` as they were before the call.
"""

import json
import struct

MAGIC = b"codeopt-calls 1\n"
_LENGTH = struct.Struct(">Q")


def write(path, header, calls):
    """Write a recording; ``calls`` are (metadata, bytes) pairs."""
    with open(path, "wb") as file:
        file.write(MAGIC)
        _put(file, json.dumps(header).encode())
        for metadata, blob in calls:
            _put(file, json.dumps(metadata).encode())
            _put(file, blob)


def read(path):
    """Return (header, [(metadata, bytes), ...])."""
    with open(path, "rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ValueError("%s is not a recording" % path)
        header = json.loads(_get(file))
        calls = []
        while True:
            metadata = _get(file)
            if metadata is None:
                return header, calls
            calls.append((json.loads(metadata), _get(file)))


def _put(file, data):
    file.write(_LENGTH.pack(len(data)))
    file.write(data)


def _get(file):
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    return file.read(_LENGTH.unpack(head)[0])
