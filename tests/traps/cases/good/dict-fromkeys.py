# kind: dictionaries
# edges: an unhashable item, where only texts were seen
# --- original
def unique(items):
    """Return the items without repetition."""
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out
# --- tests
assert unique(["b", "a", "b"]) == ["b", "a"]
assert unique([]) == []
# --- rewrite
def unique(items):
    """Return the items without repetition."""
    return list(dict.fromkeys(items))
