# kind: type-blind cache keys
# reason: type-differs
# --- original
def scaled(number, factor):
    """Return a number times a factor."""
    result = number * factor
    return result
# --- tests
assert scaled(3, 2) == 6
assert scaled(3.0, 2) == 6
assert scaled(2, 2) == 4
# --- rewrite
from functools import lru_cache


@lru_cache(maxsize=128)
def _scaled(number, factor):
    return number * factor


def scaled(number, factor):
    """Return a number times a factor."""
    return _scaled(number, factor)
# --- witness
scaled(1, 3)
assert repr(scaled(1.0, 3)) == "3.0"
