# kind: rare inputs
# reason: result-differs
# --- original
def chosen(given, default):
    """Return what was given, or the default if it was nothing."""
    if given is None:
        return default
    return given
# --- tests
assert chosen(3, 5) == 3
assert chosen(None, 5) == 5
# --- rewrite
def chosen(given, default):
    """Return what was given, or the default if it was nothing."""
    return given or default
# --- witness
assert chosen(0, 5) == 0
