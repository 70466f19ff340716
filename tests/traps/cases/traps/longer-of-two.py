# kind: rare inputs
# reason: result-differs
# --- original
def added(a, b):
    """Add two lists of numbers; what is missing counts as 0."""
    out = []
    for index in range(max(len(a), len(b))):
        left = a[index] if index < len(a) else 0
        right = b[index] if index < len(b) else 0
        out.append(left + right)
    return out
# --- tests
assert added([1, 2], [3, 4]) == [4, 6]
assert added([], []) == []
# --- rewrite
def added(a, b):
    """Add two lists of numbers; what is missing counts as 0."""
    return [x + y for x, y in zip(a, b)]
# --- witness
assert added([1], [1, 2]) == [2, 2]
