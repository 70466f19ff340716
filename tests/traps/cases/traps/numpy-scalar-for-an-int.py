# kind: NumPy
# needs: numpy
# reason: type-differs
# --- original
import numpy as np


def total(values):
    """Add up an array as a number."""
    result = 0
    for value in values.tolist():
        result += value
    return result
# --- tests
import numpy as np
assert total(np.array([1, 2])) == 3
# --- rewrite
def total(values):
    """Add up an array as a number."""
    return values.sum()
# --- witness
import json
import numpy as np
assert json.dumps(total(np.array([1, 2]))) == "3"
