# kind: types of numbers
# reason: result-differs
# --- original
def numbers(values):
    """Return those values that are numbers, but no booleans."""
    return [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
# --- tests
assert numbers([1, "a", 2.5]) == [1, 2.5]
assert numbers([True, "a"]) in ([], [True])
# --- rewrite
def numbers(values):
    """Return those values that are numbers, but no booleans."""
    return [v for v in values if isinstance(v, (int, float))]
# --- witness
assert numbers([True]) == []
