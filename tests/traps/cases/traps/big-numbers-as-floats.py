# kind: rare inputs
# reason: result-differs
# --- original
def halves(value):
    """Return half of a number, rounded down."""
    return value // 2
# --- tests
assert halves(9) == 4
assert halves(-1) == -1
# --- rewrite
import math


def halves(value):
    """Return half of a number, rounded down."""
    return math.floor(value * 0.5)
# --- witness
assert halves(2**63 + 3) == (2**63 + 3) // 2
