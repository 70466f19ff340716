# kind: NumPy where bit-equal
# needs: numpy
# edges: one warning for all elements, where the original gave one for each
# --- original
import numpy as np


def scaled(values, factor):
    """Multiply an array of floats by a number."""
    out = np.empty(len(values))
    for index, value in enumerate(values):
        out[index] = value * factor
    return out
# --- tests
import numpy as np
assert scaled(np.array([1.0, 2.5]), 2.0).tolist() == [2.0, 5.0]
assert scaled(np.array([0.1]), 3.0).tolist() == [0.1 * 3.0]
# --- rewrite
def scaled(values, factor):
    """Multiply an array of floats by a number."""
    return values * factor
