# kind: work at import
# reason: result-differs, exception-differs
# --- original
def triangle(n):
    """Return the nth triangular number."""
    result = n * n
    result += n
    return result // 2
# --- tests
assert triangle(0) == 0
assert triangle(4) == 10
assert triangle(10) == 55
# --- rewrite
_TABLE = tuple(n * (n + 1) // 2 for n in range(900))


def triangle(n):
    """Return the nth triangular number."""
    return _TABLE[n]
# --- witness
assert triangle(1000) == 500500
