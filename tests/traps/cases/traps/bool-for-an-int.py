# kind: types of numbers
# reason: type-differs
# --- original
def flag(value):
    """Return 1 for what is set and 0 for what is not."""
    if value:
        return 1
    return 0
# --- tests
assert flag("a") == 1
assert flag("") == 0
# --- rewrite
def flag(value):
    """Return 1 for what is set and 0 for what is not."""
    return bool(value)
# --- witness
assert str(flag("a")) == "1"
