# kind: loops
# --- original
def evens(values):
    """Return every second value."""
    out = []
    index = 0
    while index < len(values):
        if index % 2 == 0:
            out.append(values[index])
        index += 1
    return out
# --- tests
assert evens([1, 2, 3]) == [1, 3]
assert evens([]) == []
# --- rewrite
def evens(values):
    """Return every second value."""
    return list(values[::2])
