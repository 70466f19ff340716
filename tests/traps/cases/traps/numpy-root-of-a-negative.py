# kind: NumPy
# needs: numpy
# reason: exception-differs, output-differs
# --- original
import math

import numpy as np


def roots(values):
    """Return the roots of values."""
    return np.array([math.sqrt(value) for value in values], dtype=float)
# --- tests
import numpy as np
assert roots(np.array([4.0, 9.0])).tolist() == [2.0, 3.0]
# --- rewrite
def roots(values):
    """Return the roots of values."""
    return np.sqrt(values)
# --- witness
import numpy as np
try:
    roots(np.array([-1.0]))
except ValueError:
    pass
else:
    raise AssertionError
