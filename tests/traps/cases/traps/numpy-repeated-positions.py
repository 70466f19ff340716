# kind: NumPy
# needs: numpy
# reason: result-differs
# --- original
import numpy as np


def histogram(positions, size):
    """Count positions."""
    counts = np.zeros(size, dtype=np.int64)
    for position in positions:
        counts[position] += 1
    return counts
# --- tests
import numpy as np
assert histogram(np.array([0, 2]), 3).tolist() == [1, 0, 1]
# --- rewrite
def histogram(positions, size):
    """Count positions."""
    counts = np.zeros(size, dtype=np.int64)
    counts[positions] += 1
    return counts
# --- witness
import numpy as np
assert histogram(np.array([1, 1]), 2).tolist() == [0, 2]
