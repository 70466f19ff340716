# kind: types of numbers
# reason: type-differs
# --- original
def squares(values):
    """Return squares."""
    out = []
    for value in values:
        out.append(value * value)
    return out
# --- tests
assert squares([1, 2]) == [1, 4]
# --- rewrite
import math


def squares(values):
    """Return squares."""
    return [math.pow(value, 2) for value in values]
# --- witness
assert repr(squares([2])) == "[4]"
