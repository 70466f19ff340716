# kind: rare inputs
# reason: result-differs
# --- original
def divisor(a, b):
    """Return the greatest common divisor, with the sign that division gives it."""
    while b:
        a, b = b, a % b
    return a
# --- tests
assert divisor(12, 18) == 6
assert divisor(5, 0) == 5
# --- rewrite
import math


def divisor(a, b):
    """Return the greatest common divisor, with the sign that division gives it."""
    return math.gcd(a, b)
# --- witness
assert divisor(-5, 0) == -5
