# kind: types of containers
# reason: type-differs
# --- original
def shifted(values):
    """Return an iterator of values plus one."""
    return map(lambda value: value + 1, values)
# --- tests
assert list(shifted([1, 2])) == [2, 3]
# --- rewrite
def shifted(values):
    """Return an iterator of values plus one."""
    return [value + 1 for value in values]
# --- witness
assert next(shifted([1])) == 2
