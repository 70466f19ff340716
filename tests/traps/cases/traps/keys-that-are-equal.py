# kind: types of numbers
# reason: result-differs, type-differs
# --- original
def kinds(values):
    """Return the distinct values; 1, 1.0 and True are three."""
    out = []
    for value in values:
        if not any(type(value) is type(o) and value == o for o in out):
            out.append(value)
    return out
# --- tests
assert kinds([1, 2, 1]) == [1, 2]
assert kinds([True, False]) == [True, False]
assert kinds([1.5, 1]) == [1.5, 1]
# --- rewrite
def kinds(values):
    """Return the distinct values; 1, 1.0 and True are three."""
    return list(dict.fromkeys(values))
# --- witness
assert len(kinds([1, True, 1.0])) == 3
