# kind: rare inputs
# reason: result-differs, exception-differs
# --- original
def spread(values):
    """Return the variance of values, 0 for fewer than two."""
    if len(values) < 2:
        return 0
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values) / (len(values) - 1)
# --- tests
assert spread([1, 3]) == 2
assert spread([]) == 0
# --- rewrite
def spread(values):
    """Return the variance of values, 0 for fewer than two."""
    if not values:
        return 0
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values) / (len(values) - 1)
# --- witness
assert spread([5]) == 0
