# kind: NumPy
# needs: numpy
# reason: result-differs, exception-differs, type-differs
# --- original
import numpy as np


def weighted(values, weights):
    """Multiply values by weights; what has no partner is left out."""
    return np.array([v * w for v, w in zip(values, weights)], dtype=np.int64)
# --- tests
import numpy as np
assert weighted(np.array([1, 2]), np.array([3, 4])).tolist() == [3, 8]
# --- rewrite
def weighted(values, weights):
    """Multiply values by weights; what has no partner is left out."""
    return values * weights
# --- witness
import numpy as np
assert weighted(np.array([1, 2]), np.array([3])).tolist() == [3]
