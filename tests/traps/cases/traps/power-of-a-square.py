# kind: floating point
# reason: result-differs, exception-differs
# --- original
def cubed(values):
    """Return the third powers of values."""
    return [value**3 for value in values]
# --- tests
assert cubed([1.0, 2.0]) == [1.0, 8.0]
# --- rewrite
def cubed(values):
    """Return the third powers of values."""
    return [value * value * value for value in values]
# --- witness
for n in range(1, 300):
    assert cubed([n * 0.1]) == [(n * 0.1) ** 3]
