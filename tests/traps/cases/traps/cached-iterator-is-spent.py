# kind: memo across calls
# reason: result-differs
# --- original
def fields(line):
    """Return the fields of a line, stripped."""
    return [field.strip() for field in line.split(",")]
# --- tests
assert fields("a, b") == ["a", "b"]
assert fields("c") == ["c"]
# --- rewrite
from functools import lru_cache


@lru_cache(maxsize=64)
def _fields(line):
    return map(str.strip, line.split(","))


def fields(line):
    """Return the fields of a line, stripped."""
    return list(_fields(line))
# --- witness
fields("x, y")
assert fields("x, y") == ["x", "y"]
