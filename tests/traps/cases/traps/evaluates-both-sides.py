# kind: lost laziness
# reason: exception-differs
# --- original
def share(part, whole):
    """Return part of whole, or 0 where there is nothing."""
    if whole == 0:
        return 0.0
    return part / whole
# --- tests
assert share(1, 2) == 0.5
assert share(3, 4) == 0.75
# --- rewrite
def share(part, whole):
    """Return part of whole, or 0 where there is nothing."""
    return (0.0, part / whole)[whole != 0]
# --- witness
assert share(1, 0) == 0.0
