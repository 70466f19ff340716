# kind: NumPy
# needs: numpy
# reason: result-differs, type-differs
# --- original
import numpy as np


def changes(values):
    """Return the differences of neighbours."""
    numbers = values.tolist()
    return np.array([b - a for a, b in zip(numbers, numbers[1:])], dtype=np.int64)
# --- tests
import numpy as np
assert changes(np.array([1, 3, 7], dtype=np.uint8)).tolist() == [2, 4]
# --- rewrite
def changes(values):
    """Return the differences of neighbours."""
    return (values[1:] - values[:-1]).astype(np.int64)
# --- witness
import numpy as np
assert changes(np.array([3, 1], dtype=np.uint8)).tolist() == [-2]
