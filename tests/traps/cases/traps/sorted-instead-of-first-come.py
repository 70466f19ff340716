# kind: order and stability
# reason: order-differs, result-differs
# --- original
def headings(rows):
    """Return the keys of all rows in the order in which they come."""
    found = []
    for row in rows:
        for key in row:
            if key not in found:
                found.append(key)
    return found
# --- tests
assert headings([{"a": 1}, {"a": 1, "b": 2}]) == ["a", "b"]
# --- rewrite
def headings(rows):
    """Return the keys of all rows in the order in which they come."""
    return sorted({key for row in rows for key in row})
# --- witness
assert headings([{"b": 1, "a": 2}]) == ["b", "a"]
