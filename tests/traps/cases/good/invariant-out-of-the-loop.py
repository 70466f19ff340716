# kind: work hoisted
# --- original
def relative(values):
    """Divide values by the largest."""
    out = []
    for value in values:
        out.append(value / max(values))
    return out
# --- tests
assert relative([1.0, 2.0]) == [0.5, 1.0]
assert relative([]) == []
# --- rewrite
def relative(values):
    """Divide values by the largest."""
    if not values:
        return []
    largest = max(values)
    return [value / largest for value in values]
