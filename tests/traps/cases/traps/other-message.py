# kind: exceptions
# reason: exception-differs
# --- original
def positive(value):
    """Return a value, or raise ValueError if it is not positive."""
    if value <= 0:
        raise ValueError("not positive: %r" % (value,))
    return value
# --- tests
assert positive(1) == 1
try:
    positive(0)
except ValueError as error:
    assert "positive" in str(error)
# --- rewrite
def positive(value):
    """Return a value, or raise ValueError if it is not positive."""
    if value > 0:
        return value
    raise ValueError("not positive")
# --- witness
try:
    positive(-3)
except ValueError as error:
    assert "-3" in str(error)
