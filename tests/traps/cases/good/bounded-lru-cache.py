# kind: bounded caches
# --- original
def digits(n):
    """Return the sum of the digits of a number."""
    return sum(int(digit) for digit in str(n) if digit != "-")
# --- tests
assert digits(123) == 6
assert digits(-12) == 3
# --- rewrite
from functools import lru_cache


@lru_cache(maxsize=1024)
def _digits(text):
    return sum(map(int, text.lstrip("-")))


def digits(n):
    """Return the sum of the digits of a number."""
    return _digits(str(n))
