# kind: equality and hashing
# reason: result-differs
# --- original
def without(items, unwanted):
    """Return the items without the first that is unwanted."""
    out = list(items)
    if unwanted in out:
        out.remove(unwanted)
    return out
# --- tests
assert without([1, 2, 3], 2) == [1, 3]
assert without([1], 5) == [1]
# --- rewrite
def without(items, unwanted):
    """Return the items without the first that is unwanted."""
    return [item for item in items if item != unwanted]
# --- witness
assert without([2, 1, 2], 2) == [1, 2]
