# kind: aliasing
# reason: aliasing-differs
# --- original
def distinct(items):
    """Return the items without repetition."""
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out
# --- tests
assert distinct([1, 2]) == [1, 2]
assert distinct([1, 1]) == [1]
# --- rewrite
def distinct(items):
    """Return the items without repetition."""
    found = dict.fromkeys(items)
    return items if len(found) == len(items) else list(found)
# --- witness
items = [1, 2]
distinct(items).append(3)
assert items == [1, 2]
