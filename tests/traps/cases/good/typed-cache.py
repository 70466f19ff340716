# kind: bounded caches
# --- original
def doubled(number, times):
    """Double a number several times, ten at most."""
    for _ in range(min(times, 10)):
        number = number + number
    return number
# --- tests
assert doubled(3, 2) == 12
assert doubled(1.5, 1) == 3.0
assert doubled(2.0, 1) == 4
assert doubled(2, 1) == 4
# --- rewrite
from functools import lru_cache


@lru_cache(maxsize=64, typed=True)
def _doubled(number, times):
    for _ in range(times):
        number = number + number
    return number


def doubled(number, times):
    """Double a number several times, ten at most."""
    return _doubled(number, times if times < 10 else 10)
