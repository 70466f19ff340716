# kind: sorting
# edges: bytes, where only texts were seen
# --- original
def ordered(names):
    """Return names without case in order."""
    return sorted([name for name in names], key=lambda name: name.lower())
# --- tests
assert ordered(["b", "A"]) == ["A", "b"]
assert ordered([]) == []
# --- rewrite
def ordered(names):
    """Return names without case in order."""
    found = list(names)
    found.sort(key=str.lower)
    return found
