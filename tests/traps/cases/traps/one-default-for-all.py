# kind: aliasing
# reason: aliasing-differs
# --- original
def groups(names):
    """Return an empty group for each name."""
    found = {}
    for name in names:
        found[name] = []
    return found
# --- tests
assert groups(["a", "b"]) == {"a": [], "b": []}
# --- rewrite
def groups(names):
    """Return an empty group for each name."""
    return dict.fromkeys(names, [])
# --- witness
found = groups(["a", "b"])
found["a"].append(1)
assert found["b"] == []
