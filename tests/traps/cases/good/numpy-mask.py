# kind: NumPy where bit-equal
# needs: numpy
# --- original
import numpy as np


def positive(values):
    """Return the values above 0."""
    return np.array([value for value in values if value > 0], dtype=values.dtype)
# --- tests
import numpy as np
assert positive(np.array([1, -1, 2])).tolist() == [1, 2]
# --- rewrite
def positive(values):
    """Return the values above 0."""
    return values[values > 0]
