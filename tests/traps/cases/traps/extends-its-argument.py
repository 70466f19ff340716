# kind: mutation of arguments
# reason: mutation-differs
# --- original
def joined(first, second):
    """Return the items of both."""
    out = []
    for item in first:
        out = out + [item]
    for item in second:
        out = out + [item]
    return out
# --- tests
assert joined([1], [2, 3]) == [1, 2, 3]
# --- rewrite
def joined(first, second):
    """Return the items of both."""
    first += second
    return list(first)
# --- witness
first = [1]
joined(first, [2])
assert first == [1]
