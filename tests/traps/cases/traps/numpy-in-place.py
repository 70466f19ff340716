# kind: NumPy
# needs: numpy
# reason: mutation-differs, aliasing-differs
# --- original
import numpy as np


def centred(values):
    """Return the values minus their mean."""
    middle = values.mean() if values.size else 0.0
    return np.array([value - middle for value in values])
# --- tests
import numpy as np
assert centred(np.array([1.0, 3.0])).tolist() == [-1.0, 1.0]
# --- rewrite
def centred(values):
    """Return the values minus their mean."""
    if values.size:
        values -= values.mean()
    return values
# --- witness
import numpy as np
values = np.array([1.0, 3.0])
centred(values)
assert values.tolist() == [1.0, 3.0]
