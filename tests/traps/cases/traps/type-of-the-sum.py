# kind: types of numbers
# reason: type-differs
# --- original
def total(values):
    """Add up values, as a float."""
    result = 0.0
    for value in values:
        result += value
    return result
# --- tests
assert total([1, 2]) == 3
assert total([]) == 0
# --- rewrite
def total(values):
    """Add up values, as a float."""
    return sum(values)
# --- witness
assert repr(total([1])) == "1.0"
