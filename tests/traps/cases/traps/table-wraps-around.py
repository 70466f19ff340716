# kind: rare inputs
# reason: result-differs, exception-differs
# --- original
def square(level):
    """Return the square of a level."""
    result = 0
    for _ in range(abs(level)):
        result += abs(level)
    return result
# --- tests
assert square(3) == 9
assert square(0) == 0
# --- rewrite
_SQUARES = tuple(n * n for n in range(256))


def square(level):
    """Return the square of a level."""
    return _SQUARES[level] if level < 256 else level * level
# --- witness
assert square(-2) == 4
