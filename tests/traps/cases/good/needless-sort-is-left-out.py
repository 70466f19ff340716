# kind: sorting
# --- original
def largest(values):
    """Return the largest value, None for none."""
    best = None
    for value in sorted(values):
        best = value
    return best
# --- tests
assert largest([3, 1, 2]) == 3
assert largest([]) is None
# --- rewrite
def largest(values):
    """Return the largest value, None for none."""
    return sorted(values)[-1] if values else None
