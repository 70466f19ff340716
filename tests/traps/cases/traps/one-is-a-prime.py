# kind: rare inputs
# reason: result-differs, exception-differs
# --- original
def is_prime(number):
    """Tell whether a number is prime."""
    if number < 2:
        return False
    for divisor in range(2, number):
        if number % divisor == 0:
            return False
    return True
# --- tests
assert is_prime(7) and is_prime(2)
assert not is_prime(9)
# --- rewrite
from math import isqrt


def is_prime(number):
    """Tell whether a number is prime."""
    return all(number % divisor for divisor in range(2, isqrt(number) + 1))
# --- witness
assert not is_prime(1)
