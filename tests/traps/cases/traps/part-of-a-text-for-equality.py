# kind: rare inputs
# reason: result-differs
# --- original
def is_flag(kind):
    """Tell whether a kind is a flag."""
    return kind == "y" or kind == "n"
# --- tests
assert is_flag("y") and is_flag("n")
assert not is_flag("x")
# --- rewrite
def is_flag(kind):
    """Tell whether a kind is a flag."""
    return kind in "yn"
# --- witness
assert not is_flag("")
