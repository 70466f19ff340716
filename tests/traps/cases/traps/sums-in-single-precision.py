# kind: floating point
# reason: result-differs
# --- original
def total(values):
    """Add up values."""
    result = 0.0
    for value in values:
        result += value
    return result
# --- tests
assert total([1.5, 2.25]) == 3.75
assert total([]) == 0.0
# --- rewrite
from array import array


def total(values):
    """Add up values."""
    return sum(array("f", values), 0.0)
# --- witness
assert total([0.1]) == 0.1
