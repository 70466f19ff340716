# kind: rare inputs
# reason: result-differs
# --- original
def is_ascending(values):
    """Tell whether no value is smaller than the one before."""
    for index in range(1, len(values)):
        if values[index] < values[index - 1]:
            return False
    return True
# --- tests
assert is_ascending([1, 2, 5])
assert not is_ascending([2, 1])
assert is_ascending([])
# --- rewrite
def is_ascending(values):
    """Tell whether no value is smaller than the one before."""
    return all(a < b for a, b in zip(values, values[1:]))
# --- witness
assert is_ascending([1, 1])
