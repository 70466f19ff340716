# kind: type-blind cache keys
# reason: result-differs
# --- original
def label(number):
    """Write a number with two digits after the point."""
    return "%.2f" % number
# --- tests
assert label(0.0) == "0.00"
assert label(1.5) == "1.50"
assert label(-0.0).endswith("0.00")
# --- rewrite
from functools import lru_cache


@lru_cache(maxsize=64, typed=True)
def _label(number):
    return f"{number:.2f}"


def label(number):
    """Write a number with two digits after the point."""
    return _label(number)
# --- witness
label(0.0)
assert label(-0.0) == "-0.00"
