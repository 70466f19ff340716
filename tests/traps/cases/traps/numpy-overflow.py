# kind: NumPy
# needs: numpy
# reason: result-differs, type-differs
# --- original
import numpy as np


def total(counts):
    """Add up small counts."""
    result = 0
    for count in counts:
        result += int(count)
    return result
# --- tests
import numpy as np
assert total(np.array([1, 2], dtype=np.uint8)) == 3
assert total(np.array([100, 27], dtype=np.uint8)) == 127
# --- rewrite
def total(counts):
    """Add up small counts."""
    return int(np.add.reduce(counts, dtype=counts.dtype))
# --- witness
import numpy as np
assert total(np.array([200, 100], dtype=np.uint8)) == 300
