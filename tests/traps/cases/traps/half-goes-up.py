# kind: floating point
# reason: result-differs
# --- original
def rounded(value):
    """Round a positive number, halves to the even side."""
    return round(value)
# --- tests
assert rounded(1.2) == 1
assert rounded(1.7) == 2
assert rounded(3.5) == 4
# --- rewrite
def rounded(value):
    """Round a positive number, halves to the even side."""
    return int(value + 0.5)
# --- witness
assert rounded(2.5) == 2
