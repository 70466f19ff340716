# kind: rare inputs
# reason: result-differs, order-differs
# --- original
def common(a, b):
    """Return the items of a that b has, too."""
    return [item for item in a if item in b]
# --- tests
assert common([1, 2, 3], [3, 2]) == [2, 3]
assert common([], [1]) == []
# --- rewrite
def common(a, b):
    """Return the items of a that b has, too."""
    return sorted(set(a) & set(b))
# --- witness
assert common([2, 2], [2]) == [2, 2]
