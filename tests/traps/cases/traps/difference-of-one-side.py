# kind: rare inputs
# reason: result-differs
# --- original
def changed(before, after):
    """Return what is in only one of two sets."""
    out = set()
    for item in before:
        if item not in after:
            out.add(item)
    for item in after:
        if item not in before:
            out.add(item)
    return out
# --- tests
assert changed({1, 2, 3}, {1, 2}) == {3}
assert changed({1}, {1}) == set()
# --- rewrite
def changed(before, after):
    """Return what is in only one of two sets."""
    return before - after
# --- witness
assert changed({1}, {1, 2}) == {2}
