# kind: floating point
# reason: result-differs
# --- original
def peak(values):
    """Return the largest value, ignoring what is no number."""
    best = None
    for value in values:
        if value == value and (best is None or value > best):
            best = value
    return best
# --- tests
NAN = float("nan")
assert peak([1.0, 3.0, NAN]) == 3.0
assert peak([2.0]) == 2.0
assert peak([]) is None
# --- rewrite
def peak(values):
    """Return the largest value, ignoring what is no number."""
    return max(values, default=None)
# --- witness
assert peak([float("nan"), 1.0]) == 1.0
