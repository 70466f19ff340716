# kind: rare inputs
# reason: result-differs, type-differs
# --- original
def median(values):
    """Return the middle of values."""
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2
# --- tests
assert median([3, 1, 2]) == 2
assert median([5]) == 5
# --- rewrite
def median(values):
    """Return the middle of values."""
    return sorted(values)[len(values) // 2]
# --- witness
assert median([1, 2]) == 1.5
