# kind: rare inputs
# reason: result-differs, exception-differs
# --- original
import math


def is_square(n):
    """Tell whether a number is a square."""
    if n < 0:
        return False
    root = math.isqrt(n)
    return root * root == n
# --- tests
assert is_square(49)
assert not is_square(50)
assert not is_square(-4)
# --- rewrite
def is_square(n):
    """Tell whether a number is a square."""
    return n >= 0 and float(n) ** 0.5 % 1 == 0
# --- witness
assert not is_square(10**30 + 1)
