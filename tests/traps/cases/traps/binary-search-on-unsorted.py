# kind: rare inputs
# reason: result-differs
# --- original
def contains(values, wanted):
    """Tell whether a value is among others."""
    for value in values:
        if value == wanted:
            return True
    return False
# --- tests
assert contains([1, 2, 5], 2)
assert not contains([1, 2], 3)
# --- rewrite
import bisect


def contains(values, wanted):
    """Tell whether a value is among others."""
    index = bisect.bisect_left(values, wanted)
    return index < len(values) and values[index] == wanted
# --- witness
assert contains([5, 1], 5)
