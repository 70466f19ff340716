# kind: floating point
# reason: result-differs
# --- original
def flipped(values):
    """Change the sign of all values."""
    return [value * -1.0 for value in values]
# --- tests
assert flipped([1.0, -2.0]) == [-1.0, 2.0]
assert flipped([0.0]) == [0.0]
# --- rewrite
def flipped(values):
    """Change the sign of all values."""
    return [0.0 - value for value in values]
# --- witness
import math
assert math.copysign(1.0, flipped([0.0])[0]) == -1.0
