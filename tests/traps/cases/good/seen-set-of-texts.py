# kind: order that is not seen
# edges: items that can not be hashed
# --- original
def unique(names):
    """Return names without repetition, in their order."""
    seen, out = [], []
    for name in names:
        if name not in seen:
            seen.append(name)
            out.append(name)
    return out
# --- tests
assert unique(["a", "b", "a"]) == ["a", "b"]
assert unique([]) == []
# --- rewrite
def unique(names):
    """Return names without repetition, in their order."""
    seen, out = set(), []
    for name in names:
        if name not in seen:
            seen.add(name)
            out.append(name)
    return out
