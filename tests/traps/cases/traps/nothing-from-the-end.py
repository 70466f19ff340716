# kind: rare inputs
# reason: result-differs
# --- original
def tail(values, count):
    """Return the last values."""
    out = []
    for index, value in enumerate(values):
        if index >= len(values) - count:
            out.append(value)
    return out
# --- tests
assert tail([1, 2, 3], 2) == [2, 3]
assert tail([1], 3) == [1]
# --- rewrite
def tail(values, count):
    """Return the last values."""
    return values[-count:] if count >= 0 else []
# --- witness
assert tail([1, 2], 0) == []
