# kind: the standard library
# --- original
def volume(sizes):
    """Multiply sizes."""
    result = 1
    for size in sizes:
        result = result * size
    return result
# --- tests
assert volume([2, 3, 4]) == 24
assert volume([]) == 1
# --- rewrite
from math import prod


def volume(sizes):
    """Multiply sizes."""
    return prod(sizes)
