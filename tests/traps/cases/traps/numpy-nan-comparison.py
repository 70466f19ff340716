# kind: NumPy
# needs: numpy
# reason: result-differs, output-differs
# --- original
import numpy as np


def largest(values):
    """Return the largest value, what is no number left out; 0 for none."""
    best = None
    for value in values.tolist():
        if value == value and (best is None or value > best):
            best = value
    return 0.0 if best is None else best
# --- tests
import numpy as np
assert largest(np.array([1.0, 3.0])) == 3.0
assert largest(np.array([])) == 0.0
largest(np.array([2.0, np.nan]))
# --- rewrite
def largest(values):
    """Return the largest value, what is no number left out; 0 for none."""
    return float(values.max()) if values.size else 0.0
# --- witness
import numpy as np
assert largest(np.array([2.0, np.nan])) == 2.0
