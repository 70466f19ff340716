# kind: floating point
# reason: result-differs
# --- original
def steps(start, by, count):
    """Return evenly spaced numbers."""
    out = []
    for _ in range(min(count, 1000)):
        out.append(start)
        start += by
    return out
# --- tests
assert steps(0.0, 0.5, 3) == [0.0, 0.5, 1.0]
# --- rewrite
def steps(start, by, count):
    """Return evenly spaced numbers."""
    return [start + i * by for i in range(min(count, 1000))]
# --- witness
assert steps(0.0, 0.1, 9)[8] == 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1
