# kind: rare inputs
# reason: result-differs
# --- original
def chunks(items, size):
    """Return the items in parts of a size; the last may be shorter."""
    out, part = [], []
    for item in items:
        part.append(item)
        if len(part) == size:
            out.append(part)
            part = []
    if part:
        out.append(part)
    return out
# --- tests
assert chunks([1, 2, 3, 4], 2) == [[1, 2], [3, 4]]
assert chunks([], 2) == []
# --- rewrite
def chunks(items, size):
    """Return the items in parts of a size; the last may be shorter."""
    return [list(part) for part in zip(*[iter(items)] * size)]
# --- witness
assert chunks([1, 2, 3], 2) == [[1, 2], [3]]
