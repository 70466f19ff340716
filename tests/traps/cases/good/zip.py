# kind: loops
# --- original
def changes(values):
    """Return the difference of each value to the one before."""
    out = []
    for index in range(1, len(values)):
        out.append(values[index] - values[index - 1])
    return out
# --- tests
assert changes([1, 4, 9]) == [3, 5]
assert changes([]) == []
# --- rewrite
def changes(values):
    """Return the difference of each value to the one before."""
    return [after - before for before, after in zip(values, values[1:])]
