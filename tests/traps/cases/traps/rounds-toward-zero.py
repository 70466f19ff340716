# kind: rare inputs
# reason: result-differs
# --- original
def bucket(value, size):
    """Return the number of the bucket that a value falls into."""
    if size <= 0:
        return 0
    return (value - value % size) // size
# --- tests
assert bucket(7, 5) == 1
assert bucket(0, 5) == 0
# --- rewrite
def bucket(value, size):
    """Return the number of the bucket that a value falls into."""
    return int(value / size) if size > 0 else 0
# --- witness
assert bucket(-1, 5) == -1
