# kind: loops
# --- original
def merge(a, b):
    """Merge two sorted lists."""
    out = []
    a, b = list(a), list(b)
    while a and b:
        out.append(a.pop(0) if a[0] <= b[0] else b.pop(0))
    return out + a + b
# --- tests
assert merge([1, 3], [2, 4]) == [1, 2, 3, 4]
assert merge([], [1]) == [1]
# --- rewrite
def merge(a, b):
    """Merge two sorted lists."""
    out, i, j = [], 0, 0
    a, b = list(a), list(b)
    n, m = len(a), len(b)
    while i < n and j < m:
        if a[i] <= b[j]:
            out.append(a[i])
            i += 1
        else:
            out.append(b[j])
            j += 1
    return out + a[i:] + b[j:]
