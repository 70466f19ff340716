# kind: floating point
# reason: result-differs
# --- original
def dot(a, b):
    """Multiply two vectors."""
    result = 0.0
    for x, y in zip(a, b):
        result = result + x * y
    return result
# --- tests
assert dot([1.0, 2.0], [3.0, 4.0]) == 11.0
# --- rewrite
def dot(a, b):
    """Multiply two vectors."""
    size = min(len(a), len(b))
    result = 0.0
    for index in range(size - 1, -1, -1):
        result += a[index] * b[index]
    return result
# --- witness
assert dot([0.1, 0.2, 0.3], [1.0, 1.0, 1.0]) == 0.1 + 0.2 + 0.3
