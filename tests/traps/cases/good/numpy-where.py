# kind: NumPy where bit-equal
# needs: numpy
# --- original
import numpy as np


def clipped(values, limit):
    """Replace what is above a limit by it."""
    out = values.copy()
    for index in range(len(out)):
        if out[index] > limit:
            out[index] = limit
    return out
# --- tests
import numpy as np
assert clipped(np.array([1.0, 5.0]), 3.0).tolist() == [1.0, 3.0]
# --- rewrite
def clipped(values, limit):
    """Replace what is above a limit by it."""
    out = values.copy()
    out[out > limit] = limit
    return out
