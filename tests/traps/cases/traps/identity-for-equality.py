# kind: equality and hashing
# reason: result-differs
# --- original
def count(values, wanted):
    """Count how often a value occurs."""
    result = 0
    for value in values:
        if value == wanted:
            result += 1
    return result
# --- tests
assert count([1, 2, 1], 1) == 2
assert count([], 1) == 0
# --- rewrite
def count(values, wanted):
    """Count how often a value occurs."""
    return sum(1 for value in values if value is wanted)
# --- witness
assert count([int("1000"), int("1000")], int("1000")) == 2
