# kind: early exits
# --- original
def is_prime(n):
    """Tell whether a number below 10000 is prime."""
    if n < 2 or n >= 10000:
        return False
    for divisor in range(2, n):
        if n % divisor == 0:
            return False
    return True
# --- tests
assert is_prime(7)
assert not is_prime(9)
assert not is_prime(1)
# --- rewrite
import math


def is_prime(n):
    """Tell whether a number below 10000 is prime."""
    if n < 2 or n >= 10000:
        return False
    return all(n % divisor for divisor in range(2, math.isqrt(n) + 1))
