# kind: deferred work
# reason: type-differs
# --- original
def upper(names):
    """Return names in capitals."""
    found = []
    for name in names:
        found.append(name.upper())
    return found
# --- tests
assert list(upper(["a", "b"])) == ["A", "B"]
assert "A" in upper(["a"])
# --- rewrite
def upper(names):
    """Return names in capitals."""
    return map(str.upper, names)
# --- witness
assert upper(["a"])[0] == "A"
