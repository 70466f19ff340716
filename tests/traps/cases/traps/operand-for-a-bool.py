# kind: types of numbers
# reason: type-differs, result-differs, aliasing-differs
# --- original
def both(a, b):
    """Tell whether both lists hold something."""
    if a and b:
        return True
    return False
# --- tests
assert both([1], [2])
assert not both([], [1])
# --- rewrite
def both(a, b):
    """Tell whether both lists hold something."""
    return a and b
# --- witness
assert both([1], [2]) is True
