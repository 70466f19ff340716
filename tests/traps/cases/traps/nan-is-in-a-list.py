# kind: floating point
# reason: result-differs
# --- original
def has(values, wanted):
    """Tell whether a number equals one of the values."""
    for value in values:
        if value == wanted:
            return True
    return False
# --- tests
NAN = float("nan")
assert has([1.0, 2.0], 2.0)
assert not has([1.0], NAN)
assert not has([NAN], 1.0)
# --- rewrite
def has(values, wanted):
    """Tell whether a number equals one of the values."""
    return wanted in values
# --- witness
nan = float("nan")
assert not has([nan], nan)
