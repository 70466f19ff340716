# kind: sorting
# --- original
def lowest(values):
    """Return the lowest value, or None."""
    return sorted(values)[0] if values else None
# --- tests
assert lowest([3, 1, 2]) == 1
assert lowest([]) is None
# --- rewrite
def lowest(values):
    """Return the lowest value, or None."""
    return min(values) if values else None
