# kind: rare inputs
# reason: result-differs
# --- original
def clamp(value, low, high):
    """Bring a value between limits; the lower one wins."""
    if value > high:
        value = high
    if value < low:
        value = low
    return value
# --- tests
assert clamp(5, 1, 3) == 3
assert clamp(0, 1, 3) == 1
assert clamp(2, 1, 3) == 2
# --- rewrite
def clamp(value, low, high):
    """Bring a value between limits; the lower one wins."""
    return sorted((low, value, high))[1]
# --- witness
assert clamp(2, 5, 1) == 5
