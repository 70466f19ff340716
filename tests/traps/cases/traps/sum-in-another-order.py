# kind: floating point
# reason: result-differs
# --- original
def total(values):
    """Add up values from left to right."""
    result = 0.0
    for value in values:
        result += value
    return result
# --- tests
assert total([1.0, 2.0]) == 3.0
assert abs(total([0.1, 0.2, 0.3]) - 0.6) < 1e-9
# --- rewrite
import math


def total(values):
    """Add up values from left to right."""
    return math.fsum(values)
# --- witness
assert total([0.1] * 10) == 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1
