# kind: work hoisted
# edges: values that are no numbers
# --- original
import struct


def records(data):
    """Read records of a number and a size."""
    out = []
    for start in range(0, len(data) - 5, 6):
        out.append(struct.unpack("<IH", data[start : start + 6]))
    return out
# --- tests
assert records(b"\x01\x00\x00\x00\x02\x00") == [(1, 2)]
assert records(b"") == []
# --- rewrite
_RECORD = struct.Struct("<IH")


def records(data):
    """Read records of a number and a size."""
    unpack = _RECORD.unpack_from
    return [unpack(data, start) for start in range(0, len(data) - 5, 6)]
