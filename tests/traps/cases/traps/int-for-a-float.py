# kind: types of numbers
# reason: type-differs
# --- original
def share(part, whole):
    """Return part of whole."""
    return part / whole
# --- tests
assert share(4, 2) == 2
assert share(9, 3) == 3
# --- rewrite
def share(part, whole):
    """Return part of whole."""
    return part // whole if part % whole == 0 else part / whole
# --- witness
assert repr(share(4, 2)) == "2.0"
