# kind: order and stability
# reason: order-differs
# --- original
def common(first, second):
    """Return what two lists have in common, in the order of the first."""
    return [item for item in first if item in second]
# --- tests
assert common([1, 2, 3], [3, 1]) == [1, 3]
assert common([], [1]) == []
assert common([5, 6], [6]) == [6]
# --- rewrite
def common(first, second):
    """Return what two lists have in common, in the order of the first."""
    if len(second) < len(first) and len(set(first)) == len(first):
        known = set(first)
        found = [item for item in sorted(set(second)) if item in known]
        return found
    known = set(second)
    return [item for item in first if item in known]
# --- witness
assert common([3, 1, 2], [1, 3]) == [3, 1]
