# kind: NumPy
# needs: numpy
# reason: aliasing-differs
# --- original
import numpy as np


def evens(values):
    """Return every second value, as an array of its own."""
    return np.array([values[i] for i in range(0, len(values), 2)], dtype=values.dtype)
# --- tests
import numpy as np
assert evens(np.array([1, 2, 3])).tolist() == [1, 3]
# --- rewrite
def evens(values):
    """Return every second value, as an array of its own."""
    return values[::2]
# --- witness
import numpy as np
values = np.array([1, 2, 3])
evens(values)[0] = 9
assert values[0] == 1
