# kind: NumPy where bit-equal
# needs: numpy
# --- original
import numpy as np


def total(values):
    """Add up an array of 64-bit integers."""
    result = np.int64(0)
    for value in values:
        result += value
    return result
# --- tests
import numpy as np
assert total(np.array([1, 2, 3])) == 6
# --- rewrite
def total(values):
    """Add up an array of 64-bit integers."""
    return values.sum()
