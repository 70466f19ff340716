# kind: order that is not seen
# edges: items that can not be hashed
# --- original
def missing(wanted, known):
    """Return the wanted names that are not known."""
    return [name for name in wanted if name not in known]
# --- tests
assert missing(["a", "b"], ["b", "c"]) == ["a"]
assert missing([], []) == []
# --- rewrite
def missing(wanted, known):
    """Return the wanted names that are not known."""
    lookup = set(known)
    return [name for name in wanted if name not in lookup]
