# kind: rare inputs
# reason: result-differs
# --- original
def overlap(a, b):
    """Tell whether two spans have something in common; ends do not belong to them."""
    return max(a[0], b[0]) < min(a[1], b[1])
# --- tests
assert overlap((1, 4), (3, 6))
assert not overlap((1, 2), (5, 6))
# --- rewrite
def overlap(a, b):
    """Tell whether two spans have something in common; ends do not belong to them."""
    return a[0] <= b[1] and b[0] <= a[1]
# --- witness
assert not overlap((1, 3), (3, 6))
