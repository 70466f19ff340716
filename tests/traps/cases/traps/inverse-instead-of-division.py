# kind: floating point
# reason: result-differs
# --- original
def shares(values, whole):
    """Divide values by a number that is not 0."""
    if not whole:
        return []
    return [value / whole for value in values]
# --- tests
assert shares([1.0, 2.0], 4.0) == [0.25, 0.5]
assert shares([1.0], 0.0) == []
# --- rewrite
def shares(values, whole):
    """Divide values by a number that is not 0."""
    if not whole:
        return []
    factor = 1.0 / whole
    return [value * factor for value in values]
# --- witness
assert shares([5.0], 3.0) == [5.0 / 3.0]
