# kind: NumPy
# needs: numpy
# reason: result-differs, order-differs
# --- original
import numpy as np


def ranking(scores):
    """Return positions by rising score, equal ones in their order."""
    return np.array(sorted(range(len(scores)), key=lambda i: scores[i]), dtype=np.int64)
# --- tests
import numpy as np
assert ranking(np.array([3, 1, 2])).tolist() == [1, 2, 0]
assert ranking(np.array([], dtype=int)).tolist() == []
# --- rewrite
def ranking(scores):
    """Return positions by rising score, equal ones in their order."""
    return np.argsort(scores)
# --- witness
import numpy as np
scores = np.array([i % 2 for i in range(100)])
assert ranking(scores).tolist() == sorted(range(100), key=lambda i: i % 2)
