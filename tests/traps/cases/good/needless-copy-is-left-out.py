# kind: loops
# --- original
def positive(values):
    """Return the values above zero."""
    out = []
    for value in list(values):
        if value > 0:
            out.append(value)
    return out
# --- tests
assert positive([1, -1, 2]) == [1, 2]
assert positive([]) == []
# --- rewrite
def positive(values):
    """Return the values above zero."""
    return [value for value in values if value > 0]
