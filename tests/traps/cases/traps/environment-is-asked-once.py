# kind: work at import
# reason: forbidden-construct
# --- original
import os


def first(values):
    """Return as many values as the environment allows."""
    most = int(os.environ.get("MOST", "3"))
    return values[:most]
# --- tests
assert first([1, 2, 3, 4]) == [1, 2, 3]
assert first([]) == []
# --- rewrite
_MOST = int(os.environ.get("MOST", "3"))


def first(values):
    """Return as many values as the environment allows."""
    return values[:_MOST]
# --- witness
import os
os.environ["MOST"] = "1"
try:
    assert first([1, 2, 3, 4]) == [1]
finally:
    del os.environ["MOST"]
