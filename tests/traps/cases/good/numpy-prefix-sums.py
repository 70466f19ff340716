# kind: NumPy where bit-equal
# needs: numpy
# --- original
import numpy as np


def totals(values):
    """Return the sums so far of whole numbers."""
    out = np.zeros(len(values), dtype=np.int64)
    total = np.int64(0)
    for index, value in enumerate(values):
        total = total + value
        out[index] = total
    return out
# --- tests
import numpy as np
assert totals(np.array([1, 2, 3])).tolist() == [1, 3, 6]
assert totals(np.array([], dtype=np.int64)).tolist() == []
# --- rewrite
def totals(values):
    """Return the sums so far of whole numbers."""
    return np.cumsum(values, dtype=np.int64)
