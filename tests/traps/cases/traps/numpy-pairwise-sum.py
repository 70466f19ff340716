# kind: NumPy
# needs: numpy
# reason: result-differs
# --- original
import numpy as np


def total(values):
    """Add up from left to right."""
    result = 0.0
    for value in values.tolist():
        result += value
    return result
# --- tests
import numpy as np
assert total(np.array([1.0, 2.0])) == 3.0
assert total(np.ones(200) * 0.5) == 100.0
assert total(np.array([0.1, 0.7])) > 0.7
# --- rewrite
def total(values):
    """Add up from left to right."""
    return float(values.sum()) if values.size else 0.0
# --- witness
import numpy as np
values = np.array([0.1] * 1000)
result = 0.0
for value in values.tolist():
    result += value
assert total(values) == result
