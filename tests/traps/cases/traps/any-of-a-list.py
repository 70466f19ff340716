# kind: lost laziness
# reason: mutation-differs
# --- original
def has_big(values, limit):
    """Tell whether any value is above a limit; stop at the first."""
    for value in values:
        if value > limit:
            return True
    return False
# --- tests
assert has_big(iter([1, 9, 3]), 5)
assert not has_big(iter([1]), 5)
# --- rewrite
def has_big(values, limit):
    """Tell whether any value is above a limit; stop at the first."""
    return max(values, default=limit) > limit
# --- witness
values = iter([9, 1])
assert has_big(values, 5)
assert next(values) == 1
