# kind: floating point
# reason: result-differs, exception-differs
# --- original
def mean(values):
    """Return the mean of values, 0 for none."""
    total, count = 0.0, 0
    for value in values:
        total += value
        count += 1
    return total / count if count else 0.0
# --- tests
assert mean([1.0, 2.0]) == 1.5
assert mean([]) == 0.0
# --- rewrite
import math


def mean(values):
    """Return the mean of values, 0 for none."""
    values = list(values)
    return math.fsum(values) / len(values) if values else 0.0
# --- witness
assert mean([0.1] * 10) != 0.1
