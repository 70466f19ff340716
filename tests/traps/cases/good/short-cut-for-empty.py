# kind: early exits
# --- original
def normalised(values):
    """Divide values by their sum."""
    total = sum(values)
    return [value / total for value in values]
# --- tests
assert normalised([1, 3]) == [0.25, 0.75]
assert normalised([]) == []
# --- rewrite
def normalised(values):
    """Divide values by their sum."""
    if not values:
        return []
    total = sum(values)
    return [value / total for value in values]
