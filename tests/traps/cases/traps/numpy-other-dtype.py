# kind: NumPy
# needs: numpy
# reason: type-differs, result-differs
# --- original
import numpy as np


def scaled(values, factor):
    """Multiply an array by a number."""
    return np.array([float(value) * factor for value in values], dtype=np.float64)
# --- tests
import numpy as np
assert scaled(np.array([1, 2], dtype=np.float32), 2.0).tolist() == [2.0, 4.0]
# --- rewrite
def scaled(values, factor):
    """Multiply an array by a number."""
    return values * factor
# --- witness
import numpy as np
assert scaled(np.array([1], dtype=np.float32), 2.0).dtype == np.float64
