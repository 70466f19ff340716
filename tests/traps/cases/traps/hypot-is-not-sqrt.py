# kind: floating point
# reason: result-differs, exception-differs
# --- original
import math


def length(x, y):
    """Return the length of a vector."""
    return math.sqrt(x * x + y * y)
# --- tests
assert length(3.0, 4.0) == 5.0
assert length(0.0, 0.0) == 0.0
assert length(1.5, 2.5) > 2.9
# --- rewrite
def length(x, y):
    """Return the length of a vector."""
    return math.hypot(x, y)
# --- witness
import math
for n in range(1, 400):
    x, y = n * 0.1, n * 0.37
    assert length(x, y) == math.sqrt(x * x + y * y)
assert length(1e300, 1e300) == math.sqrt(1e300 * 1e300 + 1e300 * 1e300)
