# kind: floating point
# reason: result-differs
# --- original
def windows(values, size):
    """Return the sums of neighbouring values."""
    return [sum(values[i : i + size]) for i in range(len(values) - size + 1)]
# --- tests
assert windows([1.0, 2.0, 4.0], 2) == [3.0, 6.0]
assert windows([1.0], 2) == []
# --- rewrite
def windows(values, size):
    """Return the sums of neighbouring values."""
    if size <= 0 or size > len(values):
        return [sum(values[i : i + size]) for i in range(len(values) - size + 1)]
    total = sum(values[:size])
    out = [total]
    for old, new in zip(values, values[size:]):
        total = total - old + new
        out.append(total)
    return out
# --- witness
assert windows([1e16, 1.0, 1.0], 2)[1] == 2.0
